import { DataOrchestrator, EntityKeyGlobalStrategy, MemoryStore, TierSyncError } from 'tiersync';
import { afterEach, expect, test } from 'vitest';

afterEach(() => DataOrchestrator.unload());

/** A persistence whose writes wait until they are let through, or fail. */
class GatedStore extends MemoryStore {
  gate: Promise<void> = Promise.resolve();
  override async storeMany(entries: Parameters<MemoryStore['storeMany']>[0]) {
    await this.gate;
    await super.storeMany(entries);
  }
  override async patchMany(patches: Parameters<MemoryStore['patchMany']>[0]) {
    await this.gate;
    await super.patchMany(patches);
  }
}

test('[LC1] load twice with one prefix is one instance, and getInstance gives it', async () => {
  const first = DataOrchestrator.load({ prefix: 'one' });
  expect(DataOrchestrator.load({ prefix: 'one' })).toBe(first);
  expect(() => DataOrchestrator.getInstance()).toThrow(/nothing is loaded/);
  expect(DataOrchestrator.getInstance).toThrow(TierSyncError);
  const data = await first;
  expect(DataOrchestrator.getInstance()).toBe(data);
});

test('[LC2] loading another prefix flushes and unloads the one before', async () => {
  const local = new MemoryStore();
  const first = await DataOrchestrator.load({ prefix: 'one', local });
  const id = first.repo('Task').save({ title: 'a' });
  await DataOrchestrator.load({ prefix: 'two' });
  expect(() => first.repo('Task').save({ title: 'b' })).toThrow(/unloaded/);
  const again = await DataOrchestrator.load({ prefix: 'one', local });
  expect(await again.repo('Task').get(id)).toMatchObject({ title: 'a' });
});

test('[LC2] loading while an unload is under way waits for it and is a new instance', async () => {
  const local = new GatedStore();
  const first = await DataOrchestrator.load({ prefix: 'one', local });
  const id = first.repo('Task').save({ title: 'a' });
  const unloading = DataOrchestrator.unload();
  await Promise.resolve();
  await Promise.resolve();
  const second = await DataOrchestrator.load({ prefix: 'one', local });
  await unloading;
  expect(second).not.toBe(first);
  expect(await second.repo('Task').get(id)).toMatchObject({ title: 'a' });
});

test('[LC3] a load that fails leaves the place free for another try', async () => {
  const local = new MemoryStore();
  local.listKeys = async () => {
    throw new Error('no disk');
  };
  await expect(DataOrchestrator.load({ prefix: 'one', local })).rejects.toMatchObject({ code: 'unavailable' });
  await DataOrchestrator.load({ prefix: 'one', local: new MemoryStore() });
  expect(DataOrchestrator.getInstance()).toBeInstanceOf(DataOrchestrator);
});

test('[LC4] what is saved while unload flushes is flushed too', async () => {
  const local = new GatedStore();
  let open = () => {};
  local.gate = new Promise((done) => {
    open = done;
  });
  const data = await DataOrchestrator.create({ prefix: 'one', local });
  const tasks = data.repo('Task');
  tasks.save({ title: 'a' });
  const unloading = data.unload();
  await Promise.resolve();
  const id = tasks.save({ title: 'late' });
  open();
  await unloading;
  const again = await DataOrchestrator.create({ prefix: 'one', local });
  expect(await again.repo('Task').get(id)).toMatchObject({ title: 'late' });
});

test('[LC4] an unload that cannot flush rejects, and everything goes on', async () => {
  const local = new GatedStore();
  const data = await DataOrchestrator.load({ prefix: 'one', local });
  const id = data.repo('Task').save({ title: 'a' });
  local.gate = Promise.reject(new Error('disk full'));
  await expect(DataOrchestrator.unload()).rejects.toMatchObject({ code: 'unavailable' });
  expect(DataOrchestrator.getInstance()).toBe(data);
  expect(await data.repo('Task').get(id)).toMatchObject({ title: 'a' });
  local.gate = Promise.resolve();
  await DataOrchestrator.unload();
  expect(() => DataOrchestrator.getInstance()).toThrow();
});

test('[LC5] clearing the device asks to be sure, and leaves nothing under its prefix', async () => {
  const local = new MemoryStore();
  const other = await DataOrchestrator.create({ prefix: 'other', local });
  other.repo('Task').save({ title: 'stays' });
  await other.flush();
  const data = await DataOrchestrator.create({ prefix: 'one', local });
  data.repo('Task').save({ title: 'a' });
  await data.flush();
  data.repo('Task').save({ title: 'b' });
  await expect(data.unload({ clearLocal: true })).rejects.toMatchObject({ code: 'unsynced' });
  expect(await data.repo('Task').count()).toBe(2);
  await data.unload({ clearLocal: true, discardUnsynced: true });
  expect(await local.listKeys('one')).toEqual([]);
  expect((await local.listKeys('other')).length).toBe(2);
});

test('[LC6] a second copy of the package in one process is refused', async () => {
  const slot = Symbol.for('tiersync.package');
  const shared = globalThis as Record<symbol, unknown>;
  await DataOrchestrator.create({ prefix: 'one' });
  const mine = shared[slot];
  shared[slot] = Symbol('another copy');
  try {
    await expect(DataOrchestrator.create({ prefix: 'two' })).rejects.toMatchObject({ code: 'duplicate-package' });
  } finally {
    shared[slot] = mine;
  }
});

test('[LC7] options that cannot work are refused at once, with what to write instead', () => {
  const refused: [unknown, RegExp][] = [
    [undefined, /prefix/],
    [{}, /prefix/],
    [{ prefix: 'a.b' }, /separator/],
    [{ prefix: 'app', lokal: 1 }, /lokal/],
    [{ prefix: 'app', local: './data' }, /local/],
    [{ prefix: 'app', store: {} }, /store/],
    [{ prefix: 'app', strategy: {} }, /EntityKeyGlobalStrategy/],
    [{ prefix: 'app', strategy: { ...new EntityKeyGlobalStrategy(), separator: 'a' } }, /strategy/],
    [{ prefix: 'app', logger: console }, /logger/],
    [{ prefix: 'app', freeze: 'no' }, /freeze/],
    [{ prefix: 'app', intervals: { localQuietMs: -1 } }, /localQuietMs/],
    [{ prefix: 'app', intervals: { cloud: 1 } }, /cloud/],
    [{ prefix: 'app', entities: { Task: { shema: 1 } } }, /shema/],
    [{ prefix: 'app', entities: { Task: { schema: {} } } }, /schema/],
    [{ prefix: 'app', entities: { Task: { indexes: [''] } } }, /index/],
    [{ prefix: 'app', entities: { Task: { memoryOnly: ['id'] } } }, /memoryOnly/],
    [{ prefix: 'app', entities: { deleted: {} } }, /deleted/],
  ];
  const same = new MemoryStore();
  refused.push([{ prefix: 'app', store: same, local: same }, /store and local/]);
  return Promise.all(
    refused.map(([options, message]) =>
      expect((async () => DataOrchestrator.create(options as never))(), String(message)).rejects.toThrow(message),
    ),
  );
});

test('[LC11] options that cannot work leave what is loaded, or on its way, as it is', async () => {
  const loading = DataOrchestrator.load({ prefix: 'one' });
  const wrong = { prefix: 'two', entities: { Task: { shema: 1 } } } as never;
  await expect((async () => DataOrchestrator.load(wrong))()).rejects.toThrow(/shema/);
  const data = await loading;
  expect(DataOrchestrator.getInstance()).toBe(data);
  await expect((async () => DataOrchestrator.load(wrong))()).rejects.toThrow(/shema/);
  expect(DataOrchestrator.getInstance()).toBe(data);
  data.repo('Task').save({ title: 'still here' });
  expect(await data.repo('Task').count()).toBe(1);
});

test('[LC8] two updates of one entity at once both count', async () => {
  const data = await DataOrchestrator.create({ prefix: 'one', local: new MemoryStore() });
  const tasks = data.repo<{ a?: number; b?: number }>('Task');
  const id = tasks.save({});
  await Promise.all([tasks.update(id, { a: 1 }), tasks.update(id, { b: 2 })]);
  expect(tasks.peek(id)).toMatchObject({ a: 1, b: 2, version: 3 });
});

test('[LC9] a listener that throws keeps nothing from the others', async () => {
  const data = await DataOrchestrator.create({ prefix: 'one' });
  const uncaught: unknown[] = [];
  const note = (error: unknown) => uncaught.push((error as Error).message);
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', note);
  try {
    const seen: unknown[] = [];
    data.repo('Task').subscribe({
      onUpdate: () => {
        throw new Error('mine');
      },
    });
    data.repo('Task').subscribe({ onUpdate: (all) => seen.push(all.length) });
    data.repo('Task').save({ title: 'a' });
    await new Promise((done) => setImmediate(done));
    expect(seen).toEqual([1]);
    expect(uncaught).toEqual(['mine']);
  } finally {
    process.off('uncaughtException', note);
    for (const listener of others) process.on('uncaughtException', listener);
  }
});

test('[LC10] what another process wrote later wins here too, in memory as on disk', async () => {
  const local = new MemoryStore();
  const at = (time: number) => ({ prefix: 'one', local, environment: { now: () => time } });
  const early = await DataOrchestrator.create(at(1_000));
  const late = await DataOrchestrator.create(at(2_000));
  late.repo('Task').save({ id: 'a', title: 'late' });
  await late.flush();
  early.repo('Task').save({ id: 'a', title: 'early' });
  const events: unknown[] = [];
  early.events$.subscribe((event) => event.type === 'changed' && events.push(event.source));
  await early.flush();
  expect(early.repo('Task').peek('a')).toMatchObject({ title: 'late' });
  expect(events).toEqual(['sync']);
  const again = await DataOrchestrator.create(at(3_000));
  expect(await again.repo('Task').get('a')).toMatchObject({ title: 'late' });
});
