import type { DataRepository, Registered } from 'tiersync';
import { useTierSync } from './TierSyncProvider.ts';

/** The entities of one name, to write to. The same object at each rendering. */
export function useRepo<Name extends keyof Registered & string>(
  entityName: Name,
): DataRepository<Registered[Name] & object>;
export function useRepo<E extends object = Record<string, unknown>>(entityName: string): DataRepository<E>;
export function useRepo(entityName: string): unknown {
  return useTierSync().repo(entityName);
}
