import type { BucketSettings } from '../../interfaces/BucketSettings.ts';
import type { Horizon } from '../../interfaces/ISharedTier.ts';
import type { CheckpointIndex, IndexedKey, PastCheckpoint, ReplacedObject } from './checkpointIndex.ts';
import { furtherHorizon } from './head.ts';
import { partsOf } from './indexedParts.ts';

type Ages = Pick<BucketSettings, 'keepMs' | 'tombstoneRetentionMs'>;

/**
 * Tombstones that were folded up to here are forgotten: the number of the last checkpoint that is old enough. By their
 * place in the history, and never by their stamp: a device that was away may deliver a very old deletion today.
 */
export const cutOf = ({ history }: CheckpointIndex, now: number, { tombstoneRetentionMs }: Ages): number =>
  history.reduce((cut, { seq, at }) => (at <= now - tombstoneRetentionMs ? Math.max(cut, seq) : cut), 0);

/** What a checkpoint did. */
export interface Folds {
  readonly self: PastCheckpoint;
  /** The keys that changed; null: nothing is left of them. */
  readonly keys: ReadonlyMap<string, IndexedKey | null>;
  /** What was forgotten. */
  readonly horizon: Horizon;
  /** Besides the blobs: the earlier index, and the changes of large commits. */
  readonly replaced: readonly string[];
  readonly quarantined: readonly string[];
}

export interface NextIndex {
  readonly index: CheckpointIndex;
  /** Replaced so long ago that nobody reads them any more. */
  readonly expired: readonly string[];
}

/** The index after a checkpoint, from the one before. */
export function nextIndex(before: CheckpointIndex, folds: Folds, ages: Ages): NextIndex {
  const { self, quarantined, horizon } = folds;
  const keys = new Map(Object.entries(before.keys));
  const replaced = [...folds.replaced];
  for (const [key, entry] of folds.keys) {
    replaced.push(...gone(keys.get(key), entry).filter((name) => !quarantined.includes(name)));
    if (entry === null) keys.delete(key);
    else keys.set(key, entry);
  }
  const isExpired = ({ at }: ReplacedObject): boolean => at <= self.at - ages.keepMs;
  const index: CheckpointIndex = {
    seq: self.seq,
    horizon: furtherHorizon(before.horizon, horizon),
    keys: Object.fromEntries(keys),
    history: thinned([...before.history, self], self.at, ages),
    replaced: [...before.replaced.filter((old) => !isExpired(old)), ...replaced.map((name) => ({ name, at: self.at }))],
    quarantined: [...before.quarantined, ...quarantined],
  };
  return { index, expired: before.replaced.filter(isExpired).map(({ name }) => name) };
}

/** The objects of a key that are not its objects any more. */
function gone(before: IndexedKey | undefined, after: IndexedKey | null): readonly string[] {
  const kept = new Set(after === null ? [] : partsOf(after).map(({ object }) => object));
  const all = before === undefined ? [] : partsOf(before).map(({ object }) => object);
  return all.filter((name) => !kept.has(name));
}

/** Into so many spans the retention is divided, of each of which the last checkpoint is remembered. */
const spans = 128;

/**
 * Every checkpoint that can be restored; of older ones only as many as the retention of tombstones needs, or a busy
 * bucket would carry tens of thousands of them in each index.
 */
function thinned(
  history: readonly PastCheckpoint[],
  now: number,
  { keepMs, tombstoneRetentionMs }: Ages,
): readonly PastCheckpoint[] {
  const cut = history.findLastIndex(({ at }) => at <= now - tombstoneRetentionMs);
  const spanOf = ({ at }: PastCheckpoint): number => Math.floor((at * spans) / tombstoneRetentionMs);
  return history.filter((past, place) => {
    if (past.at > now - keepMs) return true;
    const next = history[place + 1];
    return place >= cut && (place === cut || next === undefined || spanOf(next) !== spanOf(past));
  });
}
