import { isPlainObject } from './valueKind.ts';

/**
 * A checked copy of a value given in a query. Copied, because a live query outlives the call, and a Date or an array that
 * the caller changes afterwards must not change what it selects.
 */
export function takeValue(value: unknown, path: string, parents: readonly object[] = []): unknown {
  if (value === undefined) {
    const instead = path.startsWith('where') ? ' or use { $exists: false }' : '';
    throw new TypeError(`${path} is undefined; leave the field out${instead}`);
  }
  if (typeof value === 'function' || typeof value === 'symbol') {
    throw new TypeError(`${path} is a ${typeof value}; write plain data, for example { status: 'open' }`);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw new TypeError(`${path} is an invalid Date; give it a time`);
    return new Date(value.getTime());
  }
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (parents.includes(value)) throw new TypeError(`${path} contains itself; write plain data without cycles`);
  const within = [...parents, value];
  if (Array.isArray(value)) return Array.from(value, (item, i) => takeValue(item, `${path}[${i}]`, within));
  if (!isPlainObject(value)) {
    throw new TypeError(
      `${path} is an instance of ${value.constructor?.name}; write plain data, a Date or a Uint8Array`,
    );
  }
  return copyFields(value, path, within);
}

function copyFields(value: Readonly<Record<string, unknown>>, path: string, parents: readonly object[]): object {
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const item = takeValue(value[key], `${path}.${key}`, parents);
    // An own field of this name would become the prototype by assignment.
    if (key === '__proto__') Object.defineProperty(copy, key, { value: item, enumerable: true });
    else copy[key] = item;
  }
  return copy;
}
