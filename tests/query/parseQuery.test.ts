import { describe, expect, it } from 'vitest';
import type { QueryOptions } from '../../src/interfaces/QueryOptions.ts';
import { boundsOf } from '../../src/query/boundsOf.ts';
import { parseQuery } from '../../src/query/parseQuery.ts';
import { runQuery } from '../../src/query/runQuery.ts';
import { entity, idsOf } from './support.ts';

const five = ['d', 'b', 'e', 'a', 'c'].map((id, i) => entity(id, { rank: i % 2 }));
const answer = (options?: QueryOptions): string => idsOf(runQuery(parseQuery(options), five)).join('');

describe('parseQuery', () => {
  it('[QU19] with sort the order is that of sort, ids or not', () => {
    expect(answer({ sort: [{ field: 'rank' }] })).toBe('cdeab');
    expect(answer({ sort: [{ field: 'rank', direction: 'desc' }], ids: ['c', 'a', 'd'] })).toBe('acd');
    expect(answer({ sort: [] })).toBe('abcde');
  });

  it('[QU20] with ids and no sort the order is that of ids, each once', () => {
    expect(answer({ ids: ['e', 'zz', 'a', 'e', 'b'] })).toBe('eab');
    expect(answer({ ids: ['e', 'a', 'b', 'c'], offset: 1, limit: 2 })).toBe('ab');
    expect(answer({ ids: ['e', 'a', 'b'], where: { rank: 1 } })).toBe('ab');
    expect(answer({ ids: [] })).toBe('');
    expect(parseQuery({ ids: ['a', 'b', 'a'] }).ids).toEqual(['a', 'b']);
  });

  it('[QU21] a limit or offset without an order goes by id; without any the order is not specified', () => {
    expect(answer({ limit: 3 })).toBe('abc');
    expect(answer({ offset: 3 })).toBe('de');
    expect(answer({ limit: 0 })).toBe('');
    expect(answer({ offset: 9, limit: 2 })).toBe('');
    expect(parseQuery({ where: { rank: 1 }, offset: 0 }).compare).toBe(null);
    expect([...answer()].sort().join('')).toBe('abcde');
  });

  it('[QU22] equal queries have one canonical text, different ones have different texts', () => {
    const one = (options: QueryOptions): string => parseQuery(options).canonical;
    const groups: readonly (readonly QueryOptions[])[] = [
      [{}, { where: {} }, { offset: 0 }, { years: undefined }],
      [
        { where: { a: 1, b: { x: 1, y: 2 } }, limit: 5 },
        { limit: 5, where: { b: { y: 2, x: 1 }, a: 1 } },
      ],
      [{ where: { at: new Date(5) } }, { where: { at: new Date(5) } }],
      [{ where: { at: new Date(6) } }],
      [{ where: { at: 5 } }],
      [{ where: { at: '5' } }],
      [{ where: { at: 2n ** 64n + 1n } }],
      [{ where: { at: 2n ** 64n } }],
      [{ where: { at: new Uint8Array([1]) } }],
      [{ sort: [{ field: 'a' }] }, { sort: [{ field: 'a', direction: 'asc' }] }],
      [{ sort: [{ field: 'a', direction: 'desc' }] }],
      [{ sort: [] }],
      [{ ids: ['a', 'b'] }, { ids: ['a', 'b', 'a'] }],
      [{ ids: ['b', 'a'] }],
      [
        { ids: ['b', 'a'], sort: [] },
        { ids: ['a', 'b'], sort: [] },
      ],
      [{ limit: 1 }],
      [{ offset: 1 }],
      [{ years: [2025] }],
      [{ years: ['2025'] }],
    ];
    const texts = groups.map((group) => new Set(group.map(one)));
    for (const [i, set] of texts.entries()) expect(set.size, `group ${i}`).toBe(1);
    expect(new Set(texts.flatMap((set) => [...set])).size).toBe(groups.length);
  });

  it('[QU23] every other option that is not undefined is a filter of the key strategy', () => {
    const parsed = parseQuery({ years: [2025], region: 'eu', none: undefined, where: { a: 1 }, limit: 1 });
    expect(parsed.filters).toEqual({ years: [2025], region: 'eu' });
    expect(parseQuery({ none: undefined }).filters).toBe(null);
    expect(parseQuery(undefined).filters).toBe(null);
  });

  it('[QU24] equalities and ranges at the top of where are found for the indexes', () => {
    const parsed = parseQuery({
      ids: ['a'],
      where: { a: 1, b: { $eq: 'x', $ne: 'y' }, c: { $gte: 1, $lt: 3 }, d: { e: 1 }, $or: [{ f: 1 }] },
    });
    const { equalities, ranges } = boundsOf(parsed);
    expect([...equalities]).toEqual([
      ['a', 1],
      ['b', 'x'],
      ['d', { e: 1 }],
    ]);
    expect([...ranges]).toEqual([['c', { $gte: 1, $lt: 3 }]]);
    expect(parsed.conditions).toBe(8);
  });

  it('[QU14] changing the given options afterwards does not change the query', () => {
    const ids = ['a'];
    const sort = [{ field: 'rank', direction: 'asc' as 'asc' | 'desc' }];
    const where = { rank: { $in: [0] } };
    const parsed = parseQuery({ ids, sort, where });
    ids.push('b');
    sort[0]!.direction = 'desc';
    where.rank.$in.push(1);
    expect(parsed.canonical).toBe(
      parseQuery({ ids: ['a'], sort: [{ field: 'rank' }], where: { rank: { $in: [0] } } }).canonical,
    );
    expect(runQuery(parsed, five)).toEqual([]);
  });

  const misuse: readonly [unknown, string][] = [
    [null, 'query options must be an object'],
    [[], 'query options must be an object'],
    ['open', 'query options must be an object'],
    [() => true, 'query options must be an object'],
    [{ ids: 'a' }, 'ids must be an array of ids'],
    [{ ids: ['a', 1] }, 'ids[1] must be a string'],
    [{ ids: null }, 'ids must be an array of ids'],
    [{ limit: -1 }, 'limit must be a whole number'],
    [{ limit: 1.5 }, 'limit must be a whole number'],
    [{ limit: '5' }, 'limit must be a whole number'],
    [{ limit: null }, 'limit must be a whole number from 0 on; leave it out for all'],
    [{ limit: Number.POSITIVE_INFINITY }, 'limit must be a whole number'],
    [{ offset: Number.NaN }, 'offset must be a whole number'],
    [{ offset: -1 }, 'offset must be a whole number'],
    [{ where: null }, 'where must be an object'],
    [{ where: { a: undefined } }, 'where.a is undefined'],
    [{ sort: 'name' }, 'sort must be an array'],
    [{ sort: null }, 'sort must be an array'],
    [{ sort: [{ field: 'a', direction: 'up' }] }, "sort[0].direction must be 'asc' or 'desc'"],
    [{ years: () => true }, 'years is a function'],
  ];

  it.each(misuse)('[QU15] misuse of the options is a TypeError that names the place: case %#', (given, message) => {
    expect(() => parseQuery(given as QueryOptions)).toThrow(TypeError);
    expect(() => parseQuery(given as QueryOptions)).toThrow(message);
  });
});
