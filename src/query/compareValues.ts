import { BYTES, DATE, kindOf, MISSING, OBJECT } from './valueKind.ts';

type Plain = number | bigint | boolean;

/**
 * One total order over all stored values: by kind, within a kind by value. 0 means equal: dates by time, numbers by value
 * (NaN equals NaN, 1 equals 1n), objects, arrays and bytes by content.
 */
export function compareValues(a: unknown, b: unknown): number {
  if (a === b) return 0;
  // What nearly all values are, without the detour.
  if (typeof a === 'number' && typeof b === 'number') return comparePlain(a, b);
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : 1;
  const kind = kindOf(a);
  const byKind = kind - kindOf(b);
  if (byKind !== 0 || kind === MISSING) return byKind;
  const x = contentOf(a, kind);
  const y = contentOf(b, kind);
  return Array.isArray(x) ? compareLists(x, y as readonly unknown[]) : comparePlain(x as Plain, y as Plain);
}

/** What the order looks at in a value: an array of further values, or one that JavaScript can compare. */
export function contentOf(value: unknown, kind: number): unknown {
  if (kind === DATE) return (value as Date).getTime();
  if (kind === BYTES) return [...(value as Uint8Array)];
  return kind === OBJECT ? sortedEntries(value as object) : value;
}

// JavaScript compares a number with a bigint exactly, so the order stays transitive beyond 2 ** 53.
function comparePlain(a: Plain, b: Plain): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
}

function compareLists(a: readonly unknown[], b: readonly unknown[]): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const order = compareValues(a[i], b[i]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Pairs of key and value, by key. A field that is undefined is a field that is not there. */
function sortedEntries(value: object): readonly (readonly [string, unknown])[] {
  return Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => compareValues(a, b));
}
