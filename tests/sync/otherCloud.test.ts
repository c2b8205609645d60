import { MemoryBucket } from 'tiersync';
import { expect, test } from 'vitest';
import { FaultyBucket } from '../support/FaultyBucket.ts';
import { Device, device } from './Fleet.ts';

const move = (one: Device, bucket: MemoryBucket | null, startOver = false): Promise<void> =>
  one.settle(one.data.setCloud(bucket && new FaultyBucket(bucket, one.faults), { autoStart: false, startOver }));

test('[LK12] a device that moves to another bucket takes everything with it, what waits too', async () => {
  const [first, second] = [new MemoryBucket(), new MemoryBucket()];
  const a = await device(first).open();
  a.save('g.1', 'sent to the first');
  a.save('g.2', 'deleted later');
  await a.flush();
  a.save('g.1', 'edited while it moves');
  a.notes.delete('g.2');
  a.save('h.1', 'made while it moves');
  await a.flush('local');
  await move(a, second, true);
  await a.flush();
  const b = await device(second).open();
  b.save('k.1', 'of the second');
  await b.sync();
  await a.sync();
  expect(await b.all()).toEqual(await a.all());
  expect([await b.label('g.1'), await b.label('g.2')]).toEqual(['edited while it moves', null]);
  expect(Object.keys(await b.all())).toEqual(['Note g.1', 'Note h.1', 'Note k.1']);
  expect(a.conflicts).toEqual([]);
});

test('[LK12] what was edited while there was no cloud waits, over a restart too, and meets what others did meanwhile', async () => {
  const bucket = new MemoryBucket();
  const a = await device(bucket).open();
  const b = await device(bucket).open();
  a.save('g.1', 'first');
  await a.flush();
  await b.sync();
  await b.label('g.1');
  await move(a, null);
  expect(a.reason).toBe('no-cloud');
  a.attach = null;
  await a.unload();
  await a.open();
  await a.label('g.1');
  await a.environment.advance(1000);
  a.save('g.1', 'without a cloud');
  a.save('h.1', 'made without a cloud');
  await a.flush('local');
  b.save('g.1', 'of b, meanwhile');
  await b.flush();
  await a.unload();
  await a.open();
  await move(a, bucket);
  await a.sync();
  await b.sync();
  expect(await b.all()).toEqual(await a.all());
  expect(await b.label('g.1')).toBe('without a cloud');
  expect(a.conflicts).toMatchObject([{ local: { label: 'without a cloud' }, remote: { label: 'of b, meanwhile' } }]);
});

test('[LK12] data that never had a cloud is uploaded to the first one, and met with what is there', async () => {
  const bucket = new MemoryBucket();
  const b = await device(bucket).open();
  b.save('g.1', 'of b');
  b.save('g.2', 'of b too');
  await b.flush();
  const a = await new Device(null).open();
  await a.environment.advance(1000);
  a.save('g.1', 'of a, later');
  a.save('h.1', 'of a');
  await a.flush('local');
  await move(a, bucket);
  await a.sync();
  await b.sync();
  expect(await b.all()).toEqual(await a.all());
  expect(Object.keys(await b.all())).toEqual(['Note g.1', 'Note g.2', 'Note h.1']);
  expect(await b.label('g.1')).toBe('of a, later');
});

test('[LK12] an empty bucket in the place of the one it knew is refused until somebody says startOver', async () => {
  const [first, second] = [new MemoryBucket(), new MemoryBucket()];
  const a = await device(first).open();
  a.save('g.1', 'first');
  await a.flush();
  await move(a, second);
  await expect(a.pull()).rejects.toMatchObject({ code: 'cloud-unreadable' });
  await move(a, first);
  await a.sync();
  expect(await a.label('g.1')).toBe('first');
  expect(a.pending).toBe(0);
});

test('[LK12] a deletion goes along to a bucket whose latest changes still hold what was deleted', async () => {
  const [first, second] = [new MemoryBucket(), new MemoryBucket()];
  const a = await device(first).open();
  const b = await device(first).open();
  a.save('g.1', 'first');
  await a.flush();
  await b.sync();
  await move(a, second, true);
  await a.sync();
  await b.environment.advance(1000);
  b.notes.delete('g.1');
  await b.flush();
  await move(b, second, true);
  await b.sync();
  await a.sync();
  const fresh = await device(second).open();
  await fresh.sync();
  expect(await Promise.all([a, b, fresh].map((one) => one.all()))).toEqual([{}, {}, {}]);
});

test('[LK12] a deletion goes along to a bucket although what was deleted comes there after it', async () => {
  const [first, second] = [new MemoryBucket(), new MemoryBucket()];
  const a = await device(first).open();
  const b = await device(first).open();
  a.save('g.1', 'first');
  a.save('h.1', 'stays');
  await a.flush();
  await b.sync();
  await b.environment.advance(1000);
  b.notes.delete('g.1');
  await b.flush();
  await move(b, second, true);
  await b.sync();
  await move(a, second, true);
  await a.sync();
  await b.sync();
  await a.sync();
  const fresh = await device(second).open();
  await fresh.sync();
  const all = await Promise.all([a, b, fresh].map((one) => one.all()));
  expect(all.map((one) => Object.keys(one))).toEqual([['Note h.1'], ['Note h.1'], ['Note h.1']]);
  expect([a.pending, b.pending]).toEqual([0, 0]);
});
