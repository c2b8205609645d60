import { toMetadata } from '../../blob/KeySums.ts';
import type { Horizon } from '../../interfaces/ISharedTier.ts';
import type { KeySummary, Metadata } from '../../interfaces/Metadata.ts';
import { noHorizon } from './head.ts';

/** A blob: of a key, or of the ids of a key that fall into one page of it. */
export interface IndexedPart {
  /** The name of its object. */
  readonly object: string;
  readonly summary: KeySummary;
  /** The lowest number that a checkpoint folded one of its tombstones with; absent: it has none. */
  readonly folded?: number;
}

/** A key of many records. */
export interface PagedKey {
  readonly pages: readonly IndexedPart[];
  readonly summary: KeySummary;
}

export type IndexedKey = IndexedPart | PagedKey;

/** One checkpoint of the past, or the present one. */
export interface PastCheckpoint {
  readonly seq: number;
  /** Milliseconds since 1970, by the clock of the store where it tells. */
  readonly at: number;
  readonly index: string;
}

/** An object that no checkpoint from then on refers to. */
export interface ReplacedObject {
  readonly name: string;
  readonly at: number;
}

/** What a checkpoint says: which objects hold which key, and what became of earlier ones. */
export interface CheckpointIndex {
  readonly seq: number;
  readonly horizon: Horizon;
  readonly keys: { readonly [entityKey: string]: IndexedKey };
  /** Oldest first, this one last. */
  readonly history: readonly PastCheckpoint[];
  readonly replaced: readonly ReplacedObject[];
  /** Objects that could not be read, and were replaced from elsewhere. Nothing of ours removes them. */
  readonly quarantined: readonly string[];
}

export const emptyIndex: CheckpointIndex = Object.freeze({
  seq: 0,
  horizon: noHorizon,
  keys: {},
  history: [],
  replaced: [],
  quarantined: [],
});

export const metadataOf = ({ keys }: CheckpointIndex): Metadata =>
  toMetadata(new Map(Object.entries(keys).map(([key, { summary }]) => [key, summary])));

export const indexedKey = ({ keys }: CheckpointIndex, entityKey: string): IndexedKey | undefined =>
  Object.hasOwn(keys, entityKey) ? keys[entityKey] : undefined;

/** Checkpoints whose index and blobs are still kept. */
export function keptCheckpoints({ history, replaced }: CheckpointIndex, current: string): PastCheckpoint[] {
  const kept = new Set([current, ...replaced.map(({ name }) => name)]);
  return history.filter(({ index }) => kept.has(index));
}
