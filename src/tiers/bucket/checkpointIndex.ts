import { toMetadata } from '../../blob/KeySums.ts';
import { TierSyncError } from '../../errors.ts';
import type { Horizon } from '../../interfaces/ISharedTier.ts';
import type { KeySummary, Metadata } from '../../interfaces/Metadata.ts';
import { isPlainObject } from '../../util/isPlainObject.ts';
import { isCount, isText } from '../../util/jsonChecks.ts';
import { noHorizon } from './head.ts';
import { isHorizon } from './isHorizon.ts';

export interface IndexedKey {
  /** The name of its blob. */
  readonly object: string;
  readonly summary: KeySummary;
  /** The lowest number that a checkpoint folded one of its tombstones with; absent: it has none. */
  readonly folded?: number;
}

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

/** What a checkpoint says: which object holds which key, and what became of earlier ones. */
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

/** Every object that the index refers to or remembers. */
export const objectsInIndex = ({ keys, replaced, quarantined }: CheckpointIndex): string[] => [
  ...Object.values(keys).map(({ object }) => object),
  ...replaced.map(({ name }) => name),
  ...quarantined,
];

/** Checkpoints whose index and blobs are still kept. */
export function keptCheckpoints({ history, replaced }: CheckpointIndex, current: string): PastCheckpoint[] {
  const kept = new Set([current, ...replaced.map(({ name }) => name)]);
  return history.filter(({ index }) => kept.has(index));
}

export function parseIndex(where: string, raw: unknown): CheckpointIndex {
  const isReadable =
    isPlainObject(raw) &&
    isCount(raw['seq']) &&
    isHorizon(raw['horizon']) &&
    isPlainObject(raw['keys']) &&
    Object.values(raw['keys']).every(isIndexedKey) &&
    isListOf(raw['history'], (entry) => isCount(entry['seq']) && isTime(entry['at']) && isText(entry['index'])) &&
    isListOf(raw['replaced'], (entry) => isText(entry['name']) && isTime(entry['at'])) &&
    Array.isArray(raw['quarantined']) &&
    raw['quarantined'].every(isText);
  if (!isReadable) throw new TierSyncError('corrupt', `${where} holds no index`);
  return raw as unknown as CheckpointIndex;
}

const isTime = (value: unknown): boolean => typeof value === 'number';

const isListOf = (value: unknown, isEntry: (entry: Readonly<Record<string, unknown>>) => boolean): boolean =>
  Array.isArray(value) && value.every((entry) => isPlainObject(entry) && isEntry(entry));

const isIndexedKey = (value: unknown): value is IndexedKey =>
  isPlainObject(value) &&
  isText(value['object']) &&
  isSummary(value['summary']) &&
  (value['folded'] === undefined || isCount(value['folded']));

const isSummary = (value: unknown): value is KeySummary =>
  isPlainObject(value) &&
  isCount(value['hash']) &&
  typeof value['updatedAt'] === 'string' &&
  !Number.isNaN(Date.parse(value['updatedAt'])) &&
  isPlainObject(value['entities']) &&
  Object.values(value['entities']).every(
    (name) =>
      isPlainObject(name) && ['hash', 'deletedHash', 'count', 'deletedCount'].every((sum) => isCount(name[sum])),
  );
