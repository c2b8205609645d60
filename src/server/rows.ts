import { addHash } from '../blob/hash.ts';
import { toMetadata } from '../blob/KeySums.ts';
import type { KeySummary, Metadata, NameSummary } from '../interfaces/Metadata.ts';
import { toWire, type WireChange } from '../protocol/wireChange.ts';
import { groupBy } from '../util/groupBy.ts';
import { fitting } from './room.ts';
import type { NameSums, Room, SyncRow } from './SyncStore.ts';

export const wireOfRow = ({ entityKey, record }: SyncRow): WireChange =>
  toWire({ entityKey, entityName: record.entityName, id: record.id, record });

export interface RowPage {
  readonly rows: readonly SyncRow[];
  readonly hasMore: boolean;
}

/**
 * Whole commits out of the rows that were read, one more than there is room for if there are so many. Null: not even one
 * commit fits, so that it has to be read for itself.
 */
export function pageOf(rows: readonly SyncRow[], room: Room): RowPage | null {
  const next = rows[fitting(rows, room)];
  if (next === undefined) return { rows, hasMore: false };
  const whole = rows.filter(({ seq }) => seq < next.seq);
  return whole.length === 0 ? null : { rows: whole, hasMore: true };
}

/** The device of which all of them are; null: of several, or of none. */
export function deviceOf(rows: readonly SyncRow[]): string | null {
  const device = rows[0]?.device ?? null;
  return rows.every((row) => row.device === device) ? device : null;
}

/** The index that the sums of single names in single keys make. */
export function metadataOf(sums: readonly NameSums[]): Metadata {
  const keys = new Map<string, KeySummary>();
  for (const [entityKey, ofKey] of groupBy(sums, (sum) => sum.entityKey)) {
    const entities: Record<string, NameSummary> = {};
    for (const { name, hash, deletedHash, count, deletedCount } of ofKey) {
      entities[name] = { hash, deletedHash, count, deletedCount };
    }
    const hash = ofKey.reduce((sum, each) => addHash(sum, each.hash), 0);
    const updatedAt = new Date(Math.max(...ofKey.map(({ stamp }) => stamp))).toISOString();
    keys.set(entityKey, { hash, updatedAt, entities });
  }
  return toMetadata(keys);
}
