import type { UseRepo } from '../watching/UseRepo.ts';
import { useTierSync } from './TierSyncProvider.ts';

/** The entities of one name, to write to. The same object at each rendering. */
export const useRepo: UseRepo = (entityName: string) => useTierSync().repo(entityName);
