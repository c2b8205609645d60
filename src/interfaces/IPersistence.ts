import type { BlobChange, BlobPatch, BlobPath } from './BlobPatch.ts';
import type { EntityKeyData, JsonValue } from './EntityKeyData.ts';

/**
 * A place that keeps blobs, which are plain JSON objects, by key. `loadData`, `storeData` and `clearData` suffice; the
 * optional methods make things faster or safer.
 *
 * - A key that is not there is `null`, never `undefined`.
 * - Objects that are handed in are never changed, and a blob is stored whole or not at all.
 * - When `storeData` resolves, the blob is as durable as this medium can make it.
 * - A failure rejects; it never looks like an empty place.
 */
export interface IPersistence {
  /** Null: nothing was stored under this key, or it was cleared. */
  loadData(key: string): Promise<EntityKeyData | null>;
  /** Replaces the blob, if there is one. */
  storeData(key: string, data: EntityKeyData): Promise<void>;
  /** Clearing a key that is not there is no error. */
  clearData(key: string): Promise<void>;

  /** Stores several blobs in one step: all of them or none. With it, a crash never leaves index and blobs apart. */
  storeMany?(entries: ReadonlyArray<readonly [key: string, data: EntityKeyData]>): Promise<void>;
  /**
   * Reads some places of a blob: a value for each path, undefined where nothing is; null if there is no blob. Together with
   * `patchData` or `patchMany`, an edit costs as much as what it changes, however large its blob is.
   */
  loadParts?(key: string, paths: readonly BlobPath[]): Promise<ReadonlyArray<JsonValue | undefined> | null>;
  /** Makes these changes of one blob, in their order, in one step. A blob that does not exist is created. */
  patchData?(key: string, changes: readonly BlobChange[]): Promise<void>;
  /** Changes several blobs in one step: all changes or none. */
  patchMany?(patches: readonly BlobPatch[]): Promise<void>;
  /** All keys that begin with the prefix, in any order. With it, a lost index can be made anew. */
  listKeys?(prefix: string): Promise<readonly string[]>;
  /**
   * Begins to store a blob before it returns. Called when a page is being left and no promise will be waited for any more;
   * a failure is not reported.
   */
  storeAtOnce?(key: string, data: EntityKeyData): void;
  /** Moves a damaged blob, as it is, to where `loadData` does not see it, and resolves to the name of that place. */
  setAside?(key: string): Promise<string>;
  /** Runs `work` while no other process or tab runs any by `exclusive` on the same data. It is never nested. */
  exclusive?<T>(work: () => Promise<T>): Promise<T>;
  /**
   * A name that is the same in all tabs which share this data. With it, and with `exclusive`, the tabs act as one device:
   * they tell each other what they write, and one of them talks to the cloud.
   */
  readonly sharedAs?: string;
  /** Resolves when everything stored so far is durable, if `storeData` does not wait for that. */
  flush?(): Promise<void>;
  /** Lets go of files, connections and locks. */
  close?(): Promise<void>;
  /** Without `loadParts`: an entity key with more records than this is kept in several blobs. Default: 256. */
  readonly pageRecords?: number;
  /** `true`: objects that go in and come out are copies already, so that the library need not copy them. Default: false. */
  readonly isolated?: boolean;
}
