import type { Observable } from 'rxjs';
import { computed, type Ref, type ShallowRef, shallowRef, watchEffect } from 'vue';
import { loading, Watched, type WatchResult } from '../watching/Watched.ts';

/** The parts of a result, each to be used in a template. */
export interface WatchedRefs<T> {
  readonly data: Readonly<Ref<T | undefined>>;
  readonly status: Readonly<Ref<WatchResult<T>['status']>>;
  readonly error: Readonly<Ref<unknown>>;
}

/**
 * The stream that `open` gives, as it stands; another one as soon as something that `open` looked at is another. What is
 * shown stays until the next has something. It ends with the component, or the scope, that it was asked for in.
 */
export function useResult<T>(open: () => Observable<T>): Readonly<ShallowRef<WatchResult<T>>> {
  const result = shallowRef<WatchResult<T>>(loading);
  watchEffect(
    (onCleanup) => {
      const watched = new Watched(open());
      const show = (): void => {
        result.value = watched.result;
      };
      const stop = watched.listen(show);
      show();
      onCleanup(() => {
        stop();
        watched.close();
      });
    },
    { flush: 'sync' },
  );
  return result;
}

export function useWatched<T>(open: () => Observable<T>): WatchedRefs<T> {
  const result = useResult(open);
  return {
    data: computed(() => result.value.data),
    status: computed(() => result.value.status),
    error: computed(() => result.value.error),
  };
}
