import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SortedList } from '../../src/query/SortedList.ts';

interface Item {
  readonly key: number;
}

const byKey = (a: Item, b: Item): number => a.key - b.key;
const items = (keys: readonly number[]): Item[] => keys.map((key) => ({ key }));
const keysOf = (list: readonly Item[]): number[] => list.map((item) => item.key);

/** The rank of the item that compares equal, or -1. */
function rankOf(list: SortedList<Item>, item: Item): number {
  const rank = list.lowerBound((other) => byKey(other, item));
  return list.slice(rank, 1)[0]?.key === item.key ? rank : -1;
}

describe('SortedList', () => {
  it('[QU18] insertions, removals and replacements keep the order, over many chunks', () => {
    const numbers = fc.array(fc.integer({ min: 0, max: 6000 }), { minLength: 4000, maxLength: 5000 });
    const keepsOrder = fc.property(numbers, fc.integer({ min: 0, max: 3000 }), (keys, start) => {
      const wanted = new Map<number, Item>(items(keys.slice(0, start)).map((item) => [item.key, item]));
      const list = new SortedList(byKey, [...wanted.values()]);
      for (const item of items(keys.slice(start))) {
        const before = wanted.size;
        if (!wanted.has(item.key)) {
          wanted.set(item.key, item);
          list.edit([], [item]);
          expect(list.length).toBe(before + 1);
        } else if (item.key % 3 === 0) {
          wanted.set(item.key, item);
          list.edit([item], [item]);
          expect(list.slice(rankOf(list, item), 1)[0]).toBe(item);
          expect(list.length).toBe(before);
        } else {
          wanted.delete(item.key);
          expect(rankOf(list, item)).toBeGreaterThanOrEqual(0);
          list.edit([item], []);
          expect(rankOf(list, item)).toBe(-1);
          expect(list.length).toBe(before - 1);
        }
      }
      const expected = [...wanted.values()].sort(byKey);
      expect(list.length).toBe(expected.length);
      const found = list.slice();
      expect(found.every((item, i) => item === expected[i])).toBe(true);
      expect(found).toEqual(expected);
    });
    fc.assert(keepsOrder, { numRuns: 10 });
  });

  it('[QU18] ranks, bounds and slices are those of a sorted array', () => {
    const list = new SortedList(byKey);
    const keys = Array.from({ length: 3000 }, (_, i) => ((i * 7919) % 3000) * 2);
    for (const item of items(keys)) list.edit([], [item]);
    const sorted = [...keys].sort((a, b) => a - b);
    for (const probe of [-1, 0, 1, 2, 1999, 2000, 5998, 5999]) {
      const above = sorted.findIndex((key) => key >= probe);
      expect(list.lowerBound((item) => item.key - probe)).toBe(above < 0 ? 3000 : above);
      expect(rankOf(list, { key: probe })).toBe(sorted.indexOf(probe));
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
  });

  it('[QU18] what is not there is not removed, and an emptied list can be filled again', () => {
    const list = new SortedList(byKey, items([2, 4]));
    for (const key of [3, 9, 1]) {
      list.edit([{ key }], []);
      expect(keysOf(list.slice())).toEqual([2, 4]);
    }
    list.edit([{ key: 2 }], []);
    expect(keysOf(list.slice())).toEqual([4]);
    list.edit([{ key: 4 }], []);
    list.edit([{ key: 4 }], []);
    expect([list.length, list.slice(0), list.lowerBound(() => 0)]).toEqual([0, [], 0]);
    list.edit([], [{ key: 1 }]);
    expect(keysOf(list.slice())).toEqual([1]);
  });

  it('[QU18] a list that is nearly emptied keeps what is left, in few chunks', () => {
    const all = items(Array.from({ length: 5000 }, (_, i) => i));
    const list = new SortedList(byKey, all);
    for (const item of all) if (item.key % 50 !== 0) list.edit([item], []);
    const left = all.filter((item) => item.key % 50 === 0);
    expect(list.length).toBe(left.length);
    expect(list.slice()).toEqual(left);
    expect(list.slice(30, 40)).toEqual(left.slice(30, 70));
    for (const item of left) expect(rankOf(list, item)).toBe(item.key / 50);
  });

  it('[QU18] a batch edit gives what single edits give', () => {
    const keys = fc.uniqueArray(fc.integer({ min: 0, max: 99 }));
    const asSingles = fc.property(keys, keys, keys, (before, removed, added) => {
      const list = new SortedList(byKey, items(before));
      list.edit(items(removed), items(added.filter((key) => removed.includes(key) || !before.includes(key))));
      const left = before.filter((key) => !removed.includes(key));
      expect(keysOf(list.slice())).toEqual([...new Set([...left, ...added])].sort((a, b) => a - b));
      expect(list.length).toBe(keysOf(list.slice()).length);
    });
    fc.assert(asSingles);
  });
});
