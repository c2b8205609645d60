import { describe, expect, it } from 'vitest';
import type { SortField } from '../../src/interfaces/QueryOptions.ts';
import type { Comparator } from '../../src/query/compileSort.ts';
import { parseQuery } from '../../src/query/parseQuery.ts';
import { entity, idsOf } from './support.ts';

const compileSort = (sort: readonly SortField[]): Comparator => parseQuery({ sort }).compare!;

const people = [
  entity('c', { name: 'Bo', age: 3, home: { city: 'Rome' } }),
  entity('a', { name: 'Al', age: 3 }),
  entity('b', { name: 'Bo', age: 1, home: { city: 'Oslo' } }),
  entity('d', { name: 'Cy' }),
  entity('e', { name: 'Dy', age: null }),
];

function sorted(sort: readonly SortField[]): string {
  return idsOf([...people].sort(compileSort(sort))).join('');
}

describe('compileSort', () => {
  it('[QU16] the first field decides, then the next, then the id ascending', () => {
    expect(sorted([{ field: 'name' }, { field: 'age' }])).toBe('abcde');
    expect(sorted([{ field: 'name' }, { field: 'age', direction: 'desc' }])).toBe('acbde');
    expect(sorted([])).toBe('abcde');
    expect(sorted([{ field: 'age' }])).toBe('bacde');
    expect(sorted([{ field: 'id', direction: 'desc' }])).toBe('edcba');
  });

  it('[QU17] what is missing comes last ascending and first descending; ties still go by ascending id', () => {
    expect(sorted([{ field: 'age', direction: 'desc' }])).toBe('deacb');
    expect(sorted([{ field: 'home.city' }])).toBe('bcade');
    expect(sorted([{ field: 'home.city', direction: 'desc' }])).toBe('adecb');
  });

  it('[QU17] NaN and mixed kinds have their fixed places', () => {
    const mixed = [Number.NaN, 1, '1', new Date(0), -1, 0n].map((v, i) => entity(String(i), { v }));
    expect(idsOf([...mixed].sort(compileSort([{ field: 'v' }]))).join('')).toBe('045123');
    expect(idsOf([...mixed].sort(compileSort([{ field: 'v', direction: 'desc' }]))).join('')).toBe('321540');
  });

  const misuse: readonly [unknown, string][] = [
    [{ field: 'a' }, 'sort must be an array'],
    ['a', 'sort must be an array'],
    [['a'], 'sort[0] must be an object'],
    [[{ field: 'a' }, null], 'sort[1] must be an object'],
    [[{ direction: 'asc' }], 'sort[0].field must be the name of a field'],
    [[{ field: 1 }], 'sort[0].field must be the name of a field'],
    [[{ field: 'a', direction: 'down' }], "sort[0].direction must be 'asc' or 'desc'"],
    [[{ field: 'a', direction: -1 }], "sort[0].direction must be 'asc' or 'desc'"],
    [[{ field: 'a', order: 'desc' }], 'sort[0].order is not known'],
  ];

  it.each(misuse)('[QU15] misuse of sort is a TypeError that names the place: case %#', (given, message) => {
    expect(() => compileSort(given as SortField[])).toThrow(TypeError);
    expect(() => compileSort(given as SortField[])).toThrow(message);
  });
});
