import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnyEntity } from '../../src/interfaces/Entity.ts';
import { parseQuery } from '../../src/query/parseQuery.ts';
import { runQuery } from '../../src/query/runQuery.ts';
import { naiveQuery } from './naive.ts';
import { collection, entity, query } from './support.ts';

describe('runQuery', () => {
  it('[QU25] the answer is filter, sort and slice in this order', () => {
    const equalsNaive = fc.property(query, collection, (options, entities) => {
      const found = runQuery(parseQuery(options), entities);
      expect(found).toEqual(naiveQuery(options, entities));
    });
    fc.assert(equalsNaive, { numRuns: 3000 });
  });

  it('[QU25] a small limit over many gives the same as a full sort', () => {
    const many = Array.from({ length: 5000 }, (_, i) => entity(`e${i}`, { score: (i * 7919) % 1013 }));
    for (const direction of ['asc', 'desc'] as const) {
      for (const [offset, limit] of [
        [0, 1],
        [0, 50],
        [40, 20],
        [4990, 50],
        [0, 5000],
      ] as const) {
        const options = { sort: [{ field: 'score', direction }], offset, limit };
        expect(runQuery(parseQuery(options), many)).toEqual(naiveQuery(options, many));
      }
    }
  });

  it('[QU25] the source is read once and stays as it was', () => {
    const source = [entity('b'), entity('a')];
    let reads = 0;
    function* once(): Iterable<AnyEntity> {
      reads++;
      yield* source;
    }
    runQuery(parseQuery({ limit: 1 }), once());
    expect(reads).toBe(1);
    for (const options of [{}, { sort: [] }, { limit: 1 }])
      expect(runQuery(parseQuery(options), source)).not.toBe(source);
    expect(source.map((one) => one.id)).toEqual(['b', 'a']);
  });
});
