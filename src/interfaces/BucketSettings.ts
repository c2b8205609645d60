/**
 * How a shared bucket is kept. Recent commits stand in one small object, the head. When there are too many, a checkpoint
 * folds them into the blobs of their entity keys.
 */
export interface BucketSettings {
  /** A checkpoint follows when the commits in the head take more bytes than this. Default: 65,536. */
  readonly tailBytes: number;
  /** A checkpoint follows when the head holds more commits than this. Default: 256. */
  readonly tailCommits: number;
  /** The changes of a commit that takes more bytes than this are put into an object of their own. Default: 32,768. */
  readonly inlineBytes: number;
  /**
   * An entity key with more records than this is kept in several objects, so that a checkpoint rewrites only those that
   * changed. Default: 2,048.
   */
  readonly pageRecords: number;
  /** How long replaced objects are kept, for readers in flight and for `restore`. Default: 7 days. */
  readonly keepMs: number;
  /**
   * How long deletions are remembered after a checkpoint has folded them. A device that was away for longer keeps its own
   * edits and takes over everything else from the cloud. Default: 180 days.
   */
  readonly tombstoneRetentionMs: number;
}
