import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addHash, hashActive, hashText, hashTombstone, subtractHash } from '../../src/blob/hash.ts';
import { activeRecord, tombstone } from '../../src/blob/records.ts';
import type { StoredEntity } from '../../src/interfaces/EntityKeyData.ts';
import { active, isoOf } from './support.ts';

const bits52 = 2 ** 52;
const someHash = fc.oneof(
  fc.maxSafeNat().map((n) => n % bits52),
  fc.constantFrom(0, 1, 0x3ffffff, 0x4000000, bits52 - 1, bits52 - 0x4000000),
);
const sum = (hashes: readonly number[]): number => hashes.reduce(addHash, 0);
const isHash = (value: number): boolean => Number.isSafeInteger(value) && value >= 0 && value < bits52;

test('[BL12] a hash is a whole number from 0 below 2^52, and so is every sum and difference', () => {
  fc.assert(
    fc.property(fc.string(), someHash, someHash, (text, a, b) =>
      [hashText(text), addHash(a, b), subtractHash(a, b), a].every(isHash),
    ),
    { numRuns: 5_000 },
  );
});

test('[BL13] the hash of a set does not depend on the order of its members', () => {
  fc.assert(
    fc.property(fc.array(someHash, { maxLength: 30 }), fc.array(fc.nat(), { maxLength: 30 }), (hashes, order) => {
      const shuffled = hashes
        .map((hash, i) => ({ hash, place: order[i] ?? 0 }))
        .sort((a, b) => a.place - b.place)
        .map(({ hash }) => hash);
      const cut = (order[0] ?? 0) % (hashes.length + 1);
      return (
        sum(hashes) === sum(shuffled) && sum(hashes) === addHash(sum(hashes.slice(0, cut)), sum(hashes.slice(cut)))
      );
    }),
    { numRuns: 5_000 },
  );
});

test('[BL13] subtracting undoes adding, lane by lane', () => {
  fc.assert(
    fc.property(
      someHash,
      someHash,
      (a, b) => subtractHash(addHash(a, b), b) === a && addHash(subtractHash(a, b), b) === a,
    ),
    { numRuns: 5_000 },
  );
  // The definition, written down once more with whole lanes, as a database in SQL would.
  const lanes = (hash: number): [bigint, bigint] => [BigInt(hash) >> 26n, BigInt(hash) & 0x3ffffffn];
  fc.assert(
    fc.property(someHash, someHash, (a, b) => {
      const [[highA, lowA], [highB, lowB]] = [lanes(a), lanes(b)];
      const expected = (((highA + highB) & 0x3ffffffn) << 26n) | ((lowA + lowB) & 0x3ffffffn);
      return BigInt(addHash(a, b)) === expected;
    }),
  );
});

test('[BL14] the hash of a tombstone depends on name, id and time of deletion, and on nothing else', () => {
  const at = isoOf(5);
  const hash = tombstone('Task', 'x', at).hash;
  expect(hash).toBe(hashTombstone('Task', 'x', at));
  expect(tombstone('Task', 'x', isoOf(6)).hash).not.toBe(hash);
  expect(tombstone('Task', 'y', at).hash).not.toBe(hash);
  expect(tombstone('Note', 'x', at).hash).not.toBe(hash);
});

test('[BL14] the hash of an active record depends on name, id and content, not on the order of its fields', () => {
  const record = active('x', 5, { a: 1, b: 2 });
  expect(active('x', 5, { b: 2, a: 1 }).hash).toBe(record.hash);
  expect(record.hash).toBe(hashActive('Task', 'x', record.text));
  const others = [
    active('x', 5, { a: 1, b: 3 }),
    active('x', 6, { a: 1, b: 2 }),
    active('y', 5, { a: 1, b: 2 }),
    active('x', 5, { a: 1, b: 2 }, 'Note'),
    active('x', 5, { a: 1, b: 2, version: 2 }),
    tombstone('Task', 'x', isoOf(5)),
  ];
  for (const other of others) expect(other.hash).not.toBe(record.hash);
});

test('[BL14] the parts of a record cannot run into each other', () => {
  expect(hashActive('ab', 'c', 'd')).not.toBe(hashActive('a', 'bc', 'd'));
  expect(hashActive('a', 'bc', 'd')).not.toBe(hashActive('a', 'b', 'cd'));
  expect(hashActive('a', 'b', isoOf(1))).not.toBe(hashTombstone('a', 'b', isoOf(1)));
});

test('[BL15] 200,000 neighbouring records have 200,000 hashes, spread over both lanes', () => {
  const hashes = new Set<number>();
  const high = new Set<number>();
  const low = new Set<number>();
  for (let i = 0; i < 200_000; i++) {
    const value = { id: `global.${i % 1_000}`, n: i, done: i % 2 === 0, updatedAt: isoOf(1) };
    const { hash } = activeRecord('Task', value.id, value as unknown as StoredEntity);
    hashes.add(hash);
    high.add(Math.floor(hash / 0x4000000));
    low.add(hash % 0x4000000);
  }
  expect(hashes.size).toBe(200_000);
  // Of 200,000 draws from 2^26 about 298 meet another one; a lane that is worse loses thousands.
  expect(high.size).toBeGreaterThan(199_500);
  expect(low.size).toBeGreaterThan(199_500);
});

test('[BL15] sums of different sets differ: 2,000 sets that differ in one record have 2,000 sums', () => {
  const base = Array.from({ length: 50 }, (_, i) => active(`g.${i}`, i).hash);
  const sums = new Set(
    Array.from({ length: 2_000 }, (_, i) => sum([...base.slice(1), active('g.0', 0, { n: i }).hash])),
  );
  expect(sums.size).toBe(2_000);
});
