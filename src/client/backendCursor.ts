import type { JsonValue } from '../interfaces/EntityKeyData.ts';
import type { Cursor, Horizon } from '../interfaces/ISharedTier.ts';
import { nothingForgotten } from '../reconcile/Finding.ts';

/** How far a device has read a backend. */
export interface Reading {
  readonly lineage: string;
  /** Counts how often there was something new: the backend's own cursor says nothing to anybody else. */
  readonly seq: number;
  readonly cursor: JsonValue;
  /** Travels with the cursor, because only the cursor outlives a restart. */
  readonly horizon: Horizon;
}

/** So that the cursor of another kind of cloud is not taken for one of ours. */
const kind = 'backend:';

export function cursorOf({ lineage, seq, cursor, horizon }: Reading): Cursor {
  return { lineage: kind + lineage, seq, nonce: JSON.stringify([cursor, horizon.seq, horizon.stamp]) };
}

/** The inverse. Null: it is of another kind of cloud, or there is none. */
export function readingOf(cursor: Cursor | null): Reading | null {
  if (cursor === null || !cursor.lineage.startsWith(kind)) return null;
  try {
    const [own, seq, stamp] = JSON.parse(cursor.nonce) as [JsonValue, number, number];
    return { lineage: cursor.lineage.slice(kind.length), seq: cursor.seq, cursor: own, horizon: { seq, stamp } };
  } catch {
    // A place that nobody can read is none: everything is compared.
    return null;
  }
}

/** Further on in the same history. Where nothing happened it is the same place, or each look would be stored. */
export function advanced(reading: Reading, cursor: JsonValue): Reading {
  if (JSON.stringify(cursor) === JSON.stringify(reading.cursor)) return reading;
  return { ...reading, cursor, seq: reading.seq + 1 };
}

/** At the end of everything, after what there was before could not be followed. */
export function afresh(
  before: Reading | null,
  { lineage, cursor }: Pick<Reading, 'lineage' | 'cursor'>,
  forgotten: number | null,
): Reading {
  if (before?.lineage !== lineage) return { lineage, cursor, seq: 1, horizon: nothingForgotten };
  const seq = before.seq + 1;
  const horizon = forgotten === null ? before.horizon : { seq, stamp: Math.max(before.horizon.stamp, forgotten) };
  return { lineage, cursor, seq, horizon };
}
