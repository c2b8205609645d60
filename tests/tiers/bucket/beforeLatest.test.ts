import { expect, test } from 'vitest';
import { beforeLatest, type Commit, firstHead, type Head, withCommit } from '../../../src/tiers/bucket/head.ts';

const limits = { tailBytes: 16_000, tailCommits: 64 };

const commit = (seq: number, bytes: number, facts: Partial<Commit> = {}): Commit => ({
  seq,
  nonce: `n${seq}`,
  prev: `n${seq - 1}`,
  device: 'd',
  at: 0,
  object: `changes/${seq}`,
  count: 1,
  bytes,
  ...facts,
});

const headOf = (...sizes: readonly number[]): Head =>
  sizes.reduce((head, bytes, i) => withCommit(head, commit(i + 1, bytes)), firstHead('l', 'n0'));

test.each([
  { what: 'small ones, up to a sixteenth of the tail', sizes: [9000, 400, 400, 400, 400], folded: 3 },
  { what: 'the last one alone, up to all that a tail may hold', sizes: [9000, 400, 16_000], folded: 2 },
  { what: 'none, where the last is larger', sizes: [9000, 400, 16_001], folded: 3 },
  { what: 'no more than a quarter of their number', sizes: Array.from({ length: 64 }, () => 10), folded: 48 },
  { what: 'none, where it is the only one', sizes: [10], folded: 1 },
])('[LK86] of a full tail the latest commits stay: $what', ({ sizes, folded }) => {
  const head = headOf(...sizes);
  const before = beforeLatest(head, limits);
  expect([before.seq, before.tail]).toEqual([folded, head.tail.slice(0, folded)]);
});

test('[LK86] a repair never stays in the tail, nor does what came before it', () => {
  const head = withCommit(headOf(400, 10), commit(3, 10, { repaired: ['app.a'] }));
  expect(beforeLatest(head, limits).seq).toBe(3);
  expect(beforeLatest(withCommit(head, commit(4, 10)), limits).seq).toBe(3);
});
