import { expect, test } from 'vitest';
import { checkKeyData, type KeyDataDraft } from '../../../src/blob/keyData.ts';
import { foldCommits } from '../../../src/tiers/bucket/foldCommits.ts';
import { timeAt } from '../../support/records.ts';
import { gone, task } from './support.ts';

const blobOf = (data: object): KeyDataDraft => checkKeyData('a test', JSON.parse(JSON.stringify(data)));
const empty = { base: null, seq: 10, cut: 0 };

test('[SB17] a tombstone is marked with the checkpoint that folded it first, and the mark stays when it comes again', () => {
  const first = foldCommits({ ...empty, changes: [gone('a.1', 5), task('a.2', 1)] });
  expect(first.data.$).toEqual({ format: 1, folded: { Task: { 'a.1': 10 } } });
  expect([first.folded, first.isChanged, first.isEmpty]).toEqual([10, true, false]);
  const again = foldCommits({ base: blobOf(first.data), changes: [gone('a.1', 5), gone('a.1', 4)], seq: 20, cut: 0 });
  expect([again.folded, again.isChanged]).toEqual([10, false]);
  const later = foldCommits({ base: blobOf(first.data), changes: [gone('a.1', 6)], seq: 20, cut: 0 });
  expect([later.folded, later.isChanged]).toEqual([20, true]);
});

test('[SB17] a tombstone that is replaced and comes back is marked anew', () => {
  const { data } = foldCommits({ ...empty, changes: [gone('a.1', 5)] });
  const alive = foldCommits({ base: blobOf(data), changes: [task('a.1', 6)], seq: 20, cut: 15 });
  expect(alive.data.$).toEqual({ format: 1 });
  expect([alive.folded, alive.horizon]).toEqual([undefined, { seq: 0, stamp: 0 }]);
  const dead = foldCommits({ base: blobOf(alive.data), changes: [gone('a.1', 7)], seq: 30, cut: 15 });
  expect(dead.folded).toBe(30);
});

test('[SB17] up to the cut tombstones are forgotten, and the horizon is the last of them', () => {
  const { data } = foldCommits({ ...empty, changes: [gone('a.1', 9)] });
  const second = foldCommits({ base: blobOf(data), changes: [gone('a.2', 3), task('a.3', 1)], seq: 20, cut: 0 });
  const third = foldCommits({ base: blobOf(second.data), changes: [], seq: 30, cut: 20 });
  const stamp = Date.parse(timeAt(9));
  expect([third.horizon, third.folded, third.isChanged, third.isEmpty]).toEqual([
    { seq: 20, stamp },
    undefined,
    true,
    false,
  ]);
  const none = foldCommits({ base: blobOf(data), changes: [], seq: 30, cut: 9 });
  expect([none.horizon.seq, none.isChanged]).toEqual([0, false]);
  expect(foldCommits({ base: blobOf(data), changes: [], seq: 30, cut: 10 }).isEmpty).toBe(true);
});

test('[SB17] a tombstone without a readable mark counts as folded now', () => {
  for (const folded of [undefined, 1, { Task: 1 }, { Task: { 'a.1': 'x' } }]) {
    const base = blobOf({ $: { format: 1, folded }, deleted: { Task: { 'a.1': timeAt(1) } } });
    const result = foldCommits({ ...empty, base, changes: [], cut: 9 });
    expect([result.folded, result.isChanged]).toEqual([10, true]);
  }
});

test('[SB14] what cannot be read stays, keeps the blob, and is named', () => {
  const places: string[] = [];
  const base = blobOf({ Task: { 'a.1': { id: 'a.1', updatedAt: 'never' } }, $: { format: 1, extra: { kept: true } } });
  const result = foldCommits({ ...empty, base, changes: [], onUnreadable: (place) => places.push(place) });
  expect([result.isEmpty, result.isChanged, places]).toEqual([false, false, ['Task.a.1']]);
  expect(result.data).toEqual({
    Task: { 'a.1': { id: 'a.1', updatedAt: 'never' } },
    $: { format: 1, extra: { kept: true } },
  });
});
