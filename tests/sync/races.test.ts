import { type EntityKeyData, type IPersistence, MemoryBucket, MemoryStore } from 'tiersync';
import { expect, test } from 'vitest';
import { settle } from '../support/TestEnvironment.ts';
import { Device, device, fold, start } from './Fleet.ts';

/** Holds the next call like that until it is let go. */
function hold(one: Device, isMeant: (method: string, key: string) => boolean) {
  let reached: () => void = () => {};
  let release: () => void = () => {};
  const isReached = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  one.faults.gate = ({ method, key }) => {
    if (!isMeant(method, key)) return undefined;
    one.faults.gate = null;
    reached();
    return released;
  };
  return { isReached, release };
}

const storing = (key: string) => (method: string, at: string) => method === 'storeData' && at === key;

async function two() {
  const bucket = new MemoryBucket();
  const a = await device(bucket).open();
  const b = await device(bucket).open();
  a.save('g.1', 'first');
  await a.flush();
  await b.sync();
  await b.label('g.1');
  return { bucket, a, b };
}

test('[P2] a save while a pull is being applied is not overwritten by it, and both ends agree', async () => {
  const { a, b } = await two();
  await a.environment.advance(1000);
  a.save('g.1', 'of a');
  await a.flush();
  await b.environment.advance(2000);
  const held = hold(b, storing('app.g'));
  const pulling = b.data.sync.pull();
  await held.isReached;
  b.save('g.1', 'while it was applied');
  held.release();
  await b.settle(pulling);
  expect(await b.label('g.1')).toBe('while it was applied');
  await b.flush();
  await a.sync();
  expect(await a.label('g.1')).toBe('while it was applied');
  expect(b.conflicts).toMatchObject([{ local: { label: 'while it was applied' }, remote: { label: 'of a' } }]);
});

test('[P2] a save while a push waits for its answer stays to be sent', async () => {
  const { a, b } = await two();
  await a.environment.advance(1000);
  a.save('g.1', 'second');
  const held = hold(a, (method, key) => method === 'put' && key === 'app/head');
  const pushing = a.data.flush('cloud');
  await held.isReached;
  a.save('g.1', 'third');
  await a.flush('local');
  held.release();
  await a.settle(pushing);
  await a.flush();
  await b.sync();
  expect(await b.label('g.1')).toBe('third');
  expect(a.conflicts).toEqual([]);
});

test('[P2] flush waits for what a sync is writing down already', async () => {
  const { a } = await two();
  a.save('g.1', 'second');
  const held = hold(a, storing('app.g'));
  const pulling = a.data.sync.pull();
  await held.isReached;
  let isDone = false;
  const flushing = a.data.flush().then(() => {
    isDone = true;
  });
  await settle();
  expect(isDone).toBe(false);
  held.release();
  await a.settle(flushing);
  await a.settle(pulling);
  expect(a.disk.texts.get('app.g')).toContain('second');
});

test('[P8] a key that somebody reads while a push runs is brought before the reader is answered', async () => {
  const bucket = new MemoryBucket();
  const a = await device(bucket).open();
  a.save('far.1', 'far away');
  await a.flush();
  await fold(bucket, start);
  const b = await device(bucket).open();
  b.save('near.1', 'near');
  const held = hold(b, (method, key) => method === 'put' && key === 'app/head');
  const pushing = b.data.sync.push();
  await held.isReached;
  const reading = b.notes.get('far.1');
  await settle();
  held.release();
  await b.settle(pushing);
  expect((await b.settle(reading))?.label).toBe('far away');
  expect(b.problems).toEqual([]);
});

test('[P9] a cloud that never answers keeps nobody from detaching it or from unloading', async () => {
  const { a } = await two();
  hold(a, (method) => method === 'get');
  a.data.sync.pull().catch(() => {});
  await settle();
  await a.settle(a.data.setCloud(null));
  a.save('g.2', 'goes on');
  await a.unload();
  expect(a.disk.texts.get('app.g')).toContain('goes on');
});

test('[P7] an observer never sees an older version come back, whatever is pulled while it is edited', async () => {
  const { a, b } = await two();
  const seen: string[] = [];
  b.notes.observe('g.1').subscribe((note) => seen.push(String(note?.label)));
  for (let i = 0; i < 5; i++) {
    await a.environment.advance(100);
    a.save('g.1', `a${i}`);
    await a.flush();
    await b.environment.advance(250);
    const pulling = b.data.sync.pull();
    b.save('g.1', `b${i}`);
    await settle();
    b.save('g.1', `B${i}`);
    await b.settle(pulling);
    await b.flush();
    await a.sync();
  }
  const mine = seen.filter((label) => /^[bB]/.test(label));
  expect(mine).toEqual(Array.from({ length: 5 }, (_, i) => [`b${i}`, `B${i}`]).flat());
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.at(-1)).toBe('B4');
  expect(await a.label('g.1')).toBe('B4');
});

test('[P7] one pulled batch over two keys is one emission and one event', async () => {
  const { a, b } = await two();
  const lists: number[] = [];
  const events: number[] = [];
  b.notes.observeAll().subscribe((list) => lists.push(list.length));
  await settle();
  b.data.events$.subscribe((event) => void (event.type === 'changed' && events.push(event.changes.length)));
  a.data.batch(() => {
    a.save('g.2', 'one');
    a.save('h.1', 'two');
    a.notes.delete('g.1');
  });
  await a.flush();
  await b.pull();
  expect(lists).toEqual([1, 2]);
  expect(events).toEqual([3]);
});

test('[P8] a save and a deletion on keys that only the cloud has are right before and after they are brought', async () => {
  const bucket = new MemoryBucket();
  const a = await device(bucket).open();
  await a.environment.advance(60_000);
  a.save('g.1', 'first');
  a.save('h.1', 'to be deleted');
  await a.flush();
  // The clock of b is a minute behind.
  const b = await device(bucket).open();
  b.faults.failAlways();
  await b.settle(b.data.sync.pull().catch(() => {}));
  b.faults.heal();
  const held = hold(b, (method, key) => method === 'get' && key.includes('changes'));
  held.release();
  b.save('g.1', 'blind');
  b.notes.delete('h.1');
  expect(b.notes.peek('g.1')).toMatchObject({ label: 'blind' });
  await b.sync();
  await a.sync();
  expect(await a.all()).toEqual(await b.all());
});

test('[P10] a conflict that is found when memory is written down is told, and both versions are kept', async () => {
  const { a, b } = await two();
  await a.environment.advance(1000);
  a.save('g.1', 'later, of a');
  await a.flush();
  // What b wrote is in memory only while the pull stores what a wrote.
  const held = hold(b, storing('app.g'));
  const pulling = b.data.sync.pull();
  await held.isReached;
  b.save('g.1', 'earlier, of b');
  held.release();
  await b.settle(pulling);
  await b.flush();
  await a.sync();
  expect(await a.all()).toEqual(await b.all());
  expect(b.conflicts).toMatchObject([{ local: { label: 'earlier, of b' }, remote: { label: 'later, of a' } }]);
  expect(await b.label('g.1')).toBe('later, of a');
});

test('[P7] [P8] what a key was brought with reaches memory also when the next write to the disk fails', async () => {
  const bucket = new MemoryBucket();
  const a = await device(bucket).open();
  const b = await device(bucket).open();
  a.save('g.1', 'one');
  await a.flush();
  await b.sync();
  expect(await b.label('g.1')).toBe('one');
  a.save('g.1', 'two');
  await a.flush();
  await fold(bucket, start);
  b.faults.gate = ({ method, key }) => {
    const isBrought = b.disk.texts.get('app.g')?.includes('two') === true;
    if (method === 'storeData' && key === 'app.$sync' && isBrought) b.faults.failAlways();
    return undefined;
  };
  await expect(b.pull()).rejects.toMatchObject({ code: 'unavailable' });
  b.faults.gate = null;
  b.faults.heal();
  await b.sync();
  expect(await b.label('g.1')).toBe('two');
});

test('[P10] a plain persistence that was read out of date is not written over without a word', async () => {
  const cloud = new MemoryStore();
  const stale = { metadata: null as EntityKeyData | null };
  const outOfDate: IPersistence = {
    loadData: async (key) =>
      key === 'app.$metadata' && stale.metadata !== null ? stale.metadata : cloud.loadData(key),
    storeData: (key, data) => cloud.storeData(key, data),
    clearData: (key) => cloud.clearData(key),
  };
  const a = await new Device(() => cloud).open();
  const b = await new Device(() => outOfDate).open();
  a.save('g.0', 'zero');
  await a.sync();
  await b.sync();
  stale.metadata = await cloud.loadData('app.$metadata');
  a.save('g.1', 'of a');
  await a.sync();
  b.environment.jump(5_000);
  b.save('g.1', 'of b');
  await b.sync();
  stale.metadata = null;
  await b.sync();
  expect(b.conflicts).toMatchObject([{ local: { label: 'of b' }, remote: { label: 'of a' } }]);
  await a.sync();
  expect(await a.label('g.1')).toBe('of b');
});

test('[P1] an edit of what a plain persistence has lost since reaches it all the same', async () => {
  const cloud = new MemoryStore();
  const a = await new Device(() => cloud).open();
  const b = await new Device(() => cloud).open();
  a.save('g.1', 'one');
  await a.flush();
  const earlier = await Promise.all(['app.g', 'app.$metadata'].map(async (key) => [key, await cloud.loadData(key)]));
  await a.environment.advance(1000);
  a.save('g.1', 'two');
  await a.flush();
  for (const [key, data] of earlier as [string, EntityKeyData][]) await cloud.storeData(key, data);
  await a.environment.advance(1000);
  a.save('g.1', 'three');
  await a.flush();
  await b.sync();
  expect(await b.label('g.1')).toBe('three');
});

test('[P10] a push sends nothing blindly that was edited meanwhile in a key that is not here', async () => {
  const bucket = new MemoryBucket();
  const a = await device(bucket).open();
  a.save('far.1', 'of a');
  await a.flush();
  await fold(bucket, start);
  const b = await device(bucket).open();
  b.save('near.1', 'near');
  await b.flush('local');
  await b.environment.advance(1000);
  const held = hold(b, (method, key) => method === 'put' && key.includes('probe'));
  const pushing = b.data.sync.push();
  await held.isReached;
  b.save('far.1', 'of b, who has not seen it');
  await b.flush('local');
  held.release();
  await b.settle(pushing);
  await b.flush();
  expect(b.conflicts).toMatchObject([{ local: { label: 'of b, who has not seen it' }, remote: { label: 'of a' } }]);
});
