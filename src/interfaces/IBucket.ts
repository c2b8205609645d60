/** One object as it was read. `version` changes with every write of other bytes and is compared for equality only. */
export interface BucketObject {
  readonly bytes: Uint8Array;
  readonly version: string;
  readonly time?: Date;
}

/** When a `put` may happen: always, only over the version seen, or only where nothing stands. */
export interface PutCondition {
  readonly ifVersion?: string;
  readonly ifAbsent?: true;
}

export interface BucketEntry {
  readonly name: string;
  readonly size: number;
  readonly time?: Date;
}

/**
 * Named bytes, as an object store or a folder keeps them. Any non-empty text is a name; `/` has no meaning beyond
 * `list`. A `put` is seen whole or not at all, and its condition is checked in the same step as the write.
 */
export interface IBucket {
  get(name: string, options?: { readonly unlessVersion?: string }): Promise<BucketObject | 'unchanged' | null>;
  put(
    name: string,
    bytes: Uint8Array,
    condition?: PutCondition,
  ): Promise<{ readonly version: string; readonly time?: Date } | 'conflict'>;
  /** Removing what is not there is fine. */
  delete(name: string): Promise<void>;
  list(prefix: string): AsyncIterable<BucketEntry>;
  /** Runs the work while no other process runs any on the same bucket. */
  exclusive?<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Moves what stands under a name, as it is, to a place of its own, and names it. Only for buckets that check what they
   * read: with others `get` and `put` do.
   */
  setAside?(name: string): Promise<string>;
  close?(): Promise<void>;
}
