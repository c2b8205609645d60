import { DataOrchestrator, MemoryBucket, MemoryStore } from 'tiersync';
import { expect, test } from 'vitest';
import { TestEnvironment } from '../support/TestEnvironment.ts';

interface Note {
  readonly text: string;
  readonly tag?: string;
}

let seed = 1;

async function device(cloud: MemoryBucket | MemoryStore, local = new MemoryStore()) {
  const environment = new TestEnvironment({ seed: seed++ });
  const data = await DataOrchestrator.create({ prefix: 'app', local, cloud, environment });
  const advance = (ms: number) => environment.advance(ms);
  return { data, notes: data.repo<Note>('Note'), advance, environment, local };
}

test('[P1] what one device saves, another has, and a deletion too', async () => {
  const cloud = new MemoryBucket();
  const a = await device(cloud);
  const b = await device(cloud);
  const id = a.notes.save({ text: 'one' });
  await a.data.flush('cloud');
  expect(a.notes.syncState(id)).toBe('synced');
  await b.data.sync.pull();
  expect(await b.notes.get(id)).toMatchObject({ text: 'one' });
  b.notes.delete(id);
  await b.data.flush('cloud');
  await a.data.sync.pull();
  expect(await a.notes.get(id)).toBeNull();
});

test('[P1] edits at the same time: the later one stays, on both, and the other can be restored', async () => {
  const cloud = new MemoryBucket();
  const a = await device(cloud);
  const b = await device(cloud);
  const id = a.notes.save({ text: 'one' });
  await a.data.flush('cloud');
  await b.data.sync.pull();
  await a.advance(1000);
  await b.advance(5000);
  await b.notes.get(id);
  a.notes.save({ id, text: 'from a' });
  b.notes.save({ id, text: 'from b' });
  await a.data.flush('cloud');
  await b.data.flush('cloud');
  await a.data.sync.pull();
  expect(await a.notes.get(id)).toMatchObject({ text: 'from b' });
  expect(await b.notes.get(id)).toMatchObject({ text: 'from b' });
  const conflicts: unknown[] = [];
  b.data.sync.conflicts$.subscribe((list) => conflicts.push(list.length));
  expect(conflicts.at(-1)).toBe(1);
});

test('[P9] a fresh device reads what the cloud has, on first access', async () => {
  const cloud = new MemoryBucket();
  const a = await device(cloud);
  const ids = a.notes.saveMany([{ text: '1' }, { text: '2' }, { text: '3' }]);
  await a.data.flush('cloud');
  const b = await device(cloud);
  expect((await b.notes.getAll()).length).toBe(3);
  expect(await b.notes.get(ids[0]!)).toMatchObject({ text: '1' });
});

test('[P1] a plain persistence as cloud', async () => {
  const cloud = new MemoryStore();
  const a = await device(cloud);
  const id = a.notes.save({ text: 'one' });
  await a.data.sync.forceSync();
  const b = await device(cloud);
  expect(await b.notes.get(id)).toMatchObject({ text: 'one' });
  await a.advance(6000);
  await a.data.sync.forceSync();
  expect(a.notes.syncState(id)).toBe('synced');
});
