import type { Conflict, PendingChange, SyncStatus } from 'tiersync';
import { computed, type Ref } from 'vue';
import { useTierSync } from './provided.ts';
import { useResult } from './useWatched.ts';

/** How syncing stands, in one word. */
export function useSyncStatus(): Readonly<Ref<SyncStatus>> {
  const { sync } = useTierSync();
  const result = useResult(() => sync.status$);
  return computed(() => result.value.data ?? 'idle');
}

/** What was changed here and no cloud has confirmed. */
export function usePending(): Readonly<Ref<readonly PendingChange[]>> {
  const { sync } = useTierSync();
  const result = useResult(() => sync.pending$);
  return computed(() => result.value.data ?? []);
}

/** What two devices changed without knowing of each other; each can be restored. */
export function useConflicts(): Readonly<Ref<readonly Conflict[]>> {
  const { sync } = useTierSync();
  const result = useResult(() => sync.conflicts$);
  return computed(() => result.value.data ?? []);
}
