import type { Fault } from '../maintenance/Fault.ts';
import type { VerifiedKey } from '../maintenance/verify.ts';

/** What comes from data must not move the cursor of whoever reads it. */
export const safe = (text: string): string => text.replace(/\p{Cc}/gu, '?');

export const count = (number: number): string => number.toLocaleString('en-US');

export const plural = (number: number, one: string, many = `${one}s`): string =>
  `${count(number)} ${number === 1 ? one : many}`;

/** Lines under each other; the first column to the left, all others to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
  return lines.join('\n');
}

export const faultLines = (faults: readonly Fault[]): string =>
  faults.map(({ code, message }) => `  ${code.padEnd(14)} ${safe(message)}`).join('\n');

export function totals(keys: readonly VerifiedKey[]): string {
  const sum = (field: 'entities' | 'deletions' | 'bytes'): number => keys.reduce((all, key) => all + key[field], 0);
  const entities = plural(sum('entities'), 'entity', 'entities');
  return `${plural(keys.length, 'key')}, ${entities}, ${plural(sum('deletions'), 'deletion')}, ${plural(sum('bytes'), 'byte')}`;
}
