import type { IBucket } from '../interfaces/IBucket.ts';
import type { IPersistence } from '../interfaces/IPersistence.ts';
import { PersistenceTier, type PersistenceTierOptions } from './PersistenceTier.ts';

export interface OpenLocalOptions extends Omit<PersistenceTierOptions, 'persistence'> {
  readonly local: IPersistence | IBucket;
}

/** The local tier over what the app gave: a persistence, or a bucket that this device has to itself. */
export async function openLocal({ local, ...options }: OpenLocalOptions): Promise<PersistenceTier> {
  if ('loadData' in local) return PersistenceTier.open({ ...options, persistence: local });
  const { BucketPersistence } = await import('./BucketPersistence.ts');
  return PersistenceTier.open({ ...options, persistence: new BucketPersistence(local, options.createId) });
}
