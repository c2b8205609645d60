/** Sums over the records of one entity name in one entity key. */
export interface NameSummary {
  /** Sum of the hashes of the active records. */
  readonly hash: number;
  /** Sum of the hashes of the tombstones. */
  readonly deletedHash: number;
  readonly count: number;
  readonly deletedCount: number;
  /** How many of the active records are not here with their content. Left out: none. */
  readonly evictedCount?: number;
}

/** What the index of a tier says about one entity key. */
export interface KeySummary {
  /** Sum of the active hashes of all names. */
  readonly hash: number;
  /** The highest stamp among the records, as an ISO string. */
  readonly updatedAt: string;
  readonly entities: { readonly [entityName: string]: NameSummary };
  /** What the records take here, roughly. Left out: nobody has counted. */
  readonly bytes?: number;
  /** No record is over by itself sooner. Left out: none ever is. */
  readonly expiresAt?: number;
}

/** The index of a tier: what it holds, without the records. */
export interface Metadata {
  /** The highest stamp of all, as an ISO string. */
  readonly updatedAt: string;
  /** Sum of the hashes of all keys. */
  readonly hash: number;
  readonly entityKeys: { readonly [entityKey: string]: KeySummary };
}
