import type { Conflict, PendingChange, SyncStatus } from 'tiersync';
import { useTierSync } from './TierSyncProvider.ts';
import { useWatched } from './useWatched.ts';

const nothing: readonly never[] = Object.freeze([]);

/** How syncing stands, in one word. */
export function useSyncStatus(): SyncStatus {
  const { sync } = useTierSync();
  return useWatched(sync, 'status', () => sync.status$).data ?? 'idle';
}

/** What was changed here and no cloud has confirmed. */
export function usePending(): readonly PendingChange[] {
  const { sync } = useTierSync();
  return useWatched(sync, 'pending', () => sync.pending$).data ?? nothing;
}

/** What two devices changed without knowing of each other; each can be restored. */
export function useConflicts(): readonly Conflict[] {
  const { sync } = useTierSync();
  return useWatched(sync, 'conflicts', () => sync.conflicts$).data ?? nothing;
}
