import { TierSyncError } from '../../errors.ts';
import type { KeySummary } from '../../interfaces/Metadata.ts';
import { isPlainObject } from '../../util/isPlainObject.ts';
import { isCount, isText } from '../../util/jsonChecks.ts';
import type { CheckpointIndex, IndexedKey, IndexedPart } from './checkpointIndex.ts';
import { isHorizon } from './isHorizon.ts';

/** An index as it was read, if it is one. */
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
  isPart(value) ||
  (isPlainObject(value) &&
    Array.isArray(value['pages']) &&
    value['pages'].length > 0 &&
    value['pages'].every(isPart) &&
    isSummary(value['summary']));

const isPart = (value: unknown): value is IndexedPart =>
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
