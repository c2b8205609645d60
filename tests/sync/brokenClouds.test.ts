import { type BucketObject, MemoryBucket } from 'tiersync';
import { describe, expect, test } from 'vitest';
import { FaultyBucket } from '../support/FaultyBucket.ts';
import { type Device, device, fold, start } from './Fleet.ts';

async function namesIn(bucket: MemoryBucket): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of bucket.list('')) names.push(name);
  return names;
}

async function copyOf(bucket: MemoryBucket): Promise<ReadonlyMap<string, Uint8Array>> {
  const copy = new Map<string, Uint8Array>();
  for (const name of await namesIn(bucket)) copy.set(name, ((await bucket.get(name)) as BucketObject).bytes);
  return copy;
}

async function empty(bucket: MemoryBucket): Promise<void> {
  for (const name of await namesIn(bucket)) await bucket.delete(name);
}

async function rollBack(bucket: MemoryBucket, to: ReadonlyMap<string, Uint8Array>): Promise<void> {
  await empty(bucket);
  for (const [name, bytes] of to) await bucket.put(name, bytes);
}

/** Two devices in step, which sync by themselves. */
async function running() {
  const bucket = new MemoryBucket();
  const a = await device(bucket).open({ autoStart: true });
  const b = await device(bucket).open({ autoStart: true });
  for (const id of ['g.1', 'g.2', 'h.1']) a.save(id, `first ${id}`);
  await a.flush();
  await b.sync();
  return { bucket, a, b };
}

async function rounds(...devices: Device[]): Promise<void> {
  for (let i = 0; i < 2; i++) for (const one of devices) await one.sync();
}

test('[P6] a bucket that was emptied is an error, nothing is uploaded or deleted, and startOver uploads everything', async () => {
  const { bucket, a, b } = await running();
  await empty(bucket);
  a.save('g.3', 'made meanwhile');
  await a.flush('local');
  await expect(a.pull()).rejects.toMatchObject({ code: 'cloud-unreadable' });
  expect([a.status, a.reason]).toEqual(['error', 'cloud-unreadable']);
  expect(await namesIn(bucket)).toEqual([]);
  expect(Object.keys(await a.all())).toHaveLength(4);
  await a.settle(a.data.setCloud(new FaultyBucket(bucket, a.faults), { startOver: true }));
  await a.flush();
  await rounds(b, a);
  expect(Object.keys(await b.all())).toHaveLength(4);
  expect(await b.all()).toEqual(await a.all());
  expect([b.status, b.reason]).toEqual(['idle', null]);
});

test('[P6] a head that is gone beside its objects is an error for everybody', async () => {
  const { bucket, a } = await running();
  await fold(bucket, start);
  await bucket.delete('app/head');
  const before = await namesIn(bucket);
  const fresh = await device(bucket).open();
  fresh.save('g.9', 'of a newcomer');
  for (const one of [a, fresh]) {
    await expect(one.pull()).rejects.toMatchObject({ code: 'cloud-unreadable' });
    await expect(one.settle(one.data.sync.push())).rejects.toMatchObject({ code: 'cloud-unreadable' });
  }
  expect(await namesIn(bucket)).toEqual(before);
});

test('[P1] a bucket with another history is compared: what each side lacks goes over, and nothing is deleted', async () => {
  const { bucket, a, b } = await running();
  b.notes.delete('g.2');
  await b.flush();
  const other = new MemoryBucket();
  const c = await device(other).open();
  await c.environment.advance(9000);
  c.save('g.1', 'later, of another history');
  c.save('k.1', 'only there');
  await c.flush();
  await rollBack(bucket, await copyOf(other));
  a.save('h.1', 'edited here');
  await a.flush('local');
  await rounds(a, b);
  const found = await a.all();
  expect(await b.all()).toEqual(found);
  expect(Object.keys(found)).toEqual(['Note g.1', 'Note h.1', 'Note k.1']);
  expect(await a.label('g.1')).toBe('later, of another history');
  expect(await b.label('h.1')).toBe('edited here');
});

for (const isFolded of [false, true]) {
  test(`[P1] a bucket that was rolled back${isFolded ? ' behind a checkpoint' : ''} gets everything again that its devices hold`, async () => {
    const { bucket, a, b } = await running();
    const before = await copyOf(bucket);
    a.save('g.1', 'second');
    a.save('k.1', 'new');
    a.notes.delete('g.2');
    await a.flush();
    await b.sync();
    if (isFolded) await fold(bucket, start);
    b.save('h.1', 'third');
    await b.flush('local');
    await rollBack(bucket, before);
    await rounds(a, b);
    const fresh = await device(bucket).open();
    await fresh.sync();
    const found = await fresh.all();
    expect(Object.keys(found)).toEqual(['Note g.1', 'Note h.1', 'Note k.1']);
    expect([await fresh.label('g.1'), await fresh.label('h.1')]).toEqual(['second', 'third']);
    expect(await a.all()).toEqual(found);
    expect(await b.all()).toEqual(found);
  });
}

for (const how of ['edited', 'deleted', 'created'] as const) {
  test(`[P1] what was ${how} before a bucket was rolled back and went on past that moment is sent again`, async () => {
    const { bucket, a, b } = await running();
    const before = await copyOf(bucket);
    await a.environment.advance(1000);
    await a.all();
    if (how === 'edited') a.save('g.1', 'second');
    if (how === 'deleted') a.notes.delete('g.1');
    if (how === 'created') a.save('k.1', 'new');
    await a.flush();
    const expected = { ...(await a.all()) };
    await rollBack(bucket, before);
    for (let i = 0; i < 6; i++) {
      b.save('h.1', `third ${i}`);
      await b.flush();
      if (i === 3) await fold(bucket, start);
    }
    await rounds(a, b);
    expect(await b.all()).toEqual({ ...expected, 'Note h.1': (await b.all())['Note h.1'] });
    expect(await a.all()).toEqual(await b.all());
  });
}

const newer = (bytes: Uint8Array): Uint8Array =>
  new TextEncoder().encode(new TextDecoder().decode(bytes).replace('"format":1,', '"format":99,'));

describe('a newer version wrote', () => {
  for (const part of ['head', 'index', 'data', 'changes']) {
    test(`[P6] the ${part}: nothing is written or lost, the reason is shown, and it goes on after that`, async () => {
      const bucket = new MemoryBucket();
      const writer = await device(bucket).open();
      for (let i = 0; i < 90; i++) writer.save(`g.${i}`, `first ${'.'.repeat(400)}`);
      await writer.flush();
      if (part !== 'changes') await fold(bucket, start);
      const names = (await namesIn(bucket)).filter((name) => name.startsWith(`app/${part}`));
      expect(names.length).toBeGreaterThan(0);
      const before = await copyOf(bucket);
      for (const name of names) await bucket.put(name, newer(before.get(name)!));
      const spoilt = await copyOf(bucket);

      const a = await device(bucket).open();
      a.save('g.0', 'of an older app');
      a.save('h.1', 'elsewhere');
      await a.data.sync.start();
      await a.environment.advance(100_000);
      expect([a.status, a.reason]).toEqual(['error', 'upgrade-needed']);
      await expect(a.flush()).rejects.toMatchObject({ code: 'upgrade-needed' });
      expect(await copyOf(bucket)).toEqual(spoilt);
      expect(a.pending).toBe(2);

      await rollBack(bucket, before);
      await a.environment.advance(300_000);
      await rounds(writer, a);
      expect(await writer.all()).toEqual(await a.all());
      expect(Object.keys(await a.all())).toHaveLength(91);
      expect([a.status, a.reason]).toEqual(['idle', null]);
    });
  }

  test('[P6] a blob on this device: it stays as it is, the rest is synced, and it goes on after that', async () => {
    const { a, b } = await running();
    const text = a.disk.texts.get('app.g') ?? '';
    await a.unload();
    a.disk.texts.set('app.g', text.replace('"format":1', '"format":99'));
    const spoilt = a.disk.texts.get('app.g');
    b.save('g.1', 'second');
    b.save('h.1', 'second too');
    await b.flush();
    await a.open();
    await a.pull();
    expect(await a.label('h.1')).toBe('second too');
    expect(a.disk.texts.get('app.g')).toBe(spoilt);
    expect(a.problems).toContain('upgrade-needed');
    await a.unload();
    a.disk.texts.set('app.g', text);
    await a.open();
    await rounds(a, b);
    expect(await a.label('g.1')).toBe('second');
    expect(await a.all()).toEqual(await b.all());
  });
});

for (const way of ['pull', 'forceSync'] as const) {
  test(`[P6] what the local tier lost is brought back from the cloud by ${way}, also what no checkpoint holds`, async () => {
    const { a, b } = await running();
    await a.unload();
    a.disk.texts.set('app.g', '"rotten"');
    await a.open();
    expect(Object.keys(await a.all())).toEqual(['Note h.1']);
    await a.settle(a.data.sync[way]());
    await rounds(a, b);
    expect(await a.all()).toEqual(await b.all());
    expect(Object.keys(await a.all())).toHaveLength(3);
    expect(a.problems).toContain('corrupt');
  });
}

test('[P6] a key that was lost is fetched although a comparison of hashes says nothing of it', async () => {
  const { a, b } = await running();
  await a.unload();
  a.disk.texts.delete('app.g');
  await a.open();
  await a.settle(a.data.sync.forceSync());
  await rounds(a, b);
  expect(Object.keys(await a.all())).toHaveLength(3);
  expect(await a.all()).toEqual(await b.all());
});

test('[P6] a blob of the cloud that was damaged counts as repaired once all of it was sent, not a part', async () => {
  const { bucket, a, b } = await running();
  a.repo('Task').save({ id: 'g.task', label: 'a task' });
  await a.flush();
  await b.sync();
  await fold(bucket, start);
  const blobs = async (): Promise<string[]> =>
    (await namesIn(bucket)).filter((name) => name.startsWith('app/data/app.g@'));
  const [rotten = ''] = await blobs();
  await bucket.put(rotten, new TextEncoder().encode('rotten'));
  await a.open();
  a.save('g.3', 'meets what is damaged');
  await a.settle(a.data.sync.forceSync({ collections: ['Note'] }));
  await fold(bucket, start);
  expect(await blobs()).toEqual([rotten]);
  await a.sync();
  await fold(bucket, start);
  expect(await blobs()).toHaveLength(2);
  const fresh = await device(bucket).open();
  await fresh.sync();
  expect(Object.keys(await fresh.all('Note', 'Task'))).toContain('Task g.task');
});
