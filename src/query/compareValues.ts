import { Kind, kindOf } from './valueKind.ts';

/** One total order over all stored values: by kind, within a kind by value. Equal values give 0. */
export function compareValues(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : 1;
  if (typeof a === 'number' && typeof b === 'number') return compareNumbers(a, b);
  const kind = kindOf(a);
  const byKind = kind - kindOf(b);
  if (byKind !== 0) return byKind;
  switch (kind) {
    case Kind.number:
      return compareNumbers(a as number, b as number);
    case Kind.boolean:
      return Number(a) - Number(b);
    case Kind.date:
      return compareNumbers((a as Date).getTime(), (b as Date).getTime());
    case Kind.bytes:
    case Kind.array:
      return compareItems(a as ArrayLike<unknown>, b as ArrayLike<unknown>);
    case Kind.object:
      return compareItems(sortedEntries(a as object), sortedEntries(b as object));
    default:
      return 0;
  }
}

/** Dates by time, numbers by value (NaN equals NaN, 1 equals 1n), objects, arrays and bytes by content. */
export function equalValues(a: unknown, b: unknown): boolean {
  return a === b || (typeof a !== 'string' && compareValues(a, b) === 0);
}

// JavaScript compares a number with a bigint exactly, so the order stays transitive beyond 2 ** 53.
function compareNumbers(a: number | bigint, b: number | bigint): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
}

function compareItems(a: ArrayLike<unknown>, b: ArrayLike<unknown>): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const order = compareValues(a[i], b[i]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Pairs of key and value, by key. A field that is undefined is a field that is not there. */
export function sortedEntries(value: object): readonly (readonly [string, unknown])[] {
  const fields = value as Readonly<Record<string, unknown>>;
  const keys = Object.keys(fields).filter((key) => fields[key] !== undefined);
  return keys.sort().map((key) => [key, fields[key]] as const);
}
