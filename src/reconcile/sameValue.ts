import { ARRAY, BYTES, DATE, kindOf } from '../query/valueKind.ts';
import { isPlainObject } from '../util/isPlainObject.ts';
import { type Fields, readField } from './fields.ts';

/**
 * Whether two values are stored the same. Finer than the equality of queries: 0 is not -0, 1 is not 1n, null is not
 * undefined. A field that is undefined is not there. Objects of a class are the same only if they are one object.
 */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const kind = kindOf(a);
  if (kind !== kindOf(b)) return false;
  if (kind === DATE) return Object.is((a as Date).getTime(), (b as Date).getTime());
  if (kind === BYTES) return sameBytes(a as Uint8Array, b as Uint8Array);
  if (kind === ARRAY) return sameList(a as readonly unknown[], b as readonly unknown[]);
  return isPlainObject(a) && isPlainObject(b) && sameFields(a, b);
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);

function sameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  // Not by `every`, which skips holes.
  for (let i = 0; i < a.length; i++) if (!sameValue(a[i], b[i])) return false;
  return true;
}

const sameFields = (a: Fields, b: Fields): boolean =>
  Object.keys(a).every((name) => sameValue(readField(a, name), readField(b, name))) &&
  Object.keys(b).every((name) => Object.hasOwn(a, name) || readField(b, name) === undefined);
