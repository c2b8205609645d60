import type { Change } from '../interfaces/ITier.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { placeOf } from '../util/placeOf.ts';
import { compareRecords } from './compareRecords.ts';

/** The records that each of two sides has to get from the other, by names and then ids in the order of code units. */
export interface RecordPartition {
  readonly forA: readonly Change[];
  readonly forB: readonly Change[];
}

/**
 * If both sides hold an id, the later record goes to the other side. A record that one side holds alone goes over, too; but
 * not a tombstone: the other side has nothing to delete, and tombstones it has forgotten would come back.
 */
export function partitionDifferences(
  entityKey: string,
  ofA: readonly StoredRecord[],
  ofB: readonly StoredRecord[],
): RecordPartition {
  const a = byPlace(ofA);
  const b = byPlace(ofB);
  return { forA: lackingIn(a, b, entityKey), forB: lackingIn(b, a, entityKey) };
}

const byPlace = (records: readonly StoredRecord[]): ReadonlyMap<string, StoredRecord> =>
  new Map(records.map((record) => [placeOf(record.entityName, record.id), record]));

function lackingIn(
  side: ReadonlyMap<string, StoredRecord>,
  other: ReadonlyMap<string, StoredRecord>,
  entityKey: string,
): Change[] {
  const lacking: [string, StoredRecord][] = [];
  for (const [place, record] of other) {
    const held = side.get(place);
    if (held === undefined ? !record.isDeleted : compareRecords(record, held) > 0) lacking.push([place, record]);
  }
  return lacking
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, record]) => ({ entityKey, entityName: record.entityName, id: record.id, record }));
}
