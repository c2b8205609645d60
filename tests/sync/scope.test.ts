import { type BucketObject, type IBucket, MemoryBucket, type PutCondition } from 'tiersync';
import { expect, test } from 'vitest';
import { CountingBucket } from '../support/CountingBucket.ts';
import { device, fold, start } from './Fleet.ts';

const everything = async (bucket: MemoryBucket): Promise<string> => {
  let text = '';
  for await (const { name } of bucket.list('')) {
    const found = (await bucket.get(name)) as BucketObject;
    text += name + new TextDecoder().decode(found.bytes);
  }
  return text;
};

test('[LK2] a name with sync: false never leaves the device, by edits, deletions, moves, comparisons or conflicts', async () => {
  const bucket = new MemoryBucket();
  const options = { entities: { Secret: { sync: false } } };
  const a = await device(bucket, options).open();
  a.repo('Secret').save({ id: 'g.hidden', label: 'nobody knows' });
  a.save('g.1', 'everybody knows');
  await a.flush();
  a.repo('Secret').delete('g.hidden');
  a.repo('Secret').save({ id: 'g.hidden2', label: 'nobody knows' });
  await a.settle(a.repo('Secret').move('g.hidden2', { group: 'elsewhere' }));
  await a.flush();
  await a.settle(a.data.sync.forceSync());
  await a.open({ startOver: true });
  await a.settle(a.data.sync.forceSync());
  await fold(bucket, start);
  const text = await everything(bucket);
  expect(text).toContain('everybody knows');
  expect(text).not.toMatch(/hidden|nobody|Secret|elsewhere/);
  expect(await a.settle(a.repo('Secret').count())).toBe(1);
  expect(a.pending).toBe(0);
});

test('[LK3] collections limit what is sent and what is taken, and one that is added later is compared', async () => {
  const bucket = new MemoryBucket();
  const a = await device(bucket).open({ collections: ['Note'] });
  const b = await device(bucket).open();
  a.save('g.1', 'a note');
  a.repo('Other').save({ id: 'g.1', label: 'not sent' });
  b.repo('Other').save({ id: 'g.2', label: 'not taken' });
  await a.flush();
  await b.flush();
  await a.sync();
  await b.sync();
  expect(Object.keys(await b.all('Note', 'Other'))).toEqual(['Note g.1', 'Other g.2']);
  expect(Object.keys(await a.all('Note', 'Other'))).toEqual(['Note g.1', 'Other g.1']);
  await a.open({ collections: ['Note', 'Other'] });
  await a.sync();
  await b.sync();
  expect(Object.keys(await a.all('Note', 'Other'))).toHaveLength(3);
  expect(await b.all('Note', 'Other')).toEqual(await a.all('Note', 'Other'));
});

test('[LK4] a name that was not synced until this version of the app is compared and sent', async () => {
  const bucket = new MemoryBucket();
  const a = device(bucket, { entities: { Draft: { sync: false } } });
  await a.open();
  a.repo('Draft').save({ id: 'g.1', label: 'private until now' });
  a.save('g.1', 'a note');
  await a.flush();
  const b = await device(bucket).open();
  b.repo('Draft').save({ id: 'g.2', label: 'shared from the start' });
  await b.flush();
  await a.sync();
  await a.unload();
  const later = device(bucket);
  for (const [key, text] of a.disk.texts) later.disk.texts.set(key, text);
  await later.open();
  await later.sync();
  await b.sync();
  expect(Object.keys(await b.all('Draft'))).toEqual(['Draft g.1', 'Draft g.2']);
  expect(Object.keys(await later.all('Draft'))).toEqual(['Draft g.1', 'Draft g.2']);
});

test('[LK5] direction pull sends nothing and keeps what was edited; direction push takes nothing', async () => {
  const bucket = new MemoryBucket();
  const b = await device(bucket).open();
  b.save('g.1', 'of b');
  await b.flush();
  const reader = await device(bucket).open({ direction: 'pull' });
  await reader.pull();
  reader.save('g.2', 'stays here');
  await reader.flush('local');
  await reader.pull();
  const writer = await device(bucket).open({ direction: 'push' });
  writer.save('g.3', 'goes out');
  await writer.flush();
  await b.sync();
  expect(Object.keys(await b.all())).toEqual(['Note g.1', 'Note g.3']);
  expect(Object.keys(await reader.all())).toEqual(['Note g.1', 'Note g.2']);
  expect(Object.keys(await writer.all())).toEqual(['Note g.3']);
  expect(reader.pending).toBe(1);
});

test('[LK6] a pull that would delete most of what is here waits for a yes, whatever keys it is spread over', async () => {
  for (const keyOf of [() => 'g', (i: number) => `k${i % 7}`]) {
    const bucket = new MemoryBucket();
    const a = await device(bucket).open();
    const ids = Array.from({ length: 60 }, (_, i) => `${keyOf(i)}.${i}`);
    a.notes.saveMany(ids.map((id) => ({ id, label: id })));
    await a.flush();
    const b = await device(bucket).open();
    await b.sync();
    a.notes.deleteMany(ids.slice(0, 50));
    await a.flush();
    for (const isFolded of [false, true]) {
      if (isFolded) await fold(bucket, start);
      await expect(b.pull()).rejects.toMatchObject({ code: 'confirm-needed' });
      expect(b.reason).toBe('stopped');
      expect(Object.keys(await b.all())).toHaveLength(60);
    }
    await b.data.sync.start();
    await b.environment.advance(0);
    expect([b.status, b.reason]).toEqual(['error', 'paused']);
    await b.settle(b.data.sync.forceSync());
    expect(Object.keys(await b.all())).toHaveLength(10);
    expect([b.status, b.reason]).toEqual(['idle', null]);
  }
});

test('[LK7] deletions of what was never here ask nobody', async () => {
  const bucket = new MemoryBucket();
  const a = await device(bucket).open();
  const ids = Array.from({ length: 60 }, (_, i) => `g.${i}`);
  a.notes.saveMany(ids.map((id) => ({ id, label: id })));
  await a.flush();
  a.notes.deleteMany(ids);
  a.save('g.last', 'lives');
  await a.flush();
  const b = await device(bucket).open();
  await b.sync();
  expect(Object.keys(await b.all())).toEqual(['Note g.last']);
});

/** A bucket that tells its time. */
class TimedBucket implements IBucket {
  readonly inner: IBucket;
  time: number;
  constructor(inner: IBucket, time: number) {
    this.inner = inner;
    this.time = time;
  }
  get(name: string, options?: { readonly unlessVersion?: string }) {
    return this.inner.get(name, options);
  }
  async put(name: string, bytes: Uint8Array, condition?: PutCondition) {
    const answer = await this.inner.put(name, bytes, condition);
    return answer === 'conflict' ? answer : { ...answer, time: new Date(this.time) };
  }
  delete(name: string) {
    return this.inner.delete(name);
  }
  list(prefix: string) {
    return this.inner.list(prefix);
  }
}

test('[LK8] what a clock an hour ahead has stamped is stamped anew once the store tells its time', async () => {
  const bucket = new TimedBucket(new MemoryBucket(), start);
  const a = await device(bucket).open();
  const b = await device(bucket).open();
  a.environment.jump(3_600_000);
  a.save('g.1', 'by the wrong clock');
  await a.flush();
  a.save('g.1', 'by the wrong clock again');
  await a.flush();
  const stamp = (await a.settle(a.notes.get('g.1')))?.updatedAt.getTime() ?? 0;
  expect(stamp).toBeLessThan(start + 5 * 60_000);
  await b.sync();
  await b.environment.advance(1000);
  b.save('g.1', 'by the right clock');
  await b.flush();
  await a.sync();
  expect(await a.label('g.1')).toBe('by the right clock');
  expect(await a.all()).toEqual(await b.all());
  expect(a.conflicts).toEqual([]);
});

test('[P11] after convergence a hundred polls write nothing and ask once each', async () => {
  const bucket = new MemoryBucket();
  const a = await device(bucket).open();
  a.notes.saveMany(Array.from({ length: 30 }, (_, i) => ({ id: `k${i % 3}.${i}`, label: `${i}` })));
  await a.flush();
  await fold(bucket, start);
  const counted = new CountingBucket(bucket);
  const b = await device(counted).open({ autoStart: true });
  await b.environment.advance(1000);
  b.save('k1.mine', 'mine');
  await b.environment.advance(100_000);
  await a.sync();
  await b.environment.advance(1_000_000);
  counted.reset();
  const before = b.faults.calls.length;
  await b.environment.advance(100 * 300_000);
  expect(counted.requests).toEqual({ get: 100, put: 0, delete: 0, list: 0 });
  expect(counted.bytesReceived).toBe(0);
  expect(b.faults.calls.length - before).toBe(100);
});

test('[LK8] what is edited while it is stamped anew is no conflict with itself', async () => {
  const bucket = new TimedBucket(new MemoryBucket(), start);
  const a = await device(bucket, { conflictStrategy: 'server-wins' }).open();
  a.environment.jump(3_600_000);
  a.save('g.1', 'by the wrong clock');
  await a.flush('local');
  a.faults.gate = ({ method, key }) => {
    if (method !== 'storeData' || key !== 'app.g') return undefined;
    a.faults.gate = null;
    a.save('g.1', 'by the wrong clock again');
    return undefined;
  };
  await a.flush();
  await a.flush();
  expect(a.conflicts).toEqual([]);
  expect(await a.label('g.1')).toBe('by the wrong clock again');
});

test('[LK8] a clock that was ahead is measured again after a restart, before anything is sent', async () => {
  const bucket = new TimedBucket(new MemoryBucket(), start);
  const a = await device(bucket).open();
  a.environment.jump(3_600_000);
  a.save('g.1', 'by the wrong clock');
  await a.flush();
  for (const [id, latest] of [
    ['g.2', start + 5 * 60_000],
    ['g.3', start + 3_700_000],
  ] as const) {
    await a.open();
    a.save(id, 'the first after a restart');
    await a.flush();
    const stamp = (await a.settle(a.notes.get(id)))?.updatedAt.getTime() ?? 0;
    expect(stamp).toBeLessThan(latest);
    // Meanwhile the time that it told has come.
    bucket.time = start + 3_600_000;
  }
  expect((await a.settle(a.notes.get('g.3')))?.updatedAt.getTime()).toBeGreaterThan(start + 3_500_000);
});
