import fc from 'fast-check';
import { canonicalText } from '../../src/blob/canonicalText.ts';
import { activeRecord, tombstone } from '../../src/blob/records.ts';
import type { StoredEntity } from '../../src/interfaces/EntityKeyData.ts';
import type { StoredRecord } from '../../src/interfaces/StoredRecord.ts';

/** Equal as data, told without the codec: -0 is not 0, a Date is its time, bytes are their content. */
export function same(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  if (a instanceof Date || b instanceof Date) {
    return a instanceof Date && b instanceof Date && Object.is(a.getTime(), b.getTime());
  }
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    if (!(a instanceof Uint8Array && b instanceof Uint8Array) || a.length !== b.length) return false;
    return a.every((byte, i) => byte === b[i]);
  }
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && same(a[key as keyof typeof a], b[key as keyof typeof b]));
}

/** Any UTF-16 text, halves of surrogate pairs and control characters among them. */
const text: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.integer({ min: 32, max: 126 }), fc.integer({ min: 0, max: 0xffff })), { maxLength: 8 })
  .map((units) => String.fromCharCode(...units));

const tags = ['$date', '$bigint', '$bytes', '$number', '$', '$$', '$$date', '$later'];

export const fieldName: fc.Arbitrary<string> = fc
  .oneof(
    { weight: 3, arbitrary: fc.constantFrom('a', 'b', 'name') },
    { weight: 2, arbitrary: text },
    { weight: 2, arbitrary: fc.constantFrom(...tags) },
    fc.constantFrom('', '0', '-0', '10', 'length', 'constructor', 'hasOwnProperty', 'toString', 'toJSON', 'then'),
  )
  .filter((name) => name !== '__proto__');

const scalar: fc.Arbitrary<unknown> = fc.oneof(
  text,
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constantFrom<unknown>(
    null,
    -0,
    0,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    0n,
    -(2n ** 99n),
  ),
  fc.bigInt(),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ maxLength: 12 }),
  fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-01-01', 'NaN', '-0', '$date', '12345678901234567890', 'AAE='),
);

/** Every value that an entity may hold. */
export const anyValue: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fieldName, tie('value'), { maxKeys: 5 }),
  ),
})).value;

/** The same value with the keys of every object in another order. */
export function reordered(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(reordered);
  const entries = Object.entries(value).map(([key, inner]) => [key, reordered(inner)] as const);
  return Object.fromEntries(entries.reverse());
}

export const isoOf = (time: number): string => new Date(time).toISOString();

export function active(id: string, time: number, fields: object = {}, name = 'Task'): StoredRecord {
  const at = isoOf(time);
  return activeRecord(name, id, { id, createdAt: isoOf(0), updatedAt: at, version: 1, ...fields } as StoredEntity);
}

export const grave = (id: string, time: number, name = 'Task'): StoredRecord => tombstone(name, id, isoOf(time));

/** Records of one id with few stamps, versions and contents, so that ties of every kind are frequent. */
export const tyingRecord: fc.Arbitrary<StoredRecord> = fc.oneof(
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 3 }).map((time) => grave('x', time)) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 2 }), fc.constantFrom('a', 'b', 'c'))
      .map(([time, version, title]) => active('x', time, { version, title })),
  },
  // Equal hashes of unequal texts: too rare to find, so they are made.
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(1, 2), fc.constantFrom('p', 'q'))
      .map(([stamp, content]) => ({ ...plain(active('x', stamp)), hash: 7, text: content })),
  },
);

export const plain = (record: StoredRecord): StoredRecord => ({
  entityName: record.entityName,
  id: record.id,
  value: record.value,
  isDeleted: record.isDeleted,
  time: record.time,
  stamp: record.stamp,
  version: record.version,
  text: record.text,
  hash: record.hash,
});

/** A record told by its content alone. */
export const told = (record: StoredRecord | undefined): string =>
  record === undefined ? 'none' : canonicalText({ ...plain(record), value: null });
