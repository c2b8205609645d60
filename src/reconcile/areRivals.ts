import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { compareRecords } from './compareRecords.ts';
import { isSameContent } from './resolveConflict.ts';

/**
 * Whether it is certain that neither of two versions was made of the other, whatever is known of how they came about. One
 * that is made of another is later and counts more edits; one that is created anew is younger than the deletion before it.
 * What a deletion has seen, nobody can tell.
 */
export function areRivals(a: StoredRecord, b: StoredRecord): boolean {
  const [later, earlier] = compareRecords(a, b) > 0 ? [a, b] : [b, a];
  if (later.value === null || earlier.isEvicted) return false;
  if (Date.parse(later.value.createdAt ?? later.time) > earlier.stamp) return false;
  return earlier.isDeleted || (later.version <= earlier.version && !isSameContent(later, earlier));
}
