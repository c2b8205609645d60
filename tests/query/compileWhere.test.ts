import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Where } from '../../src/interfaces/QueryOptions.ts';
import type { Predicate } from '../../src/query/compileWhere.ts';
import { parseQuery } from '../../src/query/parseQuery.ts';
import { matches } from './naive.ts';
import { collection, entity, where } from './support.ts';

const compileWhere = (given: Where): Predicate => parseQuery({ where: given }).matches ?? (() => true);

function expectMatch(given: Where, values: readonly unknown[], expected: readonly unknown[]): void {
  const test = compileWhere(given);
  expect(values.filter((v) => test(entity('1', v === undefined ? {} : { v })))).toEqual(expected);
}

const at = (time: number): Date => new Date(time);

describe('compileWhere', () => {
  it('[QU5] several fields and several operators must all hold; an empty where matches everything', () => {
    const test = compileWhere({ a: 1, b: { $gt: 1, $lt: 3 }, c: 'x', d: { e: 2 } });
    expect(test(entity('1', { a: 1, b: 2, c: 'x', d: { e: 2 } }))).toBe(true);
    expect(test(entity('1', { a: 1, b: 3, c: 'x', d: { e: 2 } }))).toBe(false);
    expect(test(entity('1', { a: 1, b: 2, c: 'y', d: { e: 2 } }))).toBe(false);
    expect(compileWhere({})(entity('1'))).toBe(true);
  });

  it('[QU6] a plain value or $eq asks for equality, deep for objects and arrays', () => {
    expectMatch({ v: 1 }, [1, 1n, '1', true, [1], undefined], [1, 1n]);
    expectMatch({ v: at(5) }, [at(5), at(6), 5], [at(5)]);
    expectMatch({ v: { $eq: [1, { a: 2 }] } }, [[1, { a: 2 }], [1, { a: 3 }], [1]], [[1, { a: 2 }]]);
    expectMatch(
      { v: { city: 'Rome', zip: 1 } },
      [{ zip: 1, city: 'Rome' }, { city: 'Rome' }],
      [{ zip: 1, city: 'Rome' }],
    );
    expectMatch({ v: {} }, [{}, { a: 1 }, undefined], [{}]);
    expectMatch({ v: { $eq: { $odd: 1 } } }, [{ $odd: 1 }, {}], [{ $odd: 1 }]);
  });

  it('[QU7] null equals a field that is null and one that is not there', () => {
    expectMatch({ v: null }, [null, undefined, 0, '', false], [null, undefined]);
    expectMatch({ v: { $ne: null } }, [null, undefined, 0], [0]);
    expectMatch({ v: { $in: [null, 'a'] } }, [null, undefined, 'a', 'b'], [null, undefined, 'a']);
  });

  it('[QU8] $gt $gte $lt $lte hold only between values of one kind', () => {
    const values = [1, 5n, 5, 9, '7', at(7), true, null, undefined, [9], Number.NaN];
    expectMatch({ v: { $gt: 5 } }, values, [9]);
    expectMatch({ v: { $gte: 5n } }, values, [5n, 5, 9]);
    expectMatch({ v: { $lt: 5 } }, values, [1, Number.NaN]);
    expectMatch({ v: { $lte: 5, $gte: 1 } }, values, [1, 5n, 5]);
    expectMatch({ v: { $gt: '5' } }, values, ['7']);
    expectMatch({ v: { $gte: at(7) } }, values, [at(7)]);
    expectMatch({ v: { $gte: false } }, values, [true]);
  });

  it('[QU9] $ne and $nin match a field that is not there', () => {
    expectMatch({ v: { $ne: 1 } }, [1, 1n, 2, undefined], [2, undefined]);
    expectMatch({ v: { $nin: [1, at(1)] } }, [1, at(1), at(2), undefined], [at(2), undefined]);
  });

  it('[QU10] $in compares by value', () => {
    expectMatch(
      { v: { $in: ['a', 1, at(1), [2], { a: 1 }] } },
      ['a', 1n, at(1), [2], { a: 1 }, 'b', 2],
      ['a', 1n, at(1), [2], { a: 1 }],
    );
    expectMatch({ v: { $in: [] } }, [1, undefined], []);
  });

  it('[QU11] $contains looks for a text in a text or an item in an array', () => {
    expectMatch({ v: { $contains: 'ab' } }, ['cabs', 'ac', ['ab'], ['cab'], undefined], ['cabs', ['ab']]);
    expectMatch({ v: { $contains: at(1) } }, [[at(1)], [1], at(1)], [[at(1)]]);
    expectMatch({ v: { $contains: 1 } }, [[1n], ['1'], '1', 1], [[1n]]);
  });

  it('[QU12] $startsWith looks at texts only, and $exists at whether the field is there, null included', () => {
    expectMatch({ v: { $startsWith: 'ab' } }, ['abc', 'ab', 'ABC', ['ab'], undefined], ['abc', 'ab']);
    expectMatch({ v: { $exists: true } }, [null, 0, undefined], [null, 0]);
    expectMatch({ v: { $exists: false } }, [null, 0, undefined], [undefined]);
  });

  it('[QU13] $and, $or and $not nest; an empty $and holds and an empty $or does not', () => {
    expectMatch({ $or: [{ v: 1 }, { $and: [{ v: { $gt: 2 } }, { $not: { v: 4 } }] }] }, [1, 2, 3, 4, 5], [1, 3, 5]);
    expectMatch({ $and: [], v: 1 }, [1, 2], [1]);
    expectMatch({ $or: [] }, [1, 2], []);
  });

  it('[QU5] every where agrees with the rules written a second time', () => {
    const agree = fc.property(where, collection, (given, entities) => {
      const test = compileWhere(given);
      for (const one of entities) expect(test(one)).toBe(matches(one, given));
    });
    fc.assert(agree, { numRuns: 1500 });
  });

  it('[QU14] changing the given objects afterwards does not change the query', () => {
    const date = at(1);
    const list = ['a'];
    const test = compileWhere({ d: date, s: { $in: list } });
    date.setTime(2);
    list.push('b');
    expect(test(entity('1', { d: at(1), s: 'a' }))).toBe(true);
    expect(test(entity('1', { d: at(1), s: 'b' }))).toBe(false);
  });

  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  const misuse: readonly [unknown, string][] = [
    [null, 'where must be an object'],
    ['open', 'where must be an object'],
    [[{ a: 1 }], 'where must be an object'],
    [() => true, "where is a function; write plain data, for example { status: 'open' }"],
    [{ name: undefined }, 'where.name is undefined; leave the field out or use { $exists: false }'],
    [{ name: { $eq: undefined } }, 'where.name.$eq is undefined'],
    [{ name: { $in: ['a', undefined] } }, 'where.name.$in[1] is undefined'],
    [{ address: { city: undefined } }, 'where.address.city is undefined'],
    [{ name: { $like: 'a' } }, 'where.name.$like is not an operator of a field; use one of $eq'],
    [
      { name: { $not: { $eq: 1 } } },
      'where.name.$not is not an operator of a field; write { $not: ... } around the field',
    ],
    [{ name: { $gt: 1, city: 2 } }, 'where.name mixes operators and fields'],
    [{ $gt: 5 }, 'where.$gt is not known'],
    [{ $nor: [] }, 'where.$nor is not known'],
    [{ name: { $in: 'ab' } }, 'where.name.$in must be an array'],
    [{ name: { $nin: { a: 1 } } }, 'where.name.$nin must be an array'],
    [{ name: { $startsWith: 1 } }, 'where.name.$startsWith must be a string'],
    [{ name: { $startsWith: /a/ } }, 'where.name.$startsWith is an instance of RegExp'],
    [{ name: { $exists: 1 } }, 'where.name.$exists must be true or false'],
    [{ name: { $gt: null } }, 'where.name.$gt is null, which has no order'],
    [{ name: { $lte: [1] } }, 'where.name.$lte must be a number'],
    [{ name: { $lt: { a: 1 } } }, 'where.name.$lt must be a number'],
    [{ name: () => true }, 'where.name is a function'],
    [{ name: Symbol('a') }, 'where.name is a symbol'],
    [{ at: new Date(Number.NaN) }, 'where.at is an invalid Date'],
    [{ at: { $gt: new Date('?') } }, 'where.at.$gt is an invalid Date'],
    [{ tags: new Set(['a']) }, 'where.tags is an instance of Set'],
    [{ tags: cyclic }, 'where.tags[0] contains itself'],
    [{ $and: { a: 1 } }, 'where.$and must be an array'],
    [{ $or: [{ a: 1 }, null] }, 'where.$or[1] must be an object'],
    [{ $or: [{ $and: [{ b: undefined }] }] }, 'where.$or[0].$and[0].b is undefined'],
    [{ $not: [] }, 'where.$not must be an object'],
    [{ $not: undefined }, 'where.$not is undefined'],
  ];

  it.each(misuse)('[QU15] misuse is a TypeError that names the place: case %#', (given, message) => {
    expect(() => compileWhere(given as Where)).toThrow(TypeError);
    expect(() => compileWhere(given as Where)).toThrow(message);
  });
});
