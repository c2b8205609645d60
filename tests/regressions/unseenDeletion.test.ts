import { MemoryBucket } from 'tiersync';
import { expect, test } from 'vitest';
import { device } from '../sync/Fleet.ts';

test('[HY3] a deletion of what only the cloud has stays, also where something else of its key is on this device', async () => {
  const bucket = new MemoryBucket();
  const a = await device(bucket).open();
  for (const id of ['g.1', 'g.2']) a.save(id, 'of a');
  await a.flush();
  const b = await device(bucket).open();
  b.save('g.mine', 'of b');
  await b.flush('local');
  await b.open();
  b.notes.delete('g.1');
  await b.flush('local');
  await b.open();
  for (const one of [b, a]) await one.sync();
  expect(Object.keys(await b.all())).toEqual(['Note g.2', 'Note g.mine']);
  expect(await a.all()).toEqual(await b.all());
});

test('[HY3] a deletion stays of what turns out to be lost on this device, and comes back from the cloud', async () => {
  const bucket = new MemoryBucket();
  const b = await device(bucket).open();
  for (const id of ['g.1', 'g.2']) b.save(id, 'of b');
  await b.flush();
  await b.open();
  await b.pull();
  b.disk.texts.delete('app.g');
  b.notes.delete('g.1');
  await b.flush('local');
  await b.sync();
  expect(Object.keys(await b.all())).toEqual(['Note g.2']);
});
