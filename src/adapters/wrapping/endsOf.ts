import type { Calls } from './Calls.ts';

interface Ends {
  readonly sharedAs?: string;
  readonly pageRecords?: number;
  readonly exclusive?: <T>(work: () => Promise<T>) => Promise<T>;
  readonly close?: () => Promise<void>;
}

/** How a wrapper is locked, paged and closed: as what it is around can be. `prepare`: what must not wait for that lock. */
export function endsOf(inner: Ends, calls: Calls, prepare: () => Promise<void>): Ends {
  return {
    ...(inner.sharedAs !== undefined && { sharedAs: inner.sharedAs }),
    ...(inner.pageRecords !== undefined && { pageRecords: inner.pageRecords }),
    ...(inner.exclusive !== undefined && {
      exclusive: async <T>(work: () => Promise<T>): Promise<T> => {
        await calls.run(prepare);
        return inner.exclusive!(work);
      },
    }),
    ...(inner.close !== undefined && {
      close: async () => {
        await calls.close();
        await inner.close!();
      },
    }),
  };
}
