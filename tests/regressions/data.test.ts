import { DataOrchestrator, EntityKeyFieldStrategy, MemoryStore } from 'tiersync';
import { expect, test } from 'vitest';
import { FaultyPersistence } from '../support/FaultyPersistence.ts';
import { settle, TestEnvironment } from '../support/TestEnvironment.ts';

// biome-ignore lint/suspicious/noExplicitAny: fields differ from test to test
type Any = any;
const strategy = () => new EntityKeyFieldStrategy('list');
const gateOf = () => {
  let open = (): void => {};
  const wait = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { wait, open };
};

test('[P2] a flush never makes the deletion of a moved entity durable before its new place (move while it loads another key)', async () => {
  const disk = new MemoryStore();
  const first = await DataOrchestrator.create({
    prefix: 'p',
    local: disk,
    strategy: strategy(),
    environment: new TestEnvironment(),
  });
  const t0 = first.repo<Any>('T');
  const id = t0.save({ list: 'a', n: 1 });
  const other = t0.save({ list: 'c', n: 1 });
  await first.unload();

  const local = new FaultyPersistence(disk);
  const data = await DataOrchestrator.create({
    prefix: 'p',
    local,
    strategy: strategy(),
    environment: new TestEnvironment({ seed: 2 }),
  });
  const t = data.repo<Any>('T');
  await t.update(id, { n: 2 });
  t.save({ id: other, list: 'c', n: 2 });
  const { wait, open } = gateOf();
  local.faults.gate = (call) => (call.method === 'loadData' && call.key.endsWith('c') ? wait : undefined);
  const flushing = data.flush();
  await settle();
  await t.move(id, { list: 'b' });
  open();
  await flushing; // and now the power goes
  const again = await DataOrchestrator.create({ prefix: 'p', local: disk, strategy: strategy() });
  expect((await again.repo<Any>('T').getAll()).filter((e) => e.list !== 'c').map((e) => e.n)).toEqual([2]);
});

test('[P2] a flush never makes the deletion of a moved entity durable before its new place (target key cannot be read)', async () => {
  const disk = new MemoryStore();
  const first = await DataOrchestrator.create({
    prefix: 'p',
    local: disk,
    strategy: strategy(),
    environment: new TestEnvironment(),
  });
  const t0 = first.repo<Any>('T');
  const id = t0.save({ list: 'a', n: 1 });
  t0.save({ list: 'b', n: 5 });
  await first.unload();
  const local = new FaultyPersistence(disk);
  const data = await DataOrchestrator.create({
    prefix: 'p',
    local,
    strategy: strategy(),
    environment: new TestEnvironment({ seed: 2 }),
  });
  await data.repo<Any>('T').get(id);
  local.faults.gate = async (call) => {
    if (call.method === 'loadData' && call.key.endsWith('b')) throw new Error('no');
  };
  await data.repo<Any>('T').move(id, { list: 'b' });
  await data.flush().catch(() => {});
  const again = await DataOrchestrator.create({ prefix: 'p', local: disk, strategy: strategy() });
  expect((await again.repo<Any>('T').getAll()).map((e) => e.n).sort()).toEqual([1, 5]);
});

test('[RE3] hardDelete then save: the new entity replaces what the disk holds, whatever the clock does', async () => {
  const disk = new MemoryStore();
  const environment = new TestEnvironment();
  const options = { prefix: 'p', local: disk, environment, entities: { T: { sync: false } } } as const;
  const data = await DataOrchestrator.create(options);
  const t = data.repo<Any>('T');
  t.save({ id: 'x.1', n: 1 });
  t.save({ id: 'x.1', n: 2 });
  await data.flush();
  t.hardDelete('x.1');
  t.save({ id: 'x.1', n: 3 });
  await data.flush();
  expect(t.peek('x.1')?.['n']).toBe(3);
});

test('[HY2] a save on an unloaded key becomes the next version although another record of the blob is damaged', async () => {
  const disk = new MemoryStore();
  const options = { prefix: 'p', local: disk } as const;
  const one = await DataOrchestrator.create({ ...options, environment: new TestEnvironment() });
  one.repo<Any>('T').saveMany([
    { id: 'k.1', n: 1 },
    { id: 'k.2', n: 1 },
  ]);
  await one.unload();
  const key = (await disk.listKeys('p')).find((k) => !k.includes('$'))!;
  const blob = (await disk.loadData(key)) as Any;
  blob.T['k.2'] = 7;
  await disk.storeData(key, blob);
  const environment = new TestEnvironment({ seed: 3, time: Date.parse('2027-01-01T00:00:00Z') });
  const two = await DataOrchestrator.create({ ...options, environment });
  two.repo<Any>('T').save({ id: 'k.1', n: 2 });
  const got = await two.repo<Any>('T').get('k.1');
  expect([got?.['n'], got?.version, got?.createdAt.getUTCFullYear()]).toEqual([2, 2, 2026]);
});

test('[LC3] a load of another prefix that fails leaves the place free: loading the first again works', async () => {
  const bad = new FaultyPersistence(new MemoryStore());
  bad.faults.failAlways();
  await DataOrchestrator.load({ prefix: 'a', local: new MemoryStore() });
  await expect(DataOrchestrator.load({ prefix: 'b', local: bad })).rejects.toThrow();
  try {
    const again = await DataOrchestrator.load({ prefix: 'a', local: new MemoryStore() });
    expect(() => again.repo('T')).not.toThrow();
  } finally {
    await DataOrchestrator.unload();
    await DataOrchestrator.unload();
  }
});

test('[HY7] clear() before loading clears also where the index was lost and keys cannot be listed', async () => {
  const disk = new MemoryStore();
  const plain = {
    loadData: (k: string) => disk.loadData(k),
    storeData: (k: string, d: Any) => disk.storeData(k, d),
    clearData: (k: string) => disk.clearData(k),
  };
  const one = await DataOrchestrator.create({ prefix: 'p', local: plain });
  one.repo<Any>('T').save({ n: 1 });
  await one.unload();
  await disk.clearData((await disk.listKeys('p')).find((k) => k.includes('$metadata'))!);
  const two = await DataOrchestrator.create({ prefix: 'p', local: plain });
  two.repo<Any>('T').clear();
  expect(await two.repo<Any>('T').getAll()).toEqual([]);
});

test('[LC4] unload that fails while closing does not leave a dead instance in the place of the singleton', async () => {
  const disk = new MemoryStore() as Any;
  let fails = true;
  disk.close = async () => {
    if (fails) throw new Error('busy');
  };
  const data = await DataOrchestrator.load({ prefix: 'z', local: disk });
  await expect(data.unload()).rejects.toThrow();
  fails = false;
  const again = await DataOrchestrator.load({ prefix: 'z', local: disk });
  try {
    expect(() => again.repo('T')).not.toThrow();
  } finally {
    await again.unload();
  }
});

test('[LC5] clearLocal is done or refused when another unload came before it, never silently left out', async () => {
  const disk = new MemoryStore();
  const data = await DataOrchestrator.create({ prefix: 'p', local: disk });
  data.repo<Any>('T').save({ n: 1 });
  void data.unload();
  const outcome = await data.unload({ clearLocal: true, discardUnsynced: true }).then(
    () => 'done',
    () => 'refused',
  );
  expect([outcome, (await disk.listKeys('p')).length > 0]).not.toEqual(['done', true]);
});

test('[RE17] observeSyncState follows syncState when a pending entity is hard-deleted', async () => {
  const data = await DataOrchestrator.create({
    prefix: 'p',
    local: new MemoryStore(),
    entities: { T: { sync: false } },
    environment: new TestEnvironment(),
  });
  const t = data.repo<Any>('T');
  const id = t.save({ n: 1 });
  const seen: Any[] = [];
  t.observeSyncState(id).subscribe((s) => seen.push(s));
  t.hardDelete(id);
  await data.flush();
  expect(seen.at(-1)).toBe(t.syncState(id));
});

test('[OB10] after unload repo.subscribe() and events$ say so', async () => {
  const data = await DataOrchestrator.create({ prefix: 'p' });
  const t = data.repo<Any>('T');
  await data.unload();
  let ended = false;
  data.events$.subscribe({
    complete: () => {
      ended = true;
    },
    error: () => {
      ended = true;
    },
  });
  expect(ended).toBe(true);
  expect(() => t.subscribe({ onUpdate: () => {} })).toThrow();
});

test('[RE10] a clear() that was rolled back loads nothing', async () => {
  const disk = new MemoryStore();
  const one = await DataOrchestrator.create({ prefix: 'p', local: disk });
  one.repo<Any>('T').save({ n: 1 });
  await one.unload();
  const local = new FaultyPersistence(disk);
  const two = await DataOrchestrator.create({ prefix: 'p', local });
  expect(() =>
    two.batch(() => {
      two.repo<Any>('T').clear();
      throw new Error('x');
    }),
  ).toThrow('x');
  const before = local.faults.calls.length;
  await two.flush();
  expect(local.faults.calls.slice(before)).toEqual([]);
});

test('[OB4] loading a key that was cleared is one change an id: what the clear took is not told as created', async () => {
  const disk = new MemoryStore();
  const one = await DataOrchestrator.create({ prefix: 'p', local: disk, environment: new TestEnvironment() });
  one.repo<Any>('T').save({ n: 1 });
  await one.unload();
  const two = await DataOrchestrator.create({
    prefix: 'p',
    local: disk,
    environment: new TestEnvironment({ time: Date.parse('2027-01-01') }),
  });
  const seen: string[] = [];
  two.events$.subscribe((e) => {
    if (e.type === 'changed') for (const c of e.changes) seen.push(c.type);
  });
  two.repo<Any>('T').clear();
  await two.flush();
  expect(seen).toEqual([]);
});

test('[LC2] three loads in a row: the third does not come beside a first that could not be unloaded', async () => {
  const disk = new FaultyPersistence(new MemoryStore());
  const a = await DataOrchestrator.load({ prefix: 'a', local: disk });
  a.repo<Any>('T').save({ n: 1 });
  disk.faults.failAlways();
  const b = DataOrchestrator.load({ prefix: 'b' });
  const c = DataOrchestrator.load({ prefix: 'c' });
  const [rb, rc] = await Promise.allSettled([b, c]);
  disk.faults.heal();
  const isAlive = (() => {
    try {
      a.repo('T');
      return true;
    } catch {
      return false;
    }
  })();
  await a.unload();
  await DataOrchestrator.unload();
  expect([rb.status, rc.status, isAlive]).not.toEqual(['rejected', 'fulfilled', true]);
});
