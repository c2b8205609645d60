/** One object as it was read. */
export interface BucketObject {
  readonly bytes: Uint8Array;
  /** Differs after each write of other bytes (an ETag will do). Compared for equality only. */
  readonly version: string;
  /** When it was last written, by the clock of the store. */
  readonly time?: Date;
}

/** The condition of a `put`; without one it always writes. */
export interface PutCondition {
  /** Write only if the object still has this version. */
  readonly ifVersion?: string;
  /** Write only if there is no object of that name. */
  readonly ifAbsent?: true;
}

/** One object as `list` gives it. */
export interface BucketEntry {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** When it was last written, by the clock of the store. */
  readonly time?: Date;
}

/**
 * Named bytes, as an object store or a folder keeps them. Any non-empty text is a name; `/` is a character like any other.
 *
 * - A `put` is seen whole or not at all.
 * - Its condition is checked in the same step as the write: of two that expect the same version, one gets `conflict`.
 * - A failure rejects; it never looks like an object that is not there.
 */
export interface IBucket {
  /** Null: there is no such object. `unchanged`: it still has the version `unlessVersion`, so no bytes were read. */
  get(name: string, options?: { readonly unlessVersion?: string }): Promise<BucketObject | 'unchanged' | null>;
  /** Writes the whole object. `conflict`: the condition does not hold, and nothing was written. */
  put(
    name: string,
    bytes: Uint8Array,
    condition?: PutCondition,
  ): Promise<{ readonly version: string; readonly time?: Date } | 'conflict'>;
  /** Deleting an object that does not exist is no error. */
  delete(name: string): Promise<void>;
  /** Every object whose name begins with the prefix, once, in any order. */
  list(prefix: string): AsyncIterable<BucketEntry>;
  /** Runs `work` while no other process runs any by `exclusive` on the same bucket. Needed by a local tier of several processes. */
  exclusive?<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Moves a damaged object, byte for byte, to another name, and resolves to that name. Only a bucket whose `get` refuses
   * damaged objects needs it; otherwise the library uses `get` and `put`.
   */
  setAside?(name: string): Promise<string>;
  /** Every call afterwards rejects with the code `closed`. */
  close?(): Promise<void>;
  /** As a local tier: an entity key with more records than this is kept in several objects. Default: 256. */
  readonly pageRecords?: number;
}
