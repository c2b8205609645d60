export type Exclusive = <T>(work: () => Promise<T>) => Promise<T>;

/** One at a time over all tabs and workers of an origin; absent where the platform has no Web Locks. */
export function webLock(name: string): Exclusive | undefined {
  // Typed as always there, but old browsers and Node 20 have none.
  const locks = (globalThis.navigator as Navigator | undefined)?.locks as LockManager | undefined;
  if (locks === undefined) return undefined;
  return <T>(work: () => Promise<T>) => locks.request(name, work) as Promise<T>;
}
