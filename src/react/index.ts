export type { WatchResult } from '../watching/Watched.ts';
export { TierSyncProvider, type TierSyncProviderProps, useTierSync } from './TierSyncProvider.ts';
export { useEntities, useSuspenseEntities } from './useEntities.ts';
export { useEntity, useSuspenseEntity } from './useEntity.ts';
export { useRepo } from './useRepo.ts';
export { useConflicts, usePending, useSyncStatus } from './useSync.ts';
