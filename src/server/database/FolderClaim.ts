import { mkdir, realpath } from 'node:fs/promises';
import { type FileSystem, nodeFileSystem } from '../../adapters/FileSystem.ts';
import { FolderLock } from '../../adapters/FolderLock.ts';
import { nodeProcessTable, type ProcessTable } from '../../adapters/ProcessTable.ts';
import { TierSyncError } from '../../errors.ts';

export interface FolderClaimOptions {
  readonly fs?: FileSystem;
  readonly processes?: ProcessTable;
}

/** Folders that this process holds: its own lock would wait for itself. */
const held = new Set<string>();

/**
 * Holds a folder until the answer is called, against every other process of this host and against this one. Who comes
 * second is told at once who holds it; a holder that is dead holds nothing.
 */
export async function claimFolder(folder: string, options: FolderClaimOptions = {}): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const place = await realpath(folder);
  if (held.has(place)) {
    throw new TierSyncError('locked', `${folder} is in use by this process (${process.pid}); close it there first`);
  }
  held.add(place);
  const lock = new FolderLock(place, {
    fs: options.fs ?? nodeFileSystem,
    processes: options.processes ?? nodeProcessTable,
    // Nobody is waited for, so there is nothing to spread in time.
    random: () => 0,
    wait: async () => {},
    limitMs: 0,
  });
  try {
    return await hold(lock, () => held.delete(place));
  } catch (error) {
    held.delete(place);
    throw error;
  }
}

/** The work under the lock lasts until somebody says so. */
function hold(lock: FolderLock, onReleased: () => void): Promise<() => Promise<void>> {
  return new Promise((resolve, reject) => {
    const ended = lock.run(
      () =>
        new Promise<void>((end) => {
          resolve(async () => {
            end();
            await ended;
            onReleased();
          });
        }),
    );
    ended.catch(reject);
  });
}
