import { TierSyncError } from '../errors.ts';
import type { Room, RowDraft } from './SyncStore.ts';

type HasRecord = Pick<RowDraft, 'record'>;

/** What is written without anybody waiting for it goes in commits of so much, each given to devices as a whole. */
export const commitRoom: Room = { rows: 500, bytes: 4 * 1024 * 1024 };

/** What a row counts for: its content. A deletion has none. */
export const bytesOf = ({ record }: HasRecord): number => (record.value === null ? 0 : Buffer.byteLength(record.text));

export const bytesOfAll = (rows: readonly HasRecord[]): number => rows.reduce((sum, row) => sum + bytesOf(row), 0);

/** Whoever hears this divides what it sends. */
export function checkTogether(rows: readonly HasRecord[], most: number = Number.POSITIVE_INFINITY): void {
  if (most === Number.POSITIVE_INFINITY || bytesOfAll(rows) <= most) return;
  throw new TierSyncError('too-large', `these records take more than ${most} bytes together; send fewer at once`);
}

/** For how many of them, beginning with the first, there is room. */
export function fitting(rows: readonly HasRecord[], room: Room): number {
  let bytes = 0;
  const end = rows.findIndex((row, n) => {
    bytes += bytesOf(row);
    return n === room.rows || bytes > room.bytes;
  });
  return end === -1 ? rows.length : end;
}

/** One after the other, as many at a time as there is room for; one alone may take more. */
export function* portions<T extends HasRecord>(items: readonly T[], room: Room): Generator<readonly T[]> {
  for (let rest = items; rest.length > 0; ) {
    const count = Math.max(1, fitting(rest, room));
    yield rest.slice(0, count);
    rest = rest.slice(count);
  }
}
