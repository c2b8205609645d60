import { useCallback, useSyncExternalStore } from 'react';
import type { Observable } from 'rxjs';
import { loading, type WatchResult } from '../watching/Watched.ts';
import { WatchedCache } from '../watching/WatchedCache.ts';

const caches = new WeakMap<object, WatchedCache>();

function cacheOf(owner: object): WatchedCache {
  let cache = caches.get(owner);
  if (cache === undefined) {
    cache = new WatchedCache();
    caches.set(owner, cache);
  }
  return cache;
}

/** A stream of the owner's, as it stands. On a server nothing is loaded yet. */
export function useWatched<T>(owner: object, key: string, open: () => Observable<T>): WatchResult<T> {
  const cache = cacheOf(owner);
  const watched = cache.of(key, open);
  const subscribe = useCallback((listener: () => void) => cache.listen(key, watched, listener), [cache, key, watched]);
  const look = (): WatchResult<T> => watched.result;
  return useSyncExternalStore<WatchResult<T>>(subscribe, look, () => loading);
}

/** The same for those who wait by suspending, and leave errors to the boundary above. */
export function useSettled<T>(owner: object, key: string, open: () => Observable<T>): T {
  const { status, data, error } = useWatched(owner, key, open);
  if (status === 'error') throw error;
  if (status === 'loading') throw cacheOf(owner).of(key, open).settled();
  return data;
}
