/** How a shared bucket is kept. */
export interface BucketTierSettings {
  /** How much the tail of the head may hold before it is folded. */
  readonly tailBytes: number;
  readonly tailCommits: number;
  /** Changes that take more stand in an object of their own. */
  readonly inlineBytes: number;
  /** How long objects stay that a checkpoint replaced: for readers in flight, and to be restored. */
  readonly keepMs: number;
  /** How long after it was folded a tombstone is forgotten. */
  readonly tombstoneRetentionMs: number;
}

const dayMs = 86_400_000;

export const defaultSettings: BucketTierSettings = Object.freeze({
  tailBytes: 65_536,
  tailCommits: 256,
  inlineBytes: 32_768,
  keepMs: 7 * dayMs,
  tombstoneRetentionMs: 180 * dayMs,
});
