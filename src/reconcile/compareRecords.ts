import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { compareText } from '../util/compareText.ts';

/**
 * The one order of two records of one id; merging takes the greater. Later stamp; on equal stamps a deletion beats an
 * active record; then the higher version, the greater hash, the greater text. Zero means equal in every respect.
 */
export function compareRecords(a: StoredRecord, b: StoredRecord): number {
  if (a.stamp !== b.stamp) return a.stamp < b.stamp ? -1 : 1;
  if (a.isDeleted || b.isDeleted) return Number(a.isDeleted) - Number(b.isDeleted);
  if (a.version !== b.version) return a.version < b.version ? -1 : 1;
  if (a.hash !== b.hash) return a.hash < b.hash ? -1 : 1;
  return compareText(a.text, b.text);
}

/** The greater of two records; either may be missing. */
export function mergeRecords(a: StoredRecord | undefined, b: StoredRecord | undefined): StoredRecord | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compareRecords(a, b) >= 0 ? a : b;
}

/** The greatest of them; undefined: there is none. */
export const latestOf = (records: readonly StoredRecord[]): StoredRecord | undefined =>
  records.reduce<StoredRecord | undefined>(mergeRecords, undefined);
