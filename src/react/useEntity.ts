import type { DataRepository, Registered, Stored } from 'tiersync';
import type { WatchResult } from '../watching/Watched.ts';
import { useRepo } from './useRepo.ts';
import { useSettled, useWatched } from './useWatched.ts';

/** One entity, kept up to date. `data` is null while there is none. */
export function useEntity<Name extends keyof Registered & string>(
  entityName: Name,
  id: string,
): WatchResult<Stored<Registered[Name]> | null>;
export function useEntity<E extends object = Record<string, unknown>>(
  entityName: string,
  id: string,
): WatchResult<Stored<E> | null>;
export function useEntity(entityName: string, id: string): unknown {
  const repo = useRepo(entityName) as DataRepository;
  return useWatched(repo, `one ${id}`, () => repo.observe(id));
}

/** The same, suspended until it is loaded. */
export function useSuspenseEntity<Name extends keyof Registered & string>(
  entityName: Name,
  id: string,
): Stored<Registered[Name]> | null;
export function useSuspenseEntity<E extends object = Record<string, unknown>>(
  entityName: string,
  id: string,
): Stored<E> | null;
export function useSuspenseEntity(entityName: string, id: string): unknown {
  const repo = useRepo(entityName) as DataRepository;
  return useSettled(repo, `one ${id}`, () => repo.observe(id));
}
