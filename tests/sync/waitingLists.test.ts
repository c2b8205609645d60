import { MemoryBucket, type PendingChange } from 'tiersync';
import { expect, test } from 'vitest';
import { settle } from '../support/TestEnvironment.ts';
import { device } from './Fleet.ts';

test('[EN45] what changes in one turn is one emission of what waits, and what did not change is the same object', async () => {
  const a = await device(new MemoryBucket(), {}, { storeMany: true, listKeys: true }).open();
  const seen: (readonly PendingChange[])[] = [];
  a.data.sync.pending$.subscribe((pending) => seen.push(pending));
  a.notes.saveMany(Array.from({ length: 50 }, (_, i) => ({ id: `g${i}.one`, label: 'first' })));
  await a.flush('local');
  expect(seen.map(({ length }) => length)).toEqual([0, 50]);
  a.notes.save({ id: 'g0.two', label: 'one more' });
  await a.flush('local');
  expect(seen.map(({ length }) => length)).toEqual([0, 50, 51]);
  expect(seen[2]!.slice(0, 50).every((one, i) => one === seen[1]![i])).toBe(true);
  await a.flush();
  await settle();
  expect(seen.at(-1)).toEqual([]);
});
