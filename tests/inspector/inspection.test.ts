import { firstValueFrom } from 'rxjs';
import { DataOrchestrator, EntityKeyFieldStrategy, MemoryBucket, type OrchestratorOptions } from 'tiersync';
import { expect, test } from 'vitest';
import { Shelf } from '../retention/Shelf.ts';
import { CountingBucket } from '../support/CountingBucket.ts';
import { TestEnvironment } from '../support/TestEnvironment.ts';
import { TextDisk } from '../support/TextDisk.ts';
import { Browser } from '../tabs/support.ts';

interface Note {
  readonly group: string;
  readonly text: string;
}

let seed = 1;

async function open(options: Partial<OrchestratorOptions>) {
  const data = await DataOrchestrator.create({
    prefix: 'app',
    environment: new TestEnvironment({ seed: seed++ }),
    strategy: new EntityKeyFieldStrategy('group'),
    sync: { autoStart: false },
    ...options,
  });
  return { data, notes: data.repo<Note>('Note'), look: await data.inspect() };
}

const disk = () => new TextDisk().open({ listKeys: true, storeMany: true });

test('[IN1] each tier says of each key how much it holds, and the same hash where it holds the same', async () => {
  const cloud = new MemoryBucket();
  const { data, notes, look } = await open({ local: disk(), cloud });
  const gone = notes.save({ group: 'x', text: 'gone' });
  notes.save({ group: 'x', text: 'one' });
  notes.save({ group: 'y', text: 'two' });
  notes.delete(gone);
  expect((await look.device()).memory.get('app.x')).toMatchObject({ entities: 1, waiting: 2, hashBelow: null });
  await data.sync.push();
  const { memory, local } = await look.device();
  const there = await look.cloud();
  for (const key of ['app.x', 'app.y']) {
    expect(memory.get(key)).toMatchObject({ entities: 1, waiting: 0, isWhole: true });
    expect(memory.get(key)?.hashBelow).toBe(local?.get(key)?.hash);
    expect(local?.get(key)?.hashBelow).toBe(there?.get(key)?.hash);
    expect(memory.get(key)?.bytes).toBe(there?.get(key)?.bytes);
  }
  expect(memory.get('app.x')?.hash).not.toBe(memory.get('app.y')?.hash);
  expect([...(there?.keys() ?? [])].sort()).toEqual(['app.x', 'app.y']);
});

test('[IN1] what waits counts as what it was made of, and names that stay here do not count', async () => {
  const cloud = new MemoryBucket();
  const { data, notes, look } = await open({ local: disk(), cloud, entities: { Draft: { sync: false } } });
  const id = notes.save({ group: 'x', text: 'one' });
  data.repo<Note>('Draft').save({ group: 'x', text: 'mine' });
  await data.sync.push();
  await notes.update(id, { text: 'edited' });
  await data.flush();
  const edited = (await look.device()).local?.get('app.x');
  const there = (await look.cloud())?.get('app.x');
  expect(edited).toMatchObject({ entities: 2, waiting: 1 });
  expect(there).toMatchObject({ entities: 1, deletions: 0 });
  expect(edited?.hashBelow).toBe(there?.hash);
  expect(edited?.hash).not.toBe(there?.hash);
  // Another device goes on: now the two have parted.
  const other = await open({ cloud });
  await other.data.sync.pull();
  other.notes.save({ group: 'x', text: 'theirs' });
  await other.data.sync.push();
  expect((await look.cloud())?.get('app.x')?.hash).not.toBe(edited?.hashBelow);
});

test('[IN1] what is not in memory, or only in the cloud, is told from what is', async () => {
  const shelf = new Shelf();
  const local = new TextDisk();
  const quota = { maxBytes: 1_000 };
  const { data, items } = await shelf.open(local.open({ listKeys: true }), { quota });
  items.saveMany([1, 2, 3].map((n) => ({ shelf: 's', text: `${n}${'x'.repeat(850)}` })));
  await data.sync.push();
  await data.unload();
  const again = await shelf.open(local.open({ listKeys: true }), { quota });
  const look = await again.data.inspect();
  const before = await look.device();
  expect(before.memory.size).toBe(0);
  const evicted = before.local?.get('app.s')?.evicted;
  expect(evicted).toBeGreaterThan(0);
  again.items.save({ shelf: 's', text: 'new' });
  expect((await look.device()).memory.get('app.s')).toMatchObject({ entities: 1, isWhole: false, hashBelow: null });
  expect((await look.records('local', 'app.s')).filter(({ isEvicted }) => isEvicted)).toHaveLength(evicted as number);
  expect((await look.records('cloud', 'app.s')).map(({ text }) => text.length > 850)).toEqual([true, true, true]);
});

test('[IN2] looking brings nothing into memory, writes nothing, and counts for no run', async () => {
  const bucket = new CountingBucket(new MemoryBucket());
  const place = new TextDisk();
  const first = await open({ local: place.open({ listKeys: true }), cloud: bucket });
  first.notes.save({ group: 'x', text: 'one' });
  await first.data.sync.push();
  await first.data.unload();
  const { data, notes, look } = await open({ local: place.open({ listKeys: true }), cloud: bucket });
  await data.sync.pull();
  const [id] = (await look.records('local', 'app.x')).map((record) => record.id) as [string];
  const before = await firstValueFrom(data.sync.stats$);
  const writes = bucket.requests.put;
  await look.device();
  await look.cloud();
  expect((await look.records('cloud', 'app.x')).map((record) => record.id)).toEqual([id]);
  expect(await look.records('memory', 'app.x')).toEqual([]);
  await data.sync.plan();
  expect(notes.peek(id)).toBeUndefined();
  expect(bucket.requests.put).toBe(writes);
  await data.sync.pull();
  const after = await firstValueFrom(data.sync.stats$);
  expect(after.requests - before.requests).toBe(1);
});

test('[IN3] nothing is asked of the cloud while the device is offline, or after all was unloaded', async () => {
  const bucket = new CountingBucket(new MemoryBucket());
  const { data, look } = await open({ local: disk(), cloud: bucket });
  data.sync.goOffline();
  await expect(look.cloud()).rejects.toMatchObject({ code: 'unavailable' });
  await expect(look.records('cloud', 'app.x')).rejects.toMatchObject({ code: 'unavailable' });
  expect(bucket.total).toBe(0);
  await data.unload();
  for (const late of [look.device(), look.cloud(), look.records('memory', 'app.x')])
    await expect(late).rejects.toMatchObject({ code: 'closed' });
});

test('[IN4] an app in memory only has one tier, and can be looked into', async () => {
  const { data, notes, look } = await open({ entities: { Note: { memoryOnly: ['secret'] } } });
  const id = notes.save({ group: 'x', text: 'one', secret: '*' } as Note);
  const { memory, local } = await look.device();
  expect([local, await look.cloud()]).toEqual([null, null]);
  expect(memory.get('app.x')).toMatchObject({ entities: 1, hashBelow: null });
  const [record] = await look.records('memory', 'app.x');
  expect(record?.text).toContain('"text":"one"');
  expect(record?.text).not.toContain('secret');
  notes.delete(id);
  expect((await look.device()).memory.get('app.x')).toMatchObject({ entities: 0, deletions: 1 });
  await data.setCloud(new MemoryBucket());
  await data.flush('cloud');
  expect((await look.device()).local?.get('app.x')).toMatchObject({ deletions: 1, waiting: 0 });
});

test('[IN4] however much memory holds, others have their turn while it is counted, and one moment is told of', async () => {
  const environment = new TestEnvironment({ seed: seed++ });
  const { notes, look } = await open({ environment });
  notes.saveMany(Array.from({ length: 2_500 }, (_, n) => ({ group: 'x', text: `${n}` })));
  let isDone = false;
  const looking = look.device().finally(() => {
    isDone = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  notes.save({ group: 'x', text: 'later' });
  expect(isDone).toBe(false);
  await environment.advance(0);
  await environment.advance(0);
  expect((await looking).memory.get('app.x')?.entities).toBe(2_500);
});

test('[IN5] a tab that does not talk to the cloud asks the one that does', async () => {
  const browser = new Browser();
  const cloud = new CountingBucket(new MemoryBucket());
  const strategy = new EntityKeyFieldStrategy('group');
  const leader = await browser.open({ cloud, strategy });
  const follower = await browser.open({ cloud: new MemoryBucket(), strategy });
  leader.data.repo('Note').save({ group: 'x', text: 'one' } as never);
  await leader.data.flush('cloud');
  await browser.pass();
  const look = await follower.data.inspect();
  const keys = await look.cloud();
  expect([...(keys?.keys() ?? [])]).toEqual(['app.x']);
  expect(await look.records('cloud', 'app.x')).toEqual(await look.records('local', 'app.x'));
  expect(keys?.get('app.x')?.hash).toBe((await look.device()).local?.get('app.x')?.hashBelow);
});
