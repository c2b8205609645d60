/** One object as it was read. `version` changes with every write of other bytes and is compared for equality only. */
export interface BucketObject {
  readonly bytes: Uint8Array;
  readonly version: string;
  /** Of its last write, by the clock of the store. */
  readonly time?: Date;
}

/** When a `put` may happen: always, only over the version seen, or only where nothing stands. */
export interface PutCondition {
  /** Only over this version. */
  readonly ifVersion?: string;
  /** Only where nothing stands. */
  readonly ifAbsent?: true;
}

/** One object as a list names it. */
export interface BucketEntry {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** Of its last write, by the clock of the store. */
  readonly time?: Date;
}

/**
 * Named bytes, as an object store or a folder keeps them. Any non-empty text is a name; `/` has no meaning beyond
 * `list`. A `put` is seen whole or not at all, and its condition is checked in the same step as the write.
 */
export interface IBucket {
  /** Null: nothing stands there. `unchanged`: it still has that version, and no bytes were read. */
  get(name: string, options?: { readonly unlessVersion?: string }): Promise<BucketObject | 'unchanged' | null>;
  /** `conflict`: the condition does not hold, and nothing was written. */
  put(
    name: string,
    bytes: Uint8Array,
    condition?: PutCondition,
  ): Promise<{ readonly version: string; readonly time?: Date } | 'conflict'>;
  /** Removing what is not there is fine. */
  delete(name: string): Promise<void>;
  /** Every object whose name begins with the prefix, once, in any order. */
  list(prefix: string): AsyncIterable<BucketEntry>;
  /** Runs the work while no other process runs any on the same bucket. */
  exclusive?<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Moves what stands under a name, as it is, to a place of its own, and names it. Only for buckets that check what they
   * read: with others `get` and `put` do.
   */
  setAside?(name: string): Promise<string>;
  /** Whatever is called afterwards rejects with `closed`. */
  close?(): Promise<void>;
  /** As the local tier of a device: a key of more records than this is kept in several objects. 256 unless told. */
  readonly pageRecords?: number;
}
