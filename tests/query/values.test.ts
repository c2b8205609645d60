import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalText, valueKey } from '../../src/query/canonicalText.ts';
import { compareValues } from '../../src/query/compareValues.ts';
import { compilePath } from '../../src/query/fieldPath.ts';
import { order } from './naive.ts';
import { entity, readPath, value } from './support.ts';

const equalValues = (a: unknown, b: unknown): boolean => compareValues(a, b) === 0;

describe('readPath', () => {
  it('[QU1] a literal field of that name wins over a dotted path', () => {
    expect(readPath(entity('1', { 'a.b': 1, a: { b: 2 } }), 'a.b')).toBe(1);
    expect(readPath(entity('1', { 'a.b': undefined, a: { b: 2 } }), 'a.b')).toBe(undefined);
    expect(readPath(entity('1', { a: { b: 2 } }), 'a.b')).toBe(2);
  });

  it('[QU1] a path reaches into nested objects and arrays by index, and stops at anything else', () => {
    const one = entity('1', { tags: ['x', { y: 'z' }], at: new Date(0), name: 'Ada', bytes: new Uint8Array([7]) });
    expect(readPath(one, 'tags.1.y')).toBe('z');
    expect(readPath(one, 'tags.length')).toBe(2);
    for (const path of [
      'tags.2.y',
      'tags.01',
      'name.0',
      'name.length',
      'at.time',
      'bytes.0',
      'none.deep',
      'tags.0.y',
    ]) {
      expect(readPath(one, path), path).toBe(undefined);
    }
  });

  it('[QU2] what is inherited is never read', () => {
    const one = entity('1', { a: {}, list: [] });
    const paths = [
      'constructor',
      '__proto__',
      'toString',
      'a.constructor',
      'a.__proto__',
      'a.toString.name',
      'list.map',
    ];
    for (const path of paths) expect(compilePath(path)(one), path).toBe(undefined);
    const own = entity('1', { constructor: 'mine', a: JSON.parse('{"__proto__":3}') });
    expect(readPath(own, 'constructor')).toBe('mine');
    expect(readPath(own, 'a.__proto__')).toBe(3);
  });
});

describe('compareValues', () => {
  const ascending: readonly unknown[] = [
    false,
    true,
    Number.NaN,
    Number.NEGATIVE_INFINITY,
    -1n,
    -0.5,
    0,
    1n,
    1.5,
    2 ** 53,
    2n ** 53n + 1n,
    '',
    'B',
    'a',
    'ab',
    'é',
    new Date(0),
    new Date(1),
    new Uint8Array(),
    new Uint8Array([1]),
    new Uint8Array([1, 0]),
    new Uint8Array([2]),
    [],
    [1],
    [1, 1],
    [2],
    {},
    { a: 1 },
    { a: 1, b: 1 },
    { a: 2 },
    { b: 0 },
    null,
  ];

  it('[QU3] values order by kind, then by value; what is missing comes last', () => {
    ascending.forEach((a, i) => {
      ascending.forEach((b, j) => {
        expect(Math.sign(compareValues(a, b)), `${i} and ${j}`).toBe(Math.sign(i - j));
      });
    });
    expect(compareValues(null, undefined)).toBe(0);
  });

  it('[QU3] strings order by code unit, whatever the locale', () => {
    const words = ['zoo', 'Zoo', 'ähre', 'apple', '😀', '\uffff'];
    expect([...words].sort(compareValues)).toEqual([...words].sort());
  });

  it('[QU3] the order is total: antisymmetric, transitive, and zero only for equal values', () => {
    const check = fc.property(value, value, value, (a, b, c) => {
      expect(Math.sign(compareValues(a, b))).toBe(0 - Math.sign(compareValues(b, a)));
      expect(compareValues(a, a)).toBe(0);
      if (compareValues(a, b) <= 0 && compareValues(b, c) <= 0) expect(compareValues(a, c)).toBeLessThanOrEqual(0);
      expect(Math.sign(compareValues(a, b))).toBe(Math.sign(order(a, b)));
    });
    fc.assert(check, { numRuns: 3000 });
  });

  it('[QU4] equality is by value: time, number, content', () => {
    const equal: readonly [unknown, unknown][] = [
      [new Date(5), new Date(5)],
      [Number.NaN, Number.NaN],
      [0, -0],
      [1, 1n],
      [
        { a: 1, b: [new Date(1)] },
        { b: [new Date(1)], a: 1 },
      ],
      [{ a: undefined }, {}],
      [new Uint8Array([1, 2]), new Uint8Array([1, 2])],
      [null, undefined],
    ];
    for (const [a, b] of equal) expect(equalValues(a, b)).toBe(true);
    const different: readonly [unknown, unknown][] = [
      ['1', 1],
      [0, false],
      [new Date(5), 5],
      [[1], { 0: 1 }],
      [new Uint8Array([1]), [1]],
      [{ a: 1 }, { a: 1, b: 1 }],
      [{ a: null }, {}],
      [2n ** 53n + 1n, 2 ** 53],
    ];
    for (const [a, b] of different) expect(equalValues(a, b)).toBe(false);
  });

  it('[QU4] canonical texts and keys are equal exactly when the values are', () => {
    const texts = fc.property(value, value, (a, b) => {
      expect(canonicalText(a) === canonicalText(b)).toBe(equalValues(a, b));
      expect(new Set([valueKey(a)]).has(valueKey(b))).toBe(equalValues(a, b));
    });
    fc.assert(texts, { numRuns: 3000 });
    expect(canonicalText([new Uint8Array([1]), 2])).not.toBe(canonicalText([new Uint8Array([1, 2])]));
    expect(valueKey(`\0${canonicalText({})}`)).not.toBe(valueKey({}));
  });
});
