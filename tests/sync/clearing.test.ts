import { MemoryBucket } from 'tiersync';
import { expect, test } from 'vitest';
import { device, fold, start } from './Fleet.ts';

/** `b` knows which keys the cloud holds, and has none of them. */
async function indexOnly() {
  const bucket = new MemoryBucket();
  const a = await device(bucket).open();
  a.save('g.1', 'one');
  a.save('h.1', 'two');
  await a.flush();
  await fold(bucket, start);
  const b = await device(bucket).open();
  b.faults.gate = ({ key }) => (key.includes('/data/') ? Promise.reject(new Error('not now')) : undefined);
  await expect(b.pull()).rejects.toMatchObject({ code: 'unavailable' });
  const heal = (): void => {
    b.faults.gate = null;
  };
  return { a, b, heal };
}

test('[P8] clear also clears keys that only the cloud has, when they come', async () => {
  const { a, b, heal } = await indexOnly();
  b.notes.clear();
  await b.flush('local');
  heal();
  await b.sync();
  await a.sync();
  expect(await a.all()).toEqual({});
  expect(await b.all()).toEqual({});
});

test('[P8] what waits to be cleared is so as soon as it comes, and not only when something is written next', async () => {
  const { b, heal } = await indexOnly();
  b.notes.clear();
  await b.flush('local');
  heal();
  await b.pull();
  expect([b.notes.peek('g.1'), b.notes.peek('h.1')]).toEqual([null, null]);
});

test('[P8] clear also clears what the cloud has more of a key, and nothing that others add after that', async () => {
  const { a, b, heal } = await indexOnly();
  b.save('g.2', 'of b');
  await b.flush('local');
  expect(b.notes.peek('g.2')).toMatchObject({ label: 'of b' });
  await b.environment.advance(1000);
  b.notes.clear();
  b.save('g.3', 'after it');
  await b.flush('local');
  heal();
  for (let round = 0; round < 2; round++) for (const one of [b, a]) await one.sync();
  expect(Object.keys(await a.all())).toEqual(['Note g.3']);
  a.save('g.4', 'later, of a');
  await a.flush();
  await b.sync();
  expect(Object.keys(await b.all())).toEqual(['Note g.3', 'Note g.4']);
  expect(await b.all()).toEqual(await a.all());
});

test('[P2] clear of what is on this device is durable after a flush, although the cloud was never asked', async () => {
  const one = device(new MemoryBucket());
  const { attach } = one;
  one.attach = null;
  await one.open();
  one.save('g.1', 'made without a cloud');
  await one.flush('local');
  await one.unload();
  one.attach = attach;
  await one.open();
  await one.environment.advance(1000);
  one.notes.clear();
  await one.flush('local');
  await one.open();
  await one.sync();
  expect(await one.all()).toEqual({});
});

test('[P2] clear on a device that cannot list its keys takes nothing that others made after it', async () => {
  const bucket = new MemoryBucket();
  const a = await device(bucket).open();
  const b = await device(bucket, {}, {}).open();
  await b.sync();
  b.notes.clear();
  await a.environment.advance(1000);
  a.save('g.1', 'made after the clear');
  await a.flush();
  await b.sync();
  expect(Object.keys(await b.all())).toEqual(['Note g.1']);
});

test('[P8] clear on a device that cannot list its keys takes what was there, also where more came since', async () => {
  const bucket = new MemoryBucket();
  const a = await device(bucket).open();
  const b = device(bucket, {}, {});
  await b.open();
  b.save('g.1', 'of b');
  await b.flush();
  b.disk.texts.delete('app.$metadata');
  await b.open();
  b.notes.clear();
  await a.sync();
  await a.environment.advance(1000);
  a.save('g.2', 'made after the clear');
  await a.flush();
  await b.sync();
  expect(Object.keys(await b.all())).toEqual(['Note g.2']);
});

test('[P2] clear takes nothing of a key of the cloud that others add to it before it comes', async () => {
  const { a, b, heal } = await indexOnly();
  b.notes.clear();
  await a.environment.advance(1000);
  a.save('g.2', 'made after the clear');
  await a.flush();
  heal();
  await b.sync();
  await a.sync();
  expect(Object.keys(await b.all())).toEqual(['Note g.2']);
  expect(await a.all()).toEqual(await b.all());
});
