import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AnyEntity } from '../../src/interfaces/Entity.ts';
import type { StoredRecord } from '../../src/interfaces/StoredRecord.ts';
import { compareRecords, mergeRecords } from '../../src/reconcile/compareRecords.ts';
import { mergePending } from '../../src/reconcile/mergePending.ts';
import { FrozenDate } from '../../src/util/FrozenDate.ts';
import { active, grave, plain, told, tyingRecord } from './support.ts';

const runs = { numRuns: 10_000 };
const some = fc.option(tyingRecord, { nil: undefined });
const merged = (...records: (StoredRecord | undefined)[]): string => told(records.reduce(mergeRecords));

test('[CF1] the order of records is total: of two, one is later, unless they are equal in every respect', () => {
  fc.assert(
    fc.property(tyingRecord, tyingRecord, (a, b) => {
      const order = compareRecords(a, b);
      return order === -compareRecords(b, a) + 0 && (order === 0) === (told(a) === told(b));
    }),
    runs,
  );
});

test('[CF1] the order of records is transitive', () => {
  fc.assert(
    fc.property(tyingRecord, tyingRecord, tyingRecord, (...three) => {
      const [a, b, c] = three.sort(compareRecords) as [StoredRecord, StoredRecord, StoredRecord];
      return compareRecords(a, b) <= 0 && compareRecords(b, c) <= 0 && compareRecords(a, c) <= 0;
    }),
    runs,
  );
});

test('[CF2] merging is commutative, associative and idempotent, over 10,000 triples', () => {
  let ties = 0;
  fc.assert(
    fc.property(some, some, some, (a, b, c) => {
      if (a !== undefined && a.stamp === b?.stamp) ties += 1;
      expect(merged(a, b)).toBe(merged(b, a));
      expect(merged(merge(a, b), c)).toBe(merged(a, merge(b, c)));
      expect(merged(a, a)).toBe(told(a));
      expect(merged(a, merge(a, b))).toBe(merged(a, b));
    }),
    runs,
  );
  expect(ties).toBeGreaterThan(1_000);
});

const merge = mergeRecords;

test('[CF3] on equal stamps a deletion beats an active record, whatever its version', () => {
  for (const version of [1, 2, 1_000]) {
    const edit = active('x', 5, { version });
    expect(merged(edit, grave('x', 5))).toBe(told(grave('x', 5)));
    expect(merged(grave('x', 5), edit)).toBe(told(grave('x', 5)));
  }
});

test('[CF3] a later edit beats a deletion, and a later deletion an edit', () => {
  expect(merged(active('x', 6), grave('x', 5))).toBe(told(active('x', 6)));
  expect(merged(active('x', 6), grave('x', 7))).toBe(told(grave('x', 7)));
});

test('[CF4] two tombstones of equal stamp are equal', () => {
  expect(compareRecords(grave('x', 5), grave('x', 5))).toBe(0);
  expect(grave('x', 5).hash).toBe(grave('x', 5).hash);
});

test('[CF5] the later stamp decides, then the higher version, then the greater hash, then the greater text', () => {
  const base = plain(active('x', 5, { version: 2 }));
  expect(compareRecords({ ...base, stamp: 6, version: 1, hash: 0 }, base)).toBe(1);
  expect(compareRecords({ ...base, version: 3, hash: 0, text: '' }, base)).toBe(1);
  expect(compareRecords({ ...base, hash: base.hash + 1, text: '' }, base)).toBe(1);
  expect(compareRecords({ ...base, text: `${base.text}~` }, base)).toBe(1);
  expect(compareRecords({ ...base }, base)).toBe(0);
});

const entity = (stamp: number, version: number, createdAt: number, title: string): AnyEntity =>
  Object.freeze({
    id: 'x',
    createdAt: new FrozenDate(createdAt),
    updatedAt: new FrozenDate(stamp),
    version,
    title,
  });
const held = fc.oneof(
  fc.integer({ min: 1, max: 9 }),
  fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 3 }))
    .map(([stamp, version, created]) => entity(stamp, version, created, `t${stamp}`)),
);
const stampOf = (one: AnyEntity | number): number => (typeof one === 'number' ? one : one.updatedAt.getTime());

test('[CF6] a write made before its key was loaded stays, later than what it turns out to replace', () => {
  fc.assert(
    fc.property(held, held, (pending, base) => {
      const result = mergePending(pending, base);
      expect(stampOf(result)).toBeGreaterThan(stampOf(base));
      expect(stampOf(result)).toBeGreaterThanOrEqual(stampOf(pending));
      expect(typeof result).toBe(typeof pending);
      if (typeof pending === 'number' || typeof result === 'number') return;
      expect(result['title']).toBe(pending['title']);
      expect(Object.isFrozen(result)).toBe(true);
      if (typeof base === 'number') return;
      expect(result.version).toBe(base.version + pending.version);
      expect(result.createdAt.getTime()).toBe(base.createdAt.getTime());
    }),
    { numRuns: 2_000 },
  );
});
