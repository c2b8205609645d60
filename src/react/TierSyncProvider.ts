import { createContext, createElement, type ReactNode, useContext, useEffect, useState } from 'react';
import { type AnyData, dataInUse } from '../watching/dataInUse.ts';

/** The data, and what is shown until it is loaded. */
export interface TierSyncProviderProps {
  /** What `DataOrchestrator.load` or `create` gives; also before it has. */
  readonly data: AnyData | Promise<AnyData>;
  /** Shown until it is loaded. */
  readonly fallback?: ReactNode;
  readonly children?: ReactNode;
}

const Provided = createContext<AnyData | null>(null);

type Loaded = { readonly of: unknown; readonly data: AnyData | null; readonly error?: unknown };

/** Gives the data to the hooks below. Without a provider they use the singleton. */
export function TierSyncProvider({ data, fallback = null, children }: TierSyncProviderProps): ReactNode {
  const given = isPromise(data) ? null : data;
  const [loaded, setLoaded] = useState<Loaded>({ of: null, data: null });
  useEffect(() => {
    if (!isPromise(data)) return;
    let isWanted = true;
    data.then(
      (found) => isWanted && setLoaded({ of: data, data: found }),
      (error: unknown) => isWanted && setLoaded({ of: data, data: null, error }),
    );
    return () => {
      isWanted = false;
    };
  }, [data]);
  const mine = loaded.of === data ? loaded : null;
  // For the error boundary above.
  if (mine !== null && 'error' in mine) throw mine.error;
  const here = given ?? mine?.data ?? null;
  return here === null ? fallback : createElement(Provided.Provider, { value: here }, children);
}

/** The orchestrator itself, for what has no hook. */
export const useTierSync = (): AnyData => dataInUse(useContext(Provided));

const isPromise = (data: AnyData | Promise<AnyData>): data is Promise<AnyData> =>
  typeof (data as Partial<Promise<AnyData>>).then === 'function';
