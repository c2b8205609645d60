import type { EntityKeyData } from './EntityKeyData.ts';

/**
 * A place for blobs, as plain JSON objects. Three methods suffice; the others are used where they exist.
 *
 * - A missing key is `null`, never `undefined`.
 * - What is handed in is never changed, and a stored blob is stored whole or not at all.
 * - When a promise of `storeData` resolves, the blob survives whatever this medium promises to survive.
 * - A failure rejects; it never looks like an empty store.
 */
export interface IPersistence {
  loadData(key: string): Promise<EntityKeyData | null>;
  storeData(key: string, data: EntityKeyData): Promise<void>;
  clearData(key: string): Promise<void>;

  /** Stores several keys in one step: all of them or none. */
  storeMany?(entries: ReadonlyArray<readonly [key: string, data: EntityKeyData]>): Promise<void>;
  /** All keys that begin with the prefix, in any order. */
  listKeys?(prefix: string): Promise<readonly string[]>;
  /** Moves what stands under a key, as it is, to a place where `loadData` no longer sees it, and names it. */
  setAside?(key: string): Promise<string>;
  /** Runs the work while no other process or tab runs any on the same data. Not to be nested. */
  exclusive?<T>(work: () => Promise<T>): Promise<T>;
  /** Waits until everything stored so far is as durable as it will get. */
  flush?(): Promise<void>;
  close?(): Promise<void>;
  /** True: what goes in and comes out shares no object with the caller, so the library need not copy. */
  readonly isolated?: boolean;
}
