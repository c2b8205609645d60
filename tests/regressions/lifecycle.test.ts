import { DataOrchestrator, MemoryBucket, MemoryStore } from 'tiersync';
import { expect, test } from 'vitest';
import { FaultyPersistence } from '../support/FaultyPersistence.ts';
import { settle, TestEnvironment } from '../support/TestEnvironment.ts';

// biome-ignore lint/suspicious/noExplicitAny: fields differ from test to test
type Any = any;
const gateOf = () => {
  let open = (): void => {};
  const wait = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { wait, open };
};

test('[LC2] a load during an unload that fails does not make a second instance beside the first', async () => {
  const disk = new FaultyPersistence(new MemoryStore());
  const a = await DataOrchestrator.load({ prefix: 'a', local: disk });
  const id = a.repo<Any>('T').save({ n: 1 });
  disk.faults.gate = async ({ method }) => {
    if (/^(store|patch)/.test(method)) throw new Error('full');
  };
  const leaving = a.unload();
  const second = await DataOrchestrator.load({ prefix: 'a', local: disk }).catch(() => null);
  await expect(leaving).rejects.toThrow();
  const seen = second === null ? 'refused' : await second.repo<Any>('T').get(id);
  disk.faults.gate = null;
  await second?.unload();
  await a.unload();
  expect(seen).not.toBe(null); // the unsaved entity is only in the orphan
});

test('[ER15] a getAll that waits for a key when the data is unloaded is refused as closed', async () => {
  const store = new MemoryStore();
  const one = await DataOrchestrator.create({ prefix: 'p', local: store });
  one.repo<Any>('T').save({ n: 1 });
  await one.unload();
  const local = new FaultyPersistence(store);
  const two = await DataOrchestrator.create({ prefix: 'p', local });
  const { wait, open } = gateOf();
  local.faults.gate = () => wait;
  const rows = two
    .repo<Any>('T')
    .getAll()
    .then(
      () => 'rows',
      (e: Any) => e.code,
    );
  const left = two.unload();
  await settle();
  open();
  await left;
  expect(await rows).toBe('closed');
});

test('[RE8] hardDelete during a delivery that is superseded stays done', async () => {
  const bucket = new MemoryBucket();
  const make = (time: string) =>
    DataOrchestrator.create({
      prefix: 'p',
      local: bucket,
      entities: { T: { sync: false } },
      environment: new TestEnvironment({ time: Date.parse(time) }),
    } as Any) as Promise<Any>;
  const a = await make('2026-01-01');
  const b = await make('2027-01-01');
  a.repo('T').save({ id: 'k.1', n: 1 });
  b.repo('T').save({ id: 'k.1', n: 2 });
  await b.flush();
  const flushing = a.flush();
  await Promise.resolve();
  await Promise.resolve();
  await Promise.resolve();
  await Promise.resolve();
  a.repo('T').hardDelete('k.1');
  await flushing;
  await a.flush();
  expect(a.repo('T').peek('k.1')).toBe(null);
});

test('[OB5] a problem found while somebody subscribes in its event is heard once', async () => {
  const store = new MemoryStore();
  const one = await DataOrchestrator.create({ prefix: 'p', local: store, environment: new TestEnvironment() });
  one.repo<Any>('T').saveMany([{ id: 'k.1', n: 1 }]);
  await one.unload();
  const key = (await store.listKeys('p')).find((k) => !k.includes('$'))!;
  const blob = (await store.loadData(key)) as Any;
  blob.T['k.1'] = 7;
  await store.storeData(key, blob);
  const two = await DataOrchestrator.create({ prefix: 'p', local: store });
  const heard: string[] = [];
  let isFirst = true;
  two.events$.subscribe((e) => {
    if (e.type === 'problem' && isFirst) {
      isFirst = false;
      two.events$.subscribe((f) => {
        if (f.type === 'problem') heard.push(f.problem.message);
      });
    }
  });
  await two.repo<Any>('T').getAll();
  expect(isFirst).toBe(false);
  expect(heard).toEqual([...new Set(heard)]);
});
