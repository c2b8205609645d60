import { MemoryBucket } from 'tiersync';
import { expect, test } from 'vitest';
import { CountingBucket } from '../support/CountingBucket.ts';
import { day, device, fold, start } from './Fleet.ts';

const year = 365 * day;

/** Folds, and again when the retention is over, so that every deletion until now is forgotten. */
async function forget(bucket: MemoryBucket, writer: Awaited<ReturnType<typeof device>>): Promise<void> {
  await fold(bucket, start);
  await writer.environment.advance(200 * day);
  writer.save('h.later', 'much later');
  await writer.flush();
  await fold(bucket, start + 200 * day);
}

test('[P1] a creation meets a deletion of the same id that only a checkpoint remembers', async () => {
  const bucket = new MemoryBucket();
  const a = await device(bucket).open();
  const b = await device(bucket).open();
  a.save('g.1', 'of a');
  await a.flush('local');
  await b.environment.advance(1000);
  b.save('g.1', 'of b');
  b.save('h.1', 'other');
  await b.flush();
  b.notes.delete('g.1');
  await b.flush();
  await fold(bucket, start);
  await a.sync();
  await b.sync();
  expect(await a.all()).toEqual(await b.all());
  expect(a.conflicts).toMatchObject([{ id: 'g.1', local: { label: 'of a' }, remote: null }]);
});

test('[P4] a creation whose reply was lost, and that was deleted and forgotten since, does not come back', async () => {
  const bucket = new MemoryBucket();
  const a = await device(bucket).open();
  const b = await device(bucket).open();
  b.save('h.1', 'first');
  await b.flush();
  await a.sync();
  a.save('g.1', 'of a');
  await a.flush('local');
  a.faults.gate = ({ method, key }) => {
    if (method === 'put' && key === 'app/head') a.faults.crashAt(0, 'after');
    return undefined;
  };
  a.data.sync.push().catch(() => {});
  await a.faults.crashed;
  await b.sync();
  expect(await b.label('g.1')).toBe('of a');
  b.notes.delete('g.1');
  await b.flush();
  await forget(bucket, b);

  await a.environment.advance(year);
  await a.open();
  await a.sync();
  await b.sync();
  expect(await b.label('g.1')).toBeNull();
  expect(await a.label('g.1')).toBeNull();
  expect(a.conflicts).toMatchObject([{ id: 'g.1', local: { label: 'of a' }, remote: null }]);
  a.conflicts[0]?.restore();
  await a.flush();
  await b.sync();
  expect(await b.label('g.1')).toBe('of a');
});

test('[P4] a device away for a year revives nothing, and keeps what it edited later than what was forgotten', async () => {
  const bucket = new MemoryBucket();
  const a = await device(bucket).open();
  const b = await device(bucket).open();
  for (const id of ['g.1', 'g.2', 'g.3', 'g.4', 'g.5']) a.save(id, `first ${id}`);
  await a.flush();
  await b.sync();
  // Edited before the deletions, and never sent.
  a.save('g.2', 'early edit');
  await a.flush('local');
  await b.environment.advance(1000);
  b.notes.deleteMany(['g.1', 'g.2', 'g.3']);
  b.save('g.4', 'edited elsewhere');
  await b.flush();
  await forget(bucket, b);

  await a.environment.advance(year);
  a.save('g.3', 'late edit');
  a.save('g.6', 'made far away');
  await a.flush('local');
  await a.open();
  await a.sync();
  await b.sync();
  const labels = Object.values(await b.all()).map((note) => (note as { label: string }).label);
  expect(labels.sort()).toEqual(['edited elsewhere', 'first g.5', 'late edit', 'made far away', 'much later'].sort());
  expect(await a.all()).toEqual(await b.all());
  expect(a.conflicts).toMatchObject([{ id: 'g.2', local: { label: 'early edit' }, remote: null, winner: null }]);
  a.conflicts[0]?.restore();
  await a.flush();
  await b.sync();
  expect(await b.label('g.2')).toBe('early edit');
});

test('[P4] an index that is too old by far costs one comparison, and sends nothing again', async () => {
  const bucket = new MemoryBucket();
  const a = await device(bucket).open();
  const b = await device(bucket).open();
  for (const id of ['g.1', 'h.1']) a.save(id, `first ${id}`);
  await a.flush();
  await b.sync();
  b.notes.delete('g.1');
  await b.flush();
  await forget(bucket, b);
  await a.environment.advance(year);
  await a.open();
  const before = await bucket.get('app/head');
  await a.sync();
  expect(await bucket.get('app/head')).toEqual(before);
  expect(await a.label('g.1')).toBeNull();
  expect(a.pending).toBe(0);
});

test('[P4] what was created before a later horizon is learned is stamped after it', async () => {
  const bucket = new MemoryBucket();
  const a = await device(bucket).open();
  const b = await device(bucket).open();
  b.save('g.1', 'first');
  await b.flush();
  a.save('g.2', 'made unseen');
  await a.flush('local');
  await b.environment.advance(5000);
  b.notes.delete('g.1');
  await b.flush();
  await forget(bucket, b);
  await a.sync();
  await b.sync();
  const made = await b.notes.get('g.2');
  expect(made?.label).toBe('made unseen');
  expect(made?.updatedAt.getTime()).toBeGreaterThan(start + 5000);
});

test('[LK1] after deletions were forgotten, a fresh device moves bytes for what lives and not for what was deleted', async () => {
  const bucket = new MemoryBucket();
  const b = await device(bucket).open();
  const dead = Array.from({ length: 1249 }, (_, i) => `g.dead${i}`);
  b.notes.saveMany(dead.map((id) => ({ id, label: `a label of ${id}` })));
  b.notes.saveMany(Array.from({ length: 22 }, (_, i) => ({ id: `g.live${i}`, label: `a label of live ${i}` })));
  await b.flush();
  await fold(bucket, start);
  b.notes.deleteMany(dead);
  await b.flush();
  await fold(bucket, start);
  const bytesOfFresh = async (): Promise<number> => {
    const counted = new CountingBucket(bucket);
    const fresh = await device(counted).open();
    await fresh.pull();
    expect(Object.keys(await fresh.all()).filter((place) => place.includes('live'))).toHaveLength(22);
    expect(fresh.reason).toBe('stopped');
    return counted.bytesReceived;
  };
  const before = await bytesOfFresh();
  await forget(bucket, b);
  const after = await bytesOfFresh();
  expect(before).toBeGreaterThan(1249 * 20);
  expect(after).toBeLessThan(23 * 400);
});

test('[P4] what is created after a deletion of which this device was never told is stamped after it', async () => {
  const bucket = new MemoryBucket();
  const a = await device(bucket).open();
  a.save('g.1', 'first');
  await a.flush();
  await a.environment.advance(60_000);
  a.notes.delete('g.1');
  await a.flush();
  await fold(bucket, start + 60_000);
  const b = await device(bucket).open();
  await b.sync();
  await b.unload();
  await b.open();
  b.save('g.1', 'made anew, by a clock that is behind');
  await b.flush();
  await a.sync();
  expect(await a.label('g.1')).toBe('made anew, by a clock that is behind');
  await fold(bucket, start + 120_000);
  await b.settle(b.data.sync.forceSync());
  expect(await b.all()).toEqual(await a.all());
});

test('[P2] what is edited while it is stamped after such a deletion stays, by a clock that is behind too', async () => {
  const bucket = new MemoryBucket();
  const a = await device(bucket).open();
  a.save('g.1', 'first');
  await a.flush();
  await a.environment.advance(60_000);
  a.notes.delete('g.1');
  await a.flush();
  await fold(bucket, start + 60_000);
  const b = await device(bucket).open();
  b.save('h.1', 'made by a clock that is behind');
  await b.flush('local');
  let stored = 0;
  b.faults.gate = ({ method, key }) => {
    if (method === 'storeData' && key === 'app.h' && ++stored === 2) b.save('h.1', 'edited');
    return undefined;
  };
  await b.flush();
  await b.flush();
  expect(stored).toBeGreaterThanOrEqual(2);
  expect(await b.label('h.1')).toBe('edited');
  await a.sync();
  expect(await a.label('h.1')).toBe('edited');
  expect(b.conflicts).toEqual([]);
});

test('[P4] [LK3] a device away for a year that syncs more names now revives nothing, and sends what those hold', async () => {
  const bucket = new MemoryBucket();
  const a = await device(bucket).open({ collections: ['Note'] });
  const b = await device(bucket).open();
  for (const id of ['g.1', 'g.2']) a.save(id, `first ${id}`);
  a.repo('Other').save({ id: 'g.1', label: 'not sent until now' });
  await a.flush();
  b.repo('Other').save({ id: 'g.2', label: 'not taken until now' });
  await b.flush();
  await b.sync();
  b.notes.delete('g.1');
  await b.flush();
  await forget(bucket, b);
  await a.environment.advance(year);
  await a.open({ collections: ['Note', 'Other'] });
  await a.sync();
  await b.sync();
  const names = ['Note g.2', 'Note h.later', 'Other g.1', 'Other g.2'];
  expect(Object.keys(await a.all('Note', 'Other'))).toEqual(names);
  expect(await b.all('Note', 'Other')).toEqual(await a.all('Note', 'Other'));
  expect(a.conflicts).toEqual([]);
});

test('[P8] what others created anew after its deletion was forgotten is not held to be deleted', async () => {
  const bucket = new MemoryBucket();
  const a = await device(bucket).open();
  const b = await device(bucket).open();
  a.save('g.1', 'first');
  await a.flush();
  await b.sync();
  await b.label('g.1');
  await b.environment.advance(1000);
  b.notes.delete('g.1');
  await b.flush();
  await a.sync();
  expect(a.notes.peek('g.1')).toBe(null);
  await forget(bucket, b);
  await a.sync();
  b.save('g.1', 'anew');
  await b.flush();
  await a.sync();
  expect(a.notes.peek('g.1')).toBe(undefined);
  expect(await a.label('g.1')).toBe('anew');
});
