import type { BlobChange, BlobPatch, BlobPath } from './BlobPatch.ts';
import type { EntityKeyData, JsonValue } from './EntityKeyData.ts';

/**
 * A place for blobs, as plain JSON objects. Three methods suffice; the others are used where they exist.
 *
 * - A missing key is `null`, never `undefined`.
 * - What is handed in is never changed, and a stored blob is stored whole or not at all.
 * - When a promise of `storeData` resolves, the blob survives whatever this medium promises to survive.
 * - A failure rejects; it never looks like an empty store.
 */
export interface IPersistence {
  /** Null: nothing was stored, or it was cleared. */
  loadData(key: string): Promise<EntityKeyData | null>;
  /** In the place of what there was. */
  storeData(key: string, data: EntityKeyData): Promise<void>;
  /** Clearing what is not there is fine. */
  clearData(key: string): Promise<void>;

  /** Stores several keys in one step: all of them or none. */
  storeMany?(entries: ReadonlyArray<readonly [key: string, data: EntityKeyData]>): Promise<void>;
  /**
   * What stands at these places of a blob, in their order; undefined: nothing. Null: there is no blob. With one of the two
   * below, an edit costs as much as what it changes, however large its key is.
   */
  loadParts?(key: string, paths: readonly BlobPath[]): Promise<ReadonlyArray<JsonValue | undefined> | null>;
  /** Changes places of one blob in one step, one after the other; a blob that is not there comes into being. */
  patchData?(key: string, changes: readonly BlobChange[]): Promise<void>;
  /** The same for several blobs in one step: all of it or none. */
  patchMany?(patches: readonly BlobPatch[]): Promise<void>;
  /** All keys that begin with the prefix, in any order. */
  listKeys?(prefix: string): Promise<readonly string[]>;
  /**
   * Has a blob stored by the time it returns, as far as this program can do anything for it: for a page that is being left,
   * where nothing that has to wait runs any more. It may fail, and says nothing of that.
   */
  storeAtOnce?(key: string, data: EntityKeyData): void;
  /** Moves what stands under a key, as it is, to a place where `loadData` no longer sees it, and names it. */
  setAside?(key: string): Promise<string>;
  /** Runs the work while no other process or tab runs any on the same data. Not to be nested. */
  exclusive?<T>(work: () => Promise<T>): Promise<T>;
  /**
   * The name by which all tabs of a browser know this data, where `exclusive` keeps their writes apart: with it they tell each
   * other of what they write, and one of them talks to the cloud.
   */
  readonly sharedAs?: string;
  /** Waits until everything stored so far is as durable as it will get. */
  flush?(): Promise<void>;
  close?(): Promise<void>;
  /** A key of more records than this is kept in pages, where blobs are not read and changed in part. 256 unless told. */
  readonly pageRecords?: number;
  /** True: what goes in and comes out shares no object with the caller, so the library need not copy. */
  readonly isolated?: boolean;
}
