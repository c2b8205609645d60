import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeySums, toMetadata } from '../../src/blob/KeySums.ts';
import type { Metadata } from '../../src/interfaces/Metadata.ts';
import type { StoredRecord } from '../../src/interfaces/StoredRecord.ts';
import { mergeRecords } from '../../src/reconcile/compareRecords.ts';
import { partitionDifferences } from '../../src/reconcile/partitionDifferences.ts';
import { partitionKeys } from '../../src/reconcile/partitionKeys.ts';
import { placeOf } from '../../src/util/placeOf.ts';
import { active, changeOf, deleted } from '../support/records.ts';

type Keys = { readonly [entityKey: string]: readonly StoredRecord[] };
const indexOf = (keys: Keys): Metadata =>
  toMetadata(new Map(Object.entries(keys).map(([key, records]) => [key, KeySums.of(records).summary()])));
const all = (_name: string): boolean => true;
const notLocal = (name: string): boolean => name !== 'Local';
const equal = { onlyA: [], onlyB: [], differing: [] };
const gravesOf = (a: Keys, b: Keys): readonly string[] => partitionKeys(indexOf(a), indexOf(b), all).graves;
const partition = (a: Keys, b: Keys, namesSynced = all): Omit<ReturnType<typeof partitionKeys>, 'graves'> => {
  const { graves: _, ...keys } = partitionKeys(indexOf(a), indexOf(b), namesSynced);
  return keys;
};

const one = active('Task', '1', 1);
const two = active('Task', '2', 2);
const grave = deleted('Task', '3', 3);

test('[SY1] keys with equal active records are equal, and others are told by who holds them', () => {
  expect(partition({ 'p.a': [one, two] }, { 'p.a': [two, one] })).toEqual(equal);
  const a = { 'p.a': [one], 'p.b': [one], 'p.c': [one, two], 'p.d': [one] };
  const b = { 'p.c': [one], 'p.d': [one], 'p.e': [two] };
  expect(partition(a, b)).toEqual({ onlyA: ['p.a', 'p.b'], onlyB: ['p.e'], differing: ['p.c'] });
  const edited = active('Task', '1', 5, { title: 'new' });
  expect(partition({ 'p.a': [one] }, { 'p.a': [edited] }).differing).toEqual(['p.a']);
});

test('[SY1] equal sums of hashes do not hide another number of records', () => {
  const summary = (hash: number, count: number): Metadata => ({
    updatedAt: '',
    hash,
    entityKeys: { p: { hash, updatedAt: '', entities: { Task: { hash, deletedHash: 0, count, deletedCount: 0 } } } },
  });
  expect(partitionKeys(summary(7, 1), summary(7, 2), all).differing).toEqual(['p']);
  expect(partitionKeys(summary(0, 1), { ...summary(0, 0), entityKeys: {} }, all).onlyA).toEqual(['p']);
});

test('[SY2] tombstones that only one side holds make no difference', () => {
  expect(partition({ 'p.a': [grave] }, {})).toEqual(equal);
  expect(partition({}, { 'p.a': [grave] })).toEqual(equal);
  expect(partition({ 'p.a': [one, grave] }, { 'p.a': [one] })).toEqual(equal);
  expect(partition({ 'p.a': [grave] }, { 'p.a': [deleted('Task', '4', 4)] })).toEqual(equal);
});

test('[SY2] keys that differ in tombstones alone are told apart from those that are equal', () => {
  expect(gravesOf({ 'p.a': [grave] }, {})).toEqual(['p.a']);
  expect(gravesOf({ 'p.a': [one] }, { 'p.a': [one, grave] })).toEqual(['p.a']);
  expect(gravesOf({ 'p.a': [one, grave] }, { 'p.a': [grave, one] })).toEqual([]);
  expect(gravesOf({ 'p.a': [one] }, { 'p.a': [two, grave] })).toEqual([]);
});

test('[SY2] names that are not synced make no difference', () => {
  const here = active('Local', '1', 1);
  expect(partition({ 'p.a': [here] }, {}, notLocal)).toEqual(equal);
  expect(partition({ 'p.a': [one, here] }, { 'p.a': [one] }, notLocal)).toEqual(equal);
  expect(partition({ 'p.a': [here, one] }, { 'p.a': [here] }, notLocal).onlyA).toEqual(['p.a']);
  expect(partition({ 'p.a': [here] }, {}).onlyA).toEqual(['p.a']);
});

test('[SY3] a key where the other side holds a tombstone is compared and not just sent', () => {
  expect(partition({ 'p.a': [one] }, { 'p.a': [deleted('Task', '1', 2)] }).differing).toEqual(['p.a']);
  expect(partition({ 'p.a': [deleted('Task', '1', 2)] }, { 'p.a': [one] }).differing).toEqual(['p.a']);
});

test('[SY4] keys come in the order of code units, whatever the order of the index', () => {
  const keys = ['p.b', 'p.B', 'p.a.1', 'p.a', 'p.10', 'p.9', 'p.é', 'p.z'];
  const index = Object.fromEntries(keys.map((key) => [key, [one]]));
  expect(partition(index, {}).onlyA).toEqual([...keys].sort());
  expect(partition({}, index).onlyB).toEqual([...keys].sort());
});

test('[SY5] what one side lacks goes to it', () => {
  const { forA, forB } = partitionDifferences('p.a', [one], [two]);
  expect(forA).toEqual([changeOf('p.a', two)]);
  expect(forB).toEqual([changeOf('p.a', one)]);
});

test('[SY6] a tombstone of which the other side has nothing stays where it is', () => {
  expect(partitionDifferences('p.a', [grave, one], [one])).toEqual({ forA: [], forB: [] });
  expect(partitionDifferences('p.a', [], [grave])).toEqual({ forA: [], forB: [] });
});

test('[SY7] of an id that both hold, the greater record goes to the other side', () => {
  const [early, late, gone] = [active('Task', '1', 1), active('Task', '1', 2), deleted('Task', '1', 2)];
  expect(partitionDifferences('p.a', [early], [late])).toEqual({ forA: [changeOf('p.a', late)], forB: [] });
  expect(partitionDifferences('p.a', [gone], [late])).toEqual({ forA: [], forB: [changeOf('p.a', gone)] });
  expect(partitionDifferences('p.a', [gone], [gone])).toEqual({ forA: [], forB: [] });
  expect(partitionDifferences('p.a', [late], [active('Task', '1', 2)])).toEqual({ forA: [], forB: [] });
});

const records = fc
  .uniqueArray(
    fc.record({
      name: fc.constantFrom('Task', 'Task2', 'User'),
      id: fc.constantFrom('1', '2', '10', 'a', 'B'),
      seconds: fc.integer({ min: 1, max: 3 }),
      isDeleted: fc.boolean(),
      title: fc.constantFrom('a', 'b'),
    }),
    { selector: ({ name, id }) => placeOf(name, id), maxLength: 12 },
  )
  .map((list) =>
    list.map(({ name, id, seconds, isDeleted, title }) =>
      isDeleted ? deleted(name, id, seconds) : active(name, id, seconds, { title }),
    ),
  );

test('[SY8] changes come by name and then by id, in the order of code units', () => {
  const ids = ['b', 'B', '10', '9', 'é'];
  const side = ['User', 'Task2', 'Task'].flatMap((name) => ids.map((id) => active(name, id, 1)));
  const places = partitionDifferences('p.a', side, []).forB.map(({ entityName, id }) => [entityName, id]);
  const expected = ['Task', 'Task2', 'User'].flatMap((name) => [...ids].sort().map((id) => [name, id]));
  expect(places).toEqual(expected);
});

test('[SY9] once both sides have what they lacked, both hold the same and nothing is left to send', () => {
  let sent = 0;
  fc.assert(
    fc.property(records, records, (ofA, ofB) => {
      const { forA, forB } = partitionDifferences('p.a', ofA, ofB);
      sent += forA.length + forB.length;
      const [a, b] = [applied(ofA, forA), applied(ofB, forB)];
      expect(partitionDifferences('p.a', a, b)).toEqual({ forA: [], forB: [] });
      expect(partition({ 'p.a': a }, { 'p.a': b })).toEqual(equal);
    }),
    { numRuns: 2_000 },
  );
  expect(sent).toBeGreaterThan(5_000);
});

function applied(
  side: readonly StoredRecord[],
  changes: ReturnType<typeof partitionDifferences>['forA'],
): StoredRecord[] {
  const held = new Map(side.map((record) => [placeOf(record.entityName, record.id), record]));
  for (const { entityName, id, record } of changes) {
    const place = placeOf(entityName, id);
    const merged = mergeRecords(held.get(place), record ?? undefined);
    if (merged !== undefined) held.set(place, merged);
  }
  return [...held.values()];
}
