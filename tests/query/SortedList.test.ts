import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SortedList } from '../../src/query/SortedList.ts';

interface Item {
  readonly key: number;
}

const byKey = (a: Item, b: Item): number => a.key - b.key;
const items = (keys: readonly number[]): Item[] => keys.map((key) => ({ key }));
const keysOf = (list: Iterable<Item>): number[] => [...list].map((item) => item.key);

describe('SortedList', () => {
  it('[QU18] insertions, removals and replacements keep the order, over many chunks', () => {
    const numbers = fc.array(fc.integer({ min: 0, max: 6000 }), { minLength: 4000, maxLength: 5000 });
    const keepsOrder = fc.property(numbers, fc.integer({ min: 0, max: 3000 }), (keys, start) => {
      const wanted = new Map<number, Item>(items(keys.slice(0, start)).map((item) => [item.key, item]));
      const list = SortedList.from(wanted.values(), byKey);
      for (const item of items(keys.slice(start))) {
        const before = wanted.size;
        if (!wanted.has(item.key)) {
          wanted.set(item.key, item);
          list.insert(item);
          expect(list.length).toBe(before + 1);
        } else if (item.key % 3 === 0) {
          wanted.set(item.key, item);
          expect(list.replace(item)).toBe(list.rankOf(item));
        } else {
          wanted.delete(item.key);
          expect(list.remove(item)).toBeGreaterThanOrEqual(0);
        }
      }
      const expected = [...wanted.values()].sort(byKey);
      expect(list.length).toBe(expected.length);
      expect(list.holds(expected, 0)).toBe(true);
      expect([...list]).toEqual(expected);
    });
    fc.assert(keepsOrder, { numRuns: 10 });
  });

  it('[QU18] ranks, bounds and slices are those of a sorted array', () => {
    const list = SortedList.from<Item>([], byKey);
    const keys = Array.from({ length: 3000 }, (_, i) => ((i * 7919) % 3000) * 2);
    for (const item of items(keys)) expect(list.insert(item)).toBe(list.rankOf(item));
    const sorted = [...keys].sort((a, b) => a - b);
    for (const probe of [-1, 0, 1, 2, 1999, 2000, 5998, 5999]) {
      const above = sorted.findIndex((key) => key >= probe);
      expect(list.lowerBound((item) => item.key - probe)).toBe(above < 0 ? 3000 : above);
      expect(list.rankOf({ key: probe })).toBe(sorted.indexOf(probe));
    }
    for (const [offset, limit] of [
      [0, 10],
      [1020, 10],
      [500, 2000],
      [2990, 50],
      [3000, 5],
      [0, Number.POSITIVE_INFINITY],
      [7, 0],
    ] as const) {
      expect(keysOf(list.slice(offset, limit)), `${offset} ${limit}`).toEqual(sorted.slice(offset, offset + limit));
    }
    const window = list.slice(700, 900);
    expect(list.holds(window, 700)).toBe(true);
    expect(list.holds(window, 701)).toBe(false);
    expect(list.holds(list.slice(1700, 900), 1700)).toBe(true);
    expect(list.holds(list.slice(1700, 900), 1701)).toBe(false);
    expect(list.holds([...window, { key: 0 }], 700)).toBe(false);
  });

  it('[QU18] what is not there is not removed, and an emptied list can be filled again', () => {
    const list = SortedList.from(items([2, 4]), byKey);
    expect([list.remove({ key: 3 }), list.remove({ key: 9 }), list.replace({ key: 3 })]).toEqual([-1, -1, -1]);
    expect([list.remove({ key: 2 }), list.remove({ key: 4 }), list.remove({ key: 4 })]).toEqual([0, 0, -1]);
    expect([list.length, list.slice(0), list.lowerBound(() => 0)]).toEqual([0, [], 0]);
    list.insert({ key: 1 });
    expect(keysOf(list)).toEqual([1]);
  });

  it('[QU18] a list that is nearly emptied keeps what is left, in few chunks', () => {
    const all = items(Array.from({ length: 5000 }, (_, i) => i));
    const list = SortedList.from(all, byKey);
    for (const item of all) if (item.key % 50 !== 0) list.remove(item);
    const left = all.filter((item) => item.key % 50 === 0);
    expect(list.length).toBe(left.length);
    expect([...list]).toEqual(left);
    expect(list.slice(30, 40)).toEqual(left.slice(30, 70));
    for (const item of left) expect(list.rankOf(item)).toBe(item.key / 50);
  });

  it('[QU18] a batch edit gives what single edits give', () => {
    const keys = fc.uniqueArray(fc.integer({ min: 0, max: 99 }));
    const asSingles = fc.property(keys, keys, keys, (before, removed, added) => {
      const list = SortedList.from(items(before), byKey);
      list.edit(items(removed), items(added.filter((key) => removed.includes(key) || !before.includes(key))));
      const left = before.filter((key) => !removed.includes(key));
      expect(keysOf(list)).toEqual([...new Set([...left, ...added])].sort((a, b) => a - b));
      expect(list.length).toBe(keysOf(list).length);
    });
    fc.assert(asSingles);
  });
});
