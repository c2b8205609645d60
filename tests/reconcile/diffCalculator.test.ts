import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeValue } from '../../src/blob/encodeValue.ts';
import { takeIn } from '../../src/blob/takeIn.ts';
import type { AnyEntity } from '../../src/interfaces/Entity.ts';
import type { Difference, ValuePath } from '../../src/interfaces/IDiffCalculator.ts';
import { diffCalculator } from '../../src/reconcile/diffCalculator.ts';
import { FrozenDate } from '../../src/util/FrozenDate.ts';
import { anyValue, same } from '../blob/support.ts';
import { editedPair, heldTree, storedTree } from './support.ts';

const { diff, apply, invert, isEmpty } = diffCalculator;
const runs = { numRuns: 5_000 };
const pairs: fc.Arbitrary<[unknown, unknown]> = fc.oneof(
  { weight: 4, arbitrary: editedPair(heldTree) },
  { weight: 4, arbitrary: editedPair(storedTree) },
  { weight: 1, arbitrary: fc.tuple(heldTree, heldTree) },
  { weight: 1, arbitrary: fc.tuple(anyValue, anyValue) },
);

const entityOf = (fields: object): AnyEntity =>
  takeIn('Task', fields, { id: 'x', createdAt: new FrozenDate(0), updatedAt: new FrozenDate(1), version: 1 });

/** Undefined where there is nothing. */
const at = (value: unknown, path: ValuePath): unknown =>
  path.reduce<unknown>((from, part) => {
    const isThere = typeof from === 'object' && from !== null && Object.hasOwn(from, part);
    return isThere ? (from as { readonly [part: string | number]: unknown })[part] : undefined;
  }, value);

test('[DF1] a difference applied to the value it was made of gives the other value', () => {
  let nested = 0;
  fc.assert(
    fc.property(pairs, ([a, b]) => {
      const difference = diff(a, b);
      if (difference.set.some(({ path }) => path.length > 1)) nested += 1;
      return same(apply(a, difference), b);
    }),
    runs,
  );
  expect(nested).toBeGreaterThan(500);
});

test('[DF2] an inverted difference leads back', () => {
  fc.assert(
    fc.property(pairs, ([a, b]) => same(apply(b, invert(a, diff(a, b))), a)),
    runs,
  );
});

test('[DF3] equal values have an empty difference, however they are held', () => {
  fc.assert(
    fc.property(pairs, ([a]) => isEmpty(diff(a, structuredClone(a)))),
    runs,
  );
  const held = entityOf({ at: new Date(5), bytes: Uint8Array.of(1, 2), size: Number.NaN, tags: [2n, -0] });
  const given = {
    ...held,
    at: new Date(5),
    bytes: Uint8Array.of(1, 2),
    size: Number.NaN,
    tags: [2n, -0],
    gone: undefined,
  };
  expect(isEmpty(diff(held, given))).toBe(true);
  expect(isEmpty(diff(given, held))).toBe(true);
});

test('[DF4] values that are stored differently differ', () => {
  const pairsThatDiffer: [unknown, unknown][] = [
    [0, -0],
    [1, 1n],
    [null, undefined],
    [new Date(1), new Date(2)],
    [new Date(1), 1],
    [Uint8Array.of(1), Uint8Array.of(2)],
    [Uint8Array.of(1), [1]],
    [Uint8Array.of(1), Uint8Array.of(1, 0)],
    [[], {}],
    [[1], [1, 1]],
    [new Map([[1, 1]]), new Map([[1, 2]])],
  ];
  for (const [a, b] of pairsThatDiffer) {
    expect(isEmpty(diff({ a }, { a: b }))).toBe(false);
    expect(isEmpty(diff({ a: [{ a }] }, { a: [{ a: b }] }))).toBe(false);
  }
});

test('[DF5] a difference names only places that changed, each once', () => {
  fc.assert(
    fc.property(pairs, ([a, b]) => {
      const { set, unset } = diff(a, b);
      for (const { path, value } of set) {
        expect(same(at(a, path), value)).toBe(false);
        expect(same(at(b, path), value)).toBe(true);
      }
      for (const path of unset) {
        expect(at(a, path)).not.toBe(undefined);
        expect(at(b, path)).toBe(undefined);
      }
      const texts = [...set.map(({ path }) => path), ...unset].map((path) => `${JSON.stringify(path).slice(0, -1)},`);
      for (const text of texts) expect(texts.filter((other) => text.startsWith(other))).toEqual([text]);
    }),
    runs,
  );
});

test('[DF6] nested fields and elements are named by their path, in one order', () => {
  const before = { z: 1, address: { city: 'Rome', zip: '1', old: true }, tags: ['a', 'b'], same: { a: [1] } };
  const after = { tags: ['a', 'c'], address: { zip: '2', city: 'Rome' }, z: 2, same: { a: [1] }, new: { a: 1 } };
  expect(diff(before, after)).toEqual({
    set: [
      { path: ['address', 'zip'], value: '2' },
      { path: ['new'], value: { a: 1 } },
      { path: ['tags', 1], value: 'c' },
      { path: ['z'], value: 2 },
    ],
    unset: [['address', 'old']],
  });
});

test('[DF7] an array of another length is set as a whole, and so is a tagged value', () => {
  expect(diff({ tags: [1, 2] }, { tags: [1, 2, 3] }).set).toEqual([{ path: ['tags'], value: [1, 2, 3] }]);
  const [date, bytes] = [encodeValue(new Date(1)), encodeValue(Uint8Array.of(1))];
  expect(diff({ a: date }, { a: bytes })).toEqual({ set: [{ path: ['a'], value: bytes }], unset: [] });
  expect(diff({ a: date }, { a: { b: 1 } })).toEqual({ set: [{ path: ['a'], value: { b: 1 } }], unset: [] });
  const escaped = diff(encodeValue({ a: { $b: 1, c: 1 } }), encodeValue({ a: { $b: 2, c: 1 } }));
  expect(escaped.set).toEqual([{ path: ['a', '$$b'], value: 2 }]);
});

test('[DF8] neither the value nor the difference is changed by applying', () => {
  fc.assert(
    fc.property(pairs, pairs, ([a, b], [c]) => {
      const [before, difference] = [frozen(structuredClone(a)), frozen(diff(a, structuredClone(b)))];
      const copies = structuredClone([before, difference]);
      expect(same(apply(before, difference), b)).toBe(true);
      expect(same(apply(b, frozen(diff(b, c))), c)).toBe(true);
      expect(same([before, difference], copies)).toBe(true);
    }),
    runs,
  );
});

test('[DF8] what a difference sets is copied before something within it is set', () => {
  const value = { b: 1 };
  const set = [
    { path: ['a'], value },
    { path: ['a', 'b'], value: 2 },
  ];
  expect(apply({}, { set, unset: [] })).toEqual({ a: { b: 2 } });
  expect(value).toEqual({ b: 1 });
});

test('[DF9] fields named like parts of a prototype are fields and reach no prototype', () => {
  const hostile = JSON.parse('{"__proto__":{"bad":1},"constructor":{"prototype":{"bad":1}},"toString":1}') as object;
  const made = apply({ kept: 1 }, diff({ kept: 1 }, { kept: 1, ...hostile }));
  expect(Object.keys(made).sort()).toEqual(['__proto__', 'constructor', 'kept', 'toString']);
  expect(Object.getPrototypeOf(made)).toBe(Object.prototype);
  expect(diff(hostile, {}).unset).toEqual([['__proto__'], ['constructor'], ['toString']]);
  expect(Object.keys(apply(hostile, diff(hostile, {})))).toEqual([]);
  for (const path of [
    ['__proto__', 'bad'],
    ['constructor', 'prototype', 'bad'],
  ]) {
    expect(() => apply({}, { set: [{ path, value: 1 }], unset: [] })).toThrow(TypeError);
  }
  expect('bad' in {}).toBe(false);
});

test('[DF10] a difference that does not fit the value is refused', () => {
  const misfits: [unknown, Difference][] = [
    [{}, { set: [{ path: ['a', 'b'], value: 1 }], unset: [] }],
    [{ a: 'text' }, { set: [{ path: ['a', 'b'], value: 1 }], unset: [] }],
    [{ a: new Date(1) }, { set: [{ path: ['a', 'b'], value: 1 }], unset: [] }],
    [{ a: { b: 1 } }, { set: [{ path: ['a', 0], value: 1 }], unset: [] }],
    [{ a: [1] }, { set: [{ path: ['a', 1], value: 1 }], unset: [] }],
    [{ a: [1] }, { set: [{ path: ['a', '0'], value: 1 }], unset: [] }],
    [{ a: [1] }, { set: [{ path: ['a', 'length'], value: 0 }], unset: [] }],
    [{ a: [[1]] }, { set: [{ path: ['a', '0', 0], value: 0 }], unset: [] }],
    [{ a: [1] }, { set: [], unset: [['a', 0]] }],
    [{ a: 1 }, { set: [], unset: [['b', 'c']] }],
  ];
  for (const [value, difference] of misfits) {
    expect(() => apply(value, difference)).toThrow(/Apply a difference to the value it was made of/);
  }
});

test('[DF11] a difference of stored values is plain JSON and survives as text', () => {
  fc.assert(
    fc.property(storedTree, storedTree, (a, b) => {
      const difference = JSON.parse(JSON.stringify(diff(a, b))) as Difference;
      return same(apply(a, difference), b);
    }),
    runs,
  );
});

test('[DF11] a difference of entities as they are handed out applies to them', () => {
  const before = entityOf({ at: new Date(1), bytes: Uint8Array.of(1), box: { bytes: Uint8Array.of(7), size: 1n } });
  const after = entityOf({ at: new Date(2), bytes: Uint8Array.of(2), box: { bytes: Uint8Array.of(7), size: 2n } });
  const difference = diff(before, after);
  expect(difference.set.map(({ path }) => path)).toEqual([['at'], ['box', 'size'], ['bytes']]);
  expect(same(apply(before, difference), after)).toBe(true);
});

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
    for (const inner of Object.values(value)) frozen(inner);
    Object.freeze(value);
  }
  return value;
}
