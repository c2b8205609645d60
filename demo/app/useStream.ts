import { useEffect, useState } from 'react';
import type { Observable } from 'rxjs';

/** What a stream of `data.sync` says that has no hook of its own. */
export function useStream<T>(stream: Observable<T>, first: T): T {
  const [value, setValue] = useState(first);
  useEffect(() => {
    const subscription = stream.subscribe((next) => setValue(() => next));
    return () => subscription.unsubscribe();
  }, [stream]);
  return value;
}
