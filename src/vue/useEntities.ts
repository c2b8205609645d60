import type { DataRepository, QueryOptions, Registered, Stored } from 'tiersync';
import { type MaybeRefOrGetter, toValue } from 'vue';
import { useRepo } from './provided.ts';
import { useWatched, type WatchedRefs } from './useWatched.ts';

/** One entity, kept up to date; `data` is null while there is none. The id may be a ref or a getter. */
export function useEntity<Name extends keyof Registered & string>(
  entityName: Name,
  id: MaybeRefOrGetter<string>,
): WatchedRefs<Stored<Registered[Name]> | null>;
export function useEntity<E extends object = Record<string, unknown>>(
  entityName: string,
  id: MaybeRefOrGetter<string>,
): WatchedRefs<Stored<E> | null>;
export function useEntity(entityName: string, id: MaybeRefOrGetter<string>): unknown {
  const repo = useRepo(entityName) as DataRepository;
  return useWatched(() => repo.observe(toValue(id)));
}

/** The answer to a query, kept up to date. The options may be a ref or a getter. */
export function useEntities<Name extends keyof Registered & string>(
  entityName: Name,
  options?: MaybeRefOrGetter<QueryOptions | undefined>,
): WatchedRefs<readonly Stored<Registered[Name]>[]>;
export function useEntities<E extends object = Record<string, unknown>>(
  entityName: string,
  options?: MaybeRefOrGetter<QueryOptions | undefined>,
): WatchedRefs<readonly Stored<E>[]>;
export function useEntities(entityName: string, options?: MaybeRefOrGetter<QueryOptions | undefined>): unknown {
  const repo = useRepo(entityName) as DataRepository;
  return useWatched(() => repo.observeAll(toValue(options)));
}
