import { isPlainObject } from '../util/isPlainObject.ts';
import { check } from './check.ts';

const instead = "write plain data, for example { status: 'open' }";

/** As deep as a record may be, and the operators around its parts. */
const maxDepth = 64;

/**
 * A checked copy of a value given in a query. Copied, because a live query outlives the call, and a Date or an array that
 * the caller changes afterwards must not change what it selects.
 */
export function takeValue(value: unknown, path: string, parents: readonly object[] = []): unknown {
  check(value !== undefined, path, 'is undefined; leave the field out or use { $exists: false }');
  check(typeof value !== 'function' && typeof value !== 'symbol', path, `is a ${typeof value}; ${instead}`);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) {
    check(!Number.isNaN(value.getTime()), path, 'is an invalid Date');
    return new Date(value);
  }
  if (value instanceof Uint8Array) return new Uint8Array(value);
  check(parents.length < maxDepth, path.slice(0, 60), `is nested deeper than ${maxDepth} levels; ${instead}`);
  check(!parents.includes(value), path, `contains itself; ${instead}`);
  const within = [...parents, value];
  if (Array.isArray(value)) return Array.from(value, (item, i) => takeValue(item, `${path}[${i}]`, within));
  check(isPlainObject(value), path, `is an instance of ${value.constructor?.name}; ${instead}`);
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const item = takeValue(value[key], `${path}.${key}`, within);
    // An own field of this name would become the prototype by assignment.
    if (key === '__proto__') Object.defineProperty(copy, key, { value: item, enumerable: true });
    else copy[key] = item;
  }
  return copy;
}
