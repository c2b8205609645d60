/** How a shared bucket is kept. */
export interface BucketSettings {
  /** How much the tail of the head may hold before it is folded. */
  readonly tailBytes: number;
  readonly tailCommits: number;
  /** Changes that take more stand in an object of their own. */
  readonly inlineBytes: number;
  /** A key of more records is kept in several objects, of which a checkpoint rewrites those that changed. */
  readonly pageRecords: number;
  /** How long objects stay that a checkpoint replaced: for readers in flight, and to be restored. */
  readonly keepMs: number;
  /** How long after it was folded a tombstone is forgotten. A device that is away for longer keeps only its own edits. */
  readonly tombstoneRetentionMs: number;
}
