import type { IBucket } from '../interfaces/IBucket.ts';
import type { IPersistence } from '../interfaces/IPersistence.ts';
import type { LocalTier } from './LocalTier.ts';
import { PersistenceTier } from './PersistenceTier.ts';
import type { PersistenceTierOptions } from './PersistenceTierOptions.ts';

export interface OpenLocalOptions extends Omit<PersistenceTierOptions, 'persistence'> {
  /** Null: in memory only. */
  readonly local: IPersistence | IBucket | null;
}

/** The local tier over what the app gave: a persistence, a bucket that this device has to itself, or nothing. */
export async function openLocal({ local, ...options }: OpenLocalOptions): Promise<LocalTier> {
  if (local === null) {
    const { MemoryTier } = await import('./MemoryTier.ts');
    return new MemoryTier(options.onWaiting ?? (() => {}));
  }
  if ('loadData' in local) return PersistenceTier.open({ ...options, persistence: local });
  const { BucketPersistence } = await import('./BucketPersistence.ts');
  return PersistenceTier.open({ ...options, persistence: new BucketPersistence(local, options.createId) });
}
