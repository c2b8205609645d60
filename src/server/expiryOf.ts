import type { StoredRecord } from '../interfaces/StoredRecord.ts';

/** When a record is gone by itself, as its field `expiresAt` says. Null: never, or already. */
export function expiryOf({ value }: StoredRecord): number | null {
  const { $date } = Object(value?.['expiresAt']) as { readonly $date?: unknown };
  const time = typeof $date === 'string' ? Date.parse($date) : Number.NaN;
  return Number.isNaN(time) ? null : time;
}
