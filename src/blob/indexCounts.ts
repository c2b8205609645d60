import type { KeySummary } from '../interfaces/Metadata.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';

/** Whether an entry of the index can be right about these records, as far as counting them tells. */
export function hasCountsOf(summary: KeySummary | undefined, records: readonly StoredRecord[]): boolean {
  const counts = new Map<string, number>();
  for (const { entityName, isDeleted } of records) {
    const place = `${isDeleted}${entityName}`;
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  for (const [name, { count, deletedCount }] of Object.entries(summary?.entities ?? {})) {
    for (const [place, expected] of [
      [`false${name}`, count],
      [`true${name}`, deletedCount],
    ] as const) {
      if ((counts.get(place) ?? 0) !== expected) return false;
      counts.delete(place);
    }
  }
  return counts.size === 0;
}

/** How many records an entry of the index counts. */
export const countOf = (summary: KeySummary | undefined): number =>
  Object.values(summary?.entities ?? {}).reduce((sum, { count, deletedCount }) => sum + count + deletedCount, 0);

/** How many of its entities are not here with their content. */
export function evictedIn(summary: KeySummary | undefined): number {
  let sum = 0;
  for (const name in summary?.entities) sum += summary.entities[name]?.evictedCount ?? 0;
  return sum;
}

/** How many entities it counts: records that are not deleted. */
export function activeIn(summary: KeySummary | undefined): number {
  let sum = 0;
  for (const name in summary?.entities) sum += summary.entities[name]?.count ?? 0;
  return sum;
}
