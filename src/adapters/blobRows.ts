import { depthOf, putAt } from '../blob/blobPath.ts';
import { jsonText } from '../blob/copyJson.ts';
import { TierSyncError } from '../errors.ts';
import type { BlobChange, BlobPath } from '../interfaces/BlobPatch.ts';
import type { JsonValue } from '../interfaces/EntityKeyData.ts';

/** One part of a blob as a row: where it stands, and what stands there, both as text that any database takes. */
export interface BlobRow {
  readonly path: string;
  readonly value: string;
}

/** The rows from `low` on and below `high`. */
export interface RowRange {
  readonly low: string;
  readonly high: string;
}

/** What becomes of the rows of one blob: what is in the ranges goes, and then these rows come. */
export interface RowChanges {
  readonly ranges: readonly RowRange[];
  readonly rows: readonly BlobRow[];
}

/** JSON has a text for every text, also for those that no database takes as they are. */
export const textOfName = (name: string): string => JSON.stringify(name);

/** Begins with the text of every path that leads to it; in the order of code units those come first. */
export const textOfPath = (path: BlobPath): string => path.map((name) => `${textOfName(name)},`).join('');

const pathOfText = (text: string): BlobPath => JSON.parse(`[${text.slice(0, -1)}]`) as BlobPath;

/** After a path only a name can follow, and that begins with a quote: `!` comes before it, `#` after. */
export function rangeOf(path: BlobPath): RowRange {
  const low = textOfPath(path);
  return { low, high: low + (path.length < depthOf(path) ? '#' : '!') };
}

export function rowsOf(path: BlobPath, value: JsonValue): BlobRow[] {
  const isWhole = typeof value !== 'object' || value === null || Array.isArray(value) || path.length >= depthOf(path);
  const inner = isWhole ? [] : Object.entries(value).flatMap(([name, part]) => rowsOf([...path, name], part));
  return inner.length > 0 ? inner : [{ path: textOfPath(path), value: isWhole ? jsonText(value) : '{}' }];
}

/** Changes that come one after the other, as one. */
export function rowChanges(changes: readonly BlobChange[]): RowChanges {
  const ranges: RowRange[] = [];
  const rows = new Map<string, BlobRow>();
  for (const [path, value] of changes) {
    const range = rangeOf(path);
    // A row takes the place of the one that stood there.
    if (value === undefined || path.length < depthOf(path)) ranges.push(range);
    if (path.length < depthOf(path)) {
      for (const text of rows.keys()) if (text >= range.low && text < range.high) rows.delete(text);
    } else rows.delete(range.low);
    for (const row of value === undefined ? [] : rowsOf(path, value)) rows.set(row.path, row);
  }
  return { ranges, rows: [...rows.values()] };
}

/** What rows make together, in the order of their paths; undefined: nothing. `path`: where they stand in their blob. */
export function valueOfRows(where: string, rows: readonly BlobRow[], path: BlobPath = []): JsonValue | undefined {
  const whole: { value?: JsonValue } = {};
  try {
    for (const row of rows) putAt(whole, ['value', ...pathOfText(row.path).slice(path.length)], JSON.parse(row.value));
  } catch (cause) {
    throw new TierSyncError('corrupt', `${where} holds a row that cannot be read`, { cause });
  }
  return whole.value;
}
