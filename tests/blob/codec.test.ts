import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalText } from '../../src/blob/canonicalText.ts';
import { decodeValue } from '../../src/blob/decodeValue.ts';
import { EntityCodec } from '../../src/blob/EntityCodec.ts';
import { encodeValue } from '../../src/blob/encodeValue.ts';
import { activeRecord, tombstone } from '../../src/blob/records.ts';
import { takeIn } from '../../src/blob/takeIn.ts';
import { TierSyncError } from '../../src/errors.ts';
import type { JsonValue, StoredEntity } from '../../src/interfaces/EntityKeyData.ts';
import type { StoredRecord } from '../../src/interfaces/StoredRecord.ts';
import { isSame } from '../../src/reconcile/Finding.ts';
import { anyValue, fieldName, isoOf, reordered, same } from './support.ts';

const runs = { numRuns: 3_000 };
const throughText = (json: JsonValue): JsonValue => JSON.parse(canonicalText(json)) as JsonValue;

const codecOf = (entityName = 'Task'): EntityCodec =>
  new EntityCodec({
    entityName,
    onMigrationError: (error) => {
      throw error;
    },
  });

const fieldsOf = (id = 'x') => ({ id, createdAt: new Date(1), updatedAt: new Date(2), version: 3 });

test('[BL1] every supported value comes back equal from its stored text', () => {
  fc.assert(
    fc.property(anyValue, (value) => same(decodeValue(throughText(encodeValue(value))), value)),
    runs,
  );
});

test.each<[string, unknown]>([
  ['minus zero', -0],
  ['not a number', Number.NaN],
  ['infinity', Number.POSITIVE_INFINITY],
  ['minus infinity', Number.NEGATIVE_INFINITY],
  ['the smallest number', Number.MIN_VALUE],
  ['a big integer', -(2n ** 200n)],
  ['the first date', new Date(-8.64e15)],
  ['the last date', new Date(8.64e15)],
  ['no bytes', new Uint8Array()],
  ['all bytes', Uint8Array.from({ length: 256 }, (_, i) => i)],
  ['many bytes', Uint8Array.from({ length: 100_000 }, (_, i) => i * 7)],
  ['half a surrogate pair', 'a\ud800'],
  ['a text with a NUL', '\u0000'],
  ['a text that looks like a date', '2026-01-01T00:00:00.000Z'],
  ['a text that looks like a tag', '{"$date":"2026-01-01T00:00:00.000Z"}'],
  ['an object that looks like a date', { $date: '2026-01-01T00:00:00.000Z' }],
  ['an object that looks like an escaped date', { $$date: '2026-01-01T00:00:00.000Z' }],
  ['a tag beside a field', { $date: 'x', a: 1 }],
  ['an unknown tag', { $later: [1] }],
  ['the name $ itself', { $: { $: 1 } }],
  ['fields that every object has', { constructor: 1, hasOwnProperty: 2, toString: 3, valueOf: 4, toJSON: 5 }],
  ['odd keys', { '': 1, '0': 2, '-0': 3, '\ud800': 4, '\u0000': 5, 'a.b': 6 }],
  ['nothing', null],
  ['empty things in each other', [[], {}, [[{}]], { a: [] }]],
])('[BL1] %s comes back as it was', (_what, value) => {
  const decoded = decodeValue(throughText(encodeValue(value)));
  expect(same(decoded, value)).toBe(true);
});

test('[BL2] what was stored is stored again byte for byte', () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      const stored = throughText(encodeValue(value));
      return canonicalText(encodeValue(decodeValue(stored))) === canonicalText(stored);
    }),
    runs,
  );
});

/** JSON that comes close to what the codec writes. */
const nearlyStored: fc.Arbitrary<JsonValue> = fc
  .letrec<{ json: JsonValue }>((tie) => ({
    json: fc.oneof(
      { depthSize: 'small' },
      fc.jsonValue({ maxDepth: 1 }) as fc.Arbitrary<JsonValue>,
      fc.constantFrom<JsonValue>('NaN', '-0', '7', '-7', '007', '-', '', 'AA', 'AAE=', 'AB==', 'A A=', '2026-01-01'),
      fc.constantFrom<JsonValue>(
        isoOf(1),
        '2026-02-30T00:00:00.000Z',
        '2026-01-01T00:00:00Z',
        '2026-01-01T01:00+01:00',
      ),
      fc.dictionary(fieldName, tie('json'), { maxKeys: 2 }),
      fc.tuple(fc.constantFrom('$date', '$bigint', '$bytes', '$number'), tie('json')).map(([tag, json]) => ({
        [tag]: json,
      })),
    ),
  }))
  .json.map((json) => JSON.parse(JSON.stringify(json)) as JsonValue);

test('[BL3] foreign JSON is refused with an error of ours, or is stored again byte for byte', () => {
  let read = 0;
  fc.assert(
    fc.property(nearlyStored, (json) => {
      let value: unknown;
      try {
        value = decodeValue(json);
      } catch (error) {
        return error instanceof TierSyncError && (error.code === 'corrupt' || error.code === 'upgrade-needed');
      }
      read += 1;
      return canonicalText(encodeValue(value)) === canonicalText(json);
    }),
    { numRuns: 10_000 },
  );
  expect(read).toBeGreaterThan(1_000);
});

test.each<[string, JsonValue]>([
  ['a date that is none', { $date: 'tomorrow' }],
  ['a date in another spelling', { $date: '2026-01-01T00:00:00Z' }],
  ['a date that depends on the place', { $date: '2026-01-01T00:00:00' }],
  ['a day that no month has', { $date: '2026-02-30T00:00:00.000Z' }],
  ['a number as a date', { $date: 5 }],
  ['a bigint in another spelling', { $bigint: '007' }],
  ['a bigint that is none', { $bigint: '1.5' }],
  ['minus zero as a bigint', { $bigint: '-0' }],
  ['bytes in another spelling', { $bytes: 'AA' }],
  ['bytes with bits to spare', { $bytes: 'AB==' }],
  ['bytes that are none', { $bytes: '*' }],
  ['an ordinary number', { $number: '5' }],
  ['a tag with company', { $date: '2026-01-01T00:00:00.000Z', a: 1 }],
  ['a tag with company before it', { a: 1, $bigint: '5' }],
])('[BL3] %s is corrupt', (_what, json) => {
  expect(() => decodeValue({ inner: [json] })).toThrow(expect.objectContaining({ code: 'corrupt' }));
});

test('[BL4] a tag that this version does not know asks for an upgrade, at every level of a record', () => {
  const stored = { id: 'x', createdAt: isoOf(0), updatedAt: isoOf(1), version: 1 } as unknown as StoredEntity;
  for (const extra of [{ a: { $later: 1 } }, { a: [{ $later: 1, b: 2 }] }, { $later: 1 }, { $id: 'y' }, { $: 1 }]) {
    const record = activeRecord('Task', 'x', { ...stored, ...extra } as StoredEntity);
    expect(() => codecOf().decode(record), JSON.stringify(extra)).toThrow(
      expect.objectContaining({ code: 'upgrade-needed' }),
    );
  }
});

test('[BL5] the canonical text does not depend on the order of keys', () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      const text = canonicalText(encodeValue(value));
      return canonicalText(encodeValue(reordered(value))) === text;
    }),
    runs,
  );
});

test('[BL5] values that differ have canonical texts that differ', () => {
  fc.assert(
    fc.property(anyValue, anyValue, (a, b) => {
      const isOneText = canonicalText(encodeValue(a)) === canonicalText(encodeValue(b));
      return isOneText === same(a, b);
    }),
    runs,
  );
});

test('[BL6] an entity with any fields comes back equal from its record', () => {
  const name = fieldName.filter((field) => !['id', 'createdAt', 'updatedAt', 'version'].includes(field));
  fc.assert(
    fc.property(fc.dictionary(name, anyValue, { maxKeys: 6 }), (fields) => {
      const entity = takeIn('Task', fields, fieldsOf());
      const record = codecOf().encode(entity);
      const back = codecOf().decode(activeRecord('Task', 'x', throughText(record.value as never) as never));
      const again = codecOf().encode(back);
      return same(back, { ...fieldsOf(), ...fields }) && again.text === record.text && again.hash === record.hash;
    }),
    runs,
  );
});

test('[BL6] a record of an entity in memory says the same as the one of what is stored of it', () => {
  const read = ({ entityName, id, time, stamp, version, isDeleted, hash, text }: StoredRecord): object => {
    return { entityName, id, time, stamp, version, isDeleted, hash, text };
  };
  const entity = takeIn('Task', { title: 'a' }, fieldsOf());
  const value = codecOf().encode(entity).value as StoredEntity;
  expect(read(codecOf().encode(entity))).toEqual(read(activeRecord('Task', 'x', value)));
});

test('[BL6] two records of one entity are the same, and two that only look alike at a glance are not', () => {
  const codec = codecOf();
  const [one, other] = ['a', 'b'].map((title) => takeIn('Task', { title }, fieldsOf()));
  expect(isSame(codec.encode(one!), codec.encode(one!))).toBe(true);
  expect(isSame(codec.encode(one!), codec.encode(other!))).toBe(false);
  expect(isSame(tombstone('Task', 'x', isoOf(1)), tombstone('Task', 'x', isoOf(2)))).toBe(false);
});

test('[BL6] the times of a record are plain ISO texts in a blob and Dates in memory', () => {
  const entity = takeIn('Task', { due: new Date(5) }, fieldsOf());
  const record = codecOf().encode(entity);
  expect(record.value).toEqual({
    id: 'x',
    createdAt: '1970-01-01T00:00:00.001Z',
    updatedAt: '1970-01-01T00:00:00.002Z',
    version: 3,
    due: { $date: '1970-01-01T00:00:00.005Z' },
  });
  expect(codecOf().decode(record).updatedAt).toEqual(new Date(2));
});
