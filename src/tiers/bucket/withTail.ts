import type { Change } from '../../interfaces/ITier.ts';
import type { StoredRecord } from '../../interfaces/StoredRecord.ts';
import { mergeRecords } from '../../reconcile/compareRecords.ts';
import { placeOf } from '../../util/placeOf.ts';

/** What the blobs of a checkpoint hold of a key, and the tail on top of it. */
export function withTail(folded: readonly StoredRecord[], tail: readonly Change[]): readonly StoredRecord[] {
  const records = new Map(folded.map((record) => [placeOf(record.entityName, record.id), record]));
  for (const { entityName, id, record } of tail) {
    const place = placeOf(entityName, id);
    const winner = mergeRecords(records.get(place), record ?? undefined);
    if (winner !== undefined) records.set(place, winner);
  }
  return [...records.values()];
}
