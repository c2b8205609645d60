import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addHash } from '../../src/blob/hash.ts';
import { KeySums, toMetadata } from '../../src/blob/KeySums.ts';
import type { StoredRecord } from '../../src/interfaces/StoredRecord.ts';
import { active, grave, isoOf } from './support.ts';

/** The definition, from nothing but the records. */
function recount(records: Iterable<StoredRecord>) {
  const entities = new Map<string, { hash: number; deletedHash: number; count: number; deletedCount: number }>();
  let hash = 0;
  for (const record of records) {
    const sums = entities.get(record.entityName) ?? { hash: 0, deletedHash: 0, count: 0, deletedCount: 0 };
    entities.set(record.entityName, sums);
    if (record.isDeleted) {
      sums.deletedHash = addHash(sums.deletedHash, record.hash);
      sums.deletedCount += 1;
    } else {
      sums.hash = addHash(sums.hash, record.hash);
      sums.count += 1;
      hash = addHash(hash, record.hash);
    }
  }
  return { hash, entities: Object.fromEntries(entities) };
}

const step = fc.record({
  name: fc.constantFrom('Task', 'Note', 'constructor', 'hash'),
  id: fc.integer({ min: 0, max: 4 }).map((n) => `g.${n}`),
  kind: fc.constantFrom('active', 'active', 'deleted', 'gone'),
  time: fc.integer({ min: 1, max: 50 }),
});

test('[BL16] sums kept while records come and go equal a recomputation, after any sequence', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const records = new Map<string, StoredRecord>();
      let sums = new KeySums();
      for (const [i, { name, id, kind, time }] of steps.entries()) {
        const place = `${name} ${id}`;
        const after =
          kind === 'gone' ? undefined : kind === 'deleted' ? grave(id, time, name) : active(id, time, { i }, name);
        sums.replace(records.get(place), after);
        if (after === undefined) records.delete(place);
        else records.set(place, after);
        // An index that was stored and read again goes on counting.
        if (i % 7 === 3) sums = KeySums.from(sums.summary());
      }
      const { hash, entities } = sums.summary();
      expect({ hash, entities }).toEqual(recount(records.values()));
      expect(sums.isEmpty).toBe(records.size === 0);
      const fresh = KeySums.of(records.values()).summary();
      expect({ hash, entities }).toEqual({ hash: fresh.hash, entities: fresh.entities });
      // Never below the highest stamp there is: writes made unseen are stamped after it.
      expect(sums.summary().updatedAt >= fresh.updatedAt).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('[BL16] the index of a tier sums its keys, and its time is their latest', () => {
  const a = KeySums.of([active('a.1', 5), grave('a.2', 9)]).summary();
  const b = KeySums.of([active('b.1', 7)]).summary();
  const forward = toMetadata(
    new Map([
      ['app.a', a],
      ['app.b', b],
    ]),
  );
  const backward = toMetadata(
    new Map([
      ['app.b', b],
      ['app.a', a],
    ]),
  );
  expect(forward).toEqual(backward);
  expect(forward).toEqual({
    updatedAt: isoOf(9),
    hash: addHash(a.hash, b.hash),
    entityKeys: { 'app.a': a, 'app.b': b },
  });
});

test('[BL16] sums of nothing are empty', () => {
  expect(KeySums.of([]).summary()).toEqual({ hash: 0, updatedAt: isoOf(0), entities: {} });
  expect(KeySums.from(undefined).isEmpty).toBe(true);
});
