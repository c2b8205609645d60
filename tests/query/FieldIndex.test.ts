import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnyEntity } from '../../src/interfaces/Entity.ts';
import type { QueryOptions } from '../../src/interfaces/QueryOptions.ts';
import { chooseIndex } from '../../src/query/chooseIndex.ts';
import { FieldIndex } from '../../src/query/FieldIndex.ts';
import { parseQuery } from '../../src/query/parseQuery.ts';
import { runIndexed } from '../../src/query/runIndexed.ts';
import { runQuery } from '../../src/query/runQuery.ts';
import { collection, entity, idsOf, query, readPath, someId, value } from './support.ts';

const definitions = [
  ['status'],
  ['score'],
  ['status', 'score'],
  ['status', 'rank', 'score'],
  ['place.city', 'rank'],
  ['id'],
];

const small = fc.integer({ min: -3, max: 4 });

const conditions: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  status: fc.constantFrom<unknown>('open', 'closed', null, 1, 1n, { $eq: 'open' }),
  rank: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constant({ $in: [1, 2] })),
  score: fc.oneof(
    value.filter((one) => one !== undefined),
    fc.record({ $gt: small, $lte: small }, { requiredKeys: [] }),
    fc.record({ $gte: fc.constantFrom(0, 1n, Number.NaN), $lt: small }, { requiredKeys: [] }),
    fc.constantFrom({ $gt: 'a' }, { $lte: 'ab' }, { $gte: new Date(1) }, { $lt: new Date(2) }, { $lt: true }),
    // Bounds of two kinds: nothing lies between them.
    fc.constantFrom({ $gte: 'a', $lt: new Date(2) }, { $gt: 0, $lt: 'b' }, { $lte: 3, $gt: false }),
  ),
  'place.city': value.filter((one) => one !== undefined),
};

/** Queries that indexes can answer, of one or two conditions, so that most of them find something. */
const unlisted: fc.Arbitrary<QueryOptions> = fc
  .subarray(Object.keys(conditions), { minLength: 1, maxLength: 2 })
  .chain((fields) => fc.record(Object.fromEntries(fields.map((field) => [field, conditions[field]!]))))
  .chain((where) =>
    fc.record(
      {
        where: fc.constant(where),
        sort: fc.array(
          fc.record({
            field: fc.constantFrom('score', 'score', 'status', 'rank', 'id'),
            direction: fc.constantFrom<'asc' | 'desc'>('asc', 'desc'),
          }),
          { maxLength: 2 },
        ),
        limit: fc.integer({ min: 0, max: 8 }),
        offset: fc.integer({ min: 0, max: 5 }),
      },
      { requiredKeys: ['where'] },
    ),
  );

const everyId = Array.from({ length: 30 }, (_, i) => `e${i}`);

const listed: fc.Arbitrary<QueryOptions> = fc
  .tuple(unlisted, fc.shuffledSubarray(everyId, { minLength: 20 }))
  .map(([options, ids]) => ({ ...options, ids }));

const indexable = fc.oneof({ weight: 4, arbitrary: unlisted }, { weight: 1, arbitrary: listed });

function expectSame(options: QueryOptions, indexes: readonly FieldIndex[], source: readonly AnyEntity[]): number {
  const parsed = parseQuery(options);
  const scanned = runQuery(parsed, source);
  let used = 0;
  for (const candidates of [...indexes.map((index) => [index]), indexes]) {
    const plan = chooseIndex(parsed, candidates);
    if (!plan) continue;
    used++;
    const found = runIndexed(parsed, plan);
    if (parsed.compare) expect(idsOf(found)).toEqual(idsOf(scanned));
    else expect(idsOf(found).sort()).toEqual(idsOf(scanned).sort());
  }
  return used;
}

describe('FieldIndex', () => {
  it('[QU29] an index gives what a scan gives', () => {
    let used = 0;
    const sameAsScan = fc.property(fc.oneof(indexable, query), collection, (options, entities) => {
      used += expectSame(
        options,
        definitions.map((fields) => FieldIndex.build(fields, entities)),
        entities,
      );
    });
    fc.assert(sameAsScan, { numRuns: 2000 });
    expect(used).toBeGreaterThan(1000);
  });

  it('[QU29] every bound, alone and with every other, gives what a scan gives', () => {
    const values = [
      false,
      true,
      Number.NaN,
      -1,
      0,
      1n,
      2.5,
      '',
      'a',
      'b',
      new Date(0),
      new Date(1),
      null,
      undefined,
      [1],
      {},
    ];
    const rows = values.flatMap((score, i) => ['x', 'y'].map((name) => entity(`${name}${i}`, { score })));
    const index = FieldIndex.build(['score'], rows);
    const bounds = [false, Number.NaN, 0, 1, 'a', new Date(0)];
    for (const low of ['$gt', '$gte']) {
      for (const high of ['$lt', '$lte']) {
        for (const a of bounds) {
          for (const b of bounds) {
            for (const score of [
              { [low]: a },
              { [high]: b },
              { [low]: a, [high]: b },
              { $gt: a, $gte: b },
              { $lt: a, $lte: b },
            ]) {
              expect(
                expectSame({ where: { score }, sort: [{ field: 'score', direction: 'desc' }] }, [index], rows),
              ).toBe(2);
            }
          }
        }
      }
    }
  });

  it('[QU30] an index that follows changes, single or many, is the index built anew', () => {
    const fields = fc.record({
      status: fc.constantFrom('open', 'closed'),
      score: fc.constantFrom<unknown>(1, 1n, 2, undefined),
      rank: fc.integer({ min: 0, max: 1 }),
      place: fc.constantFrom({}, { city: 'Oslo' }),
    });
    const put = fc.record({ id: someId, given: fc.option(fields, { freq: 4 }) });
    const selector = ({ id }: { readonly id: string }): string => id;
    const batch = fc.oneof(
      { weight: 4, arbitrary: fc.uniqueArray(put, { minLength: 1, maxLength: 3, selector }) },
      { weight: 1, arbitrary: fc.uniqueArray(put, { maxLength: 60, size: 'max', selector }) },
    );
    const batches = fc.array(batch, { maxLength: 20, size: 'max' });
    const follows = fc.property(collection, batches, (start, steps) => {
      const store = new Map(start.map((one) => [one.id, one]));
      const indexes = definitions.map((names) => FieldIndex.build(names, start));
      for (const step of steps) {
        const changes = step.map(({ id, given }) => {
          const change = { previous: store.get(id) ?? null, entity: given && entity(id, given) };
          if (change.entity) store.set(id, change.entity);
          else store.delete(id);
          return change;
        });
        for (const index of indexes) {
          index.apply(changes);
          const anew = FieldIndex.build([...index.leading, index.last], store.values());
          // The groups that entities came to, and those they left.
          for (const one of [...store.values(), ...start]) {
            const leading = index.leading.map((name) => readPath(one, name));
            const [found, wanted] = [index.group(leading).slice(), anew.group(leading).slice()];
            if (found.length !== wanted.length || found.some((row, i) => row !== wanted[i]))
              expect(found).toEqual(wanted);
          }
        }
      }
    });
    fc.assert(follows, { numRuns: 60 });
  });

  it('[QU31] going down through an index, the ids of a tie still go up, over long ties too', () => {
    const rows = Array.from({ length: 3000 }, (_, i) =>
      entity(`e${String((i * 7919) % 3000).padStart(4, '0')}`, { s: 'x', n: i % 4 === 3 ? i : i % 3 }),
    );
    const index = FieldIndex.build(['s', 'n'], rows);
    for (const [offset, limit] of [
      [0, 50],
      [0, 3],
      [740, 20],
      [755, 1400],
      [2990, 50],
      [0, 3000],
    ] as const) {
      expectSame({ where: { s: 'x' }, sort: [{ field: 'n', direction: 'desc' }], offset, limit }, [index], rows);
      expectSame(
        { where: { s: 'x', n: { $gt: 0, $lte: 900 } }, sort: [{ field: 'n', direction: 'desc' }], offset, limit },
        [index],
        rows,
      );
    }
    expectSame({ where: { s: 'x' }, sort: [{ field: 'n', direction: 'desc' }] }, [index], rows);
    const pairs = rows.map((row, i) => entity(row.id, { s: 'x', n: i % 1000 }));
    const down = { where: { s: 'x' }, sort: [{ field: 'n', direction: 'desc' as const }] };
    for (const limit of [1, 2, 50, 1000]) expectSame({ ...down, limit }, [FieldIndex.build(['s', 'n'], pairs)], pairs);
  });

  it('[QU32] the plan with the fewest candidates is chosen, and none where no index helps', () => {
    const rows = Array.from({ length: 100 }, (_, i) =>
      entity(`e${i}`, { status: i % 2 ? 'open' : 'shut', score: i, kind: 'k' }),
    );
    const [byStatus, byScore, byBoth] = [['status'], ['score'], ['status', 'score']].map((fields) =>
      FieldIndex.build(fields, rows),
    );
    const chosen = (options: QueryOptions) => chooseIndex(parseQuery(options), [byStatus!, byScore!, byBoth!]);
    const down = [{ field: 'score', direction: 'desc' as const }];
    expect(chosen({ where: { status: 'open' }, sort: down, limit: 5 })).toMatchObject({
      direction: 'desc',
      filter: false,
    });
    expect(chosen({ where: { status: 'open' }, sort: down, limit: 5 })?.index).toBe(byBoth);
    // A field that must equal a value orders nothing, so a sort by it costs nothing.
    const pinned = [{ field: 'status' }, ...down];
    expect(chosen({ where: { status: 'open' }, sort: pinned, limit: 5 })).toMatchObject({ direction: 'desc' });
    expect(chosen({ where: { score: { $gt: 97 } } })?.index).toBe(byScore);
    expect(chosen({ where: { score: 5, kind: 'k' } })).toMatchObject({ index: byScore, from: 5, to: 6, filter: true });
    expect(chosen({ sort: down, limit: 3 })).toMatchObject({ index: byScore, direction: 'desc' });
    expect(chosen({ where: { kind: 'k' } })).toBe(null);
    expect(chosen({ where: { status: { $ne: 'open' } } })).toBe(null);
    expect(chosen({})).toBe(null);
  });

  it('[QU29] an index needs a field', () => {
    expect(() => FieldIndex.build([], [])).toThrow(TypeError);
  });
});
