import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnyEntity } from '../../src/interfaces/Entity.ts';
import type { Change } from '../../src/query/Change.ts';
import { LiveView } from '../../src/query/LiveView.ts';
import { parseQuery } from '../../src/query/parseQuery.ts';
import { naiveQuery } from './naive.ts';
import { collection, entity, idsOf, orderedQuery, query, someEntity, someId, where } from './support.ts';

type Operation = { readonly put: AnyEntity } | { readonly drop: string };

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 3, arbitrary: someEntity.map((put) => ({ put })) },
  { weight: 1, arbitrary: someId.map((drop) => ({ drop })) },
);

const idOf = (one: Operation): string => ('put' in one ? one.put.id : one.drop);

/** Mostly single changes, sometimes a batch, in which an id comes once. */
const batch = fc.oneof(
  { weight: 5, arbitrary: fc.array(operation, { minLength: 1, maxLength: 1 }) },
  { weight: 1, arbitrary: fc.uniqueArray(operation, { maxLength: 30, size: 'max', selector: idOf }) },
);

function perform(store: Map<string, AnyEntity>, operations: readonly Operation[]): Change[] {
  return operations.flatMap((one) => {
    const id = idOf(one);
    const next = 'put' in one ? one.put : null;
    const previous = store.get(id) ?? null;
    if (next) store.set(id, next);
    else store.delete(id);
    return previous || next ? [{ previous, entity: next }] : [];
  });
}

const sameRows = (a: readonly AnyEntity[], b: readonly AnyEntity[]): boolean =>
  a.length === b.length && a.every((one, i) => one === b[i]);

const change = (previous: AnyEntity | null, next: AnyEntity | null): Change[] => [{ previous, entity: next }];

describe('LiveView', () => {
  it('[QU26] after every change the window is the answer of the query, and true is said exactly when it changed', () => {
    const follows = fc.property(
      orderedQuery,
      collection,
      fc.array(batch, { maxLength: 40, size: 'max' }),
      (options, start, batches) => {
        const store = new Map(start.map((one) => [one.id, one]));
        const view = new LiveView(parseQuery(options), store.values());
        for (const operations of batches) {
          const before = view.window();
          const said = view.apply(perform(store, operations));
          const expected = naiveQuery(options, [...store.values()]);
          expect(said).toBe(!sameRows(before, expected));
          expect(sameRows(view.window(), expected)).toBe(true);
          expect(view.window() === before).toBe(!said);
          expect(view.total).toBe(
            naiveQuery({ where: options.where ?? {}, ids: options.ids ?? [...store.keys()] }, [...store.values()])
              .length,
          );
        }
      },
    );
    fc.assert(follows, { numRuns: 200 });
  });

  it('[QU26] it stays true over 1,000 operations', () => {
    const long = fc.property(
      orderedQuery,
      fc.array(operation, { minLength: 1000, maxLength: 1000, size: 'max' }),
      (options, operations) => {
        const store = new Map<string, AnyEntity>();
        const view = new LiveView(parseQuery(options), []);
        for (const one of operations) {
          const before = view.window();
          const said = view.apply(perform(store, [one]));
          const expected = naiveQuery(options, [...store.values()]);
          if (said === sameRows(before, expected) || !sameRows(view.window(), expected)) {
            expect([said, idsOf(view.window())]).toEqual([!sameRows(before, expected), idsOf(expected)]);
          }
        }
      },
    );
    fc.assert(long, { numRuns: 25 });
  });

  it('[QU27] without an order what stays keeps its place and what is new comes at the end', () => {
    const stable = fc.property(
      fc.option(where, { nil: {} }),
      collection,
      fc.array(batch, { maxLength: 40, size: 'max' }),
      (given, start, batches) => {
        const store = new Map(start.map((one) => [one.id, one]));
        const view = new LiveView(parseQuery({ where: given }), store.values());
        for (const operations of batches) {
          const before = view.window();
          const said = view.apply(perform(store, operations));
          const after = view.window();
          const matching = naiveQuery({ where: given }, [...store.values()]);
          expect(new Set(after)).toEqual(new Set(matching));
          expect(view.total).toBe(matching.length);
          const ids = new Set(idsOf(matching));
          const stayed = idsOf(before).filter((id) => ids.has(id));
          expect(idsOf(after).slice(0, stayed.length)).toEqual(stayed);
          expect(said).toBe(!sameRows(before, after));
          expect(before === after).toBe(!said);
        }
      },
    );
    fc.assert(stable, { numRuns: 200 });
  });

  it('[QU27] many deletions and returns keep it right', () => {
    const all = Array.from({ length: 400 }, (_, i) => entity(`e${i}`));
    const view = new LiveView(parseQuery({}), all);
    for (const one of all.slice(0, 300)) expect(view.apply(change(one, null))).toBe(true);
    expect(view.window()).toEqual(all.slice(300));
    view.apply(change(null, all[0]!));
    view.apply(change(all[350]!, null));
    expect(idsOf(view.window())).toEqual(idsOf([...all.slice(300, 350), ...all.slice(351), all[0]!]));
    expect(view.total).toBe(100);
  });

  it('[QU28] the window is a fresh array each time it changed and the same one while it did not', () => {
    const a = entity('a', { rank: 1 });
    const b = entity('b', { rank: 2 });
    const view = new LiveView(parseQuery({ sort: [{ field: 'rank' }], limit: 1 }), [a, b]);
    const first = view.window();
    expect(view.apply(change(b, entity('b', { rank: 3 })))).toBe(false);
    expect(view.apply(change(null, entity('c', { rank: 9 })))).toBe(false);
    expect(view.apply([])).toBe(false);
    expect(view.window()).toBe(first);
    expect(view.total).toBe(3);
    expect(view.apply(change(a, null))).toBe(true);
    expect(view.window()).not.toBe(first);
    expect(first).toEqual([a]);
    expect(idsOf(view.window())).toEqual(['b']);
  });

  it('[QU28] changes that cancel each other before the window is read leave the same array', () => {
    const cancel = fc.property(query, collection, fc.array(batch, { maxLength: 6 }), (options, start, batches) => {
      const store = new Map(start.map((one) => [one.id, one]));
      const view = new LiveView(parseQuery(options), store.values());
      const before = view.window();
      const said = batches.map((operations) => view.apply(perform(store, operations)));
      const after = view.window();
      expect(before === after).toBe(sameRows(before, after));
      if (!said.includes(true)) expect(after).toBe(before);
      if (parseQuery(options).compare) expect(sameRows(after, naiveQuery(options, [...store.values()]))).toBe(true);
    });
    fc.assert(cancel, { numRuns: 1000 });
    const a = entity('a');
    const view = new LiveView(parseQuery({}), [a]);
    const before = view.window();
    expect(view.apply(change(a, a))).toBe(false);
    view.apply(change(null, entity('b')));
    view.apply(change(entity('b'), null));
    expect(view.window()).toBe(before);
  });

  it('[QU28] a large batch that changes the first row only is a change, one that restores every row is none', () => {
    const rows = Array.from({ length: 20 }, (_, i) => entity(`e${i}`, { rank: i }));
    const view = new LiveView(parseQuery({ sort: [{ field: 'rank' }] }), rows);
    const untouched = rows.slice(1).map((row) => ({ previous: row, entity: row }));
    expect(view.apply(untouched)).toBe(false);
    const first = entity('e0', { rank: -1 });
    expect(view.apply([...untouched, { previous: rows[0]!, entity: first }])).toBe(true);
    expect(view.window()).toEqual([first, ...rows.slice(1)]);
  });

  it('[QU28] what happens outside the window is no change, what shifts it is one', () => {
    const rows = Array.from({ length: 10 }, (_, i) => entity(`e${i}`, { rank: i * 10 }));
    const view = new LiveView(parseQuery({ sort: [{ field: 'rank' }], offset: 3, limit: 3 }), rows);
    expect(view.apply(change(rows[0]!, entity('e0', { rank: 1 })))).toBe(false);
    expect(view.apply(change(rows[1]!, entity('e1', { rank: 5 })))).toBe(false);
    expect(view.apply(change(rows[9]!, entity('e9', { rank: 61 })))).toBe(false);
    expect(view.apply(change(rows[2]!, entity('e2', { rank: 99 })))).toBe(true);
    expect(idsOf(view.window())).toEqual(['e4', 'e5', 'e6']);
  });
});
