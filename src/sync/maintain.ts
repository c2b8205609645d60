import type { ISharedTier } from '../interfaces/ISharedTier.ts';
import type { SyncRequest } from '../interfaces/SyncWork.ts';

/** Housekeeping of a cloud, after something was sent to it. */
export async function maintain(tier: ISharedTier, { push, onProgress }: SyncRequest): Promise<void> {
  if (!push || tier.maintain === undefined) return;
  onProgress({ phase: 'checkpoint', done: 0, total: 1 });
  // It is somebody else's turn then; the sync itself is done.
  await tier.maintain().catch(() => {});
}
