/** Sums over the records of one entity name in one entity key. */
export interface NameSummary {
  /** Sum of the hashes of the active records. */
  readonly hash: number;
  /** Sum of the hashes of the tombstones. */
  readonly deletedHash: number;
  /** How many active records there are. */
  readonly count: number;
  /** How many tombstones there are. */
  readonly deletedCount: number;
  /** How many of the active records have their content in the cloud only (evicted). Left out: none. */
  readonly evictedCount?: number;
}

/** What the index of a tier says about one entity key. */
export interface KeySummary {
  /** Sum of the active hashes of all names. */
  readonly hash: number;
  /** The highest stamp among the records, as an ISO string. */
  readonly updatedAt: string;
  /** By entity name. */
  readonly entities: { readonly [entityName: string]: NameSummary };
  /** About how many characters the records take. Left out: not counted. */
  readonly bytes?: number;
  /** No record of the key expires before this moment (milliseconds since 1970). Left out: none ever does. */
  readonly expiresAt?: number;
}

/** The index of a tier: what it holds, without the records. */
export interface Metadata {
  /** The highest stamp of all, as an ISO string. */
  readonly updatedAt: string;
  /** Sum of the hashes of all keys. */
  readonly hash: number;
  /** By entity key. */
  readonly entityKeys: { readonly [entityKey: string]: KeySummary };
}
