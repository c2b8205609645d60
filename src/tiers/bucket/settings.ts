import type { BucketSettings } from '../../interfaces/BucketSettings.ts';

const dayMs = 86_400_000;

export const defaultSettings: BucketSettings = Object.freeze({
  tailBytes: 65_536,
  tailCommits: 256,
  inlineBytes: 32_768,
  pageRecords: 2_048,
  keepMs: 7 * dayMs,
  tombstoneRetentionMs: 180 * dayMs,
});
