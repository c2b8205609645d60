export { tierSync, useRepo, useTierSync } from './provided.ts';
export { useEntities, useEntity } from './useEntities.ts';
export { useConflicts, usePending, useSyncStatus } from './useSync.ts';
export type { WatchedRefs } from './useWatched.ts';
