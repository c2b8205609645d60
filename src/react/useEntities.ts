import type { DataRepository, QueryOptions, Registered, Stored } from 'tiersync';
import { queryKey } from '../watching/queryKey.ts';
import type { WatchResult } from '../watching/Watched.ts';
import { useRepo } from './useRepo.ts';
import { useSettled, useWatched } from './useWatched.ts';

/** The answer to a query, kept up to date. Options that say the same are the same: they need no `useMemo`. */
export function useEntities<Name extends keyof Registered & string>(
  entityName: Name,
  options?: QueryOptions,
): WatchResult<readonly Stored<Registered[Name]>[]>;
export function useEntities<E extends object = Record<string, unknown>>(
  entityName: string,
  options?: QueryOptions,
): WatchResult<readonly Stored<E>[]>;
export function useEntities(entityName: string, options?: QueryOptions): unknown {
  const repo = useRepo(entityName) as DataRepository;
  return useWatched(repo, `all ${queryKey(options)}`, () => repo.observeAll(options));
}

/** The same, suspended until it is loaded. */
export function useSuspenseEntities<Name extends keyof Registered & string>(
  entityName: Name,
  options?: QueryOptions,
): readonly Stored<Registered[Name]>[];
export function useSuspenseEntities<E extends object = Record<string, unknown>>(
  entityName: string,
  options?: QueryOptions,
): readonly Stored<E>[];
export function useSuspenseEntities(entityName: string, options?: QueryOptions): unknown {
  const repo = useRepo(entityName) as DataRepository;
  return useSettled(repo, `all ${queryKey(options)}`, () => repo.observeAll(options));
}
