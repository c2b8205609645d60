import { DataOrchestrator } from 'tiersync';
import { expect, test } from 'vitest';
import { FaultyPersistence } from '../support/FaultyPersistence.ts';
import { TestEnvironment } from '../support/TestEnvironment.ts';
import { allAbilities, TextDisk } from '../support/TextDisk.ts';

// biome-ignore lint/suspicious/noExplicitAny: fields differ from test to test
type Any = any;
const logger: Any = { d() {}, i() {}, w() {}, e() {}, v() {} };

test('[FL8] unload ends where the disk loses every blob, second write', async () => {
  const inner = new TextDisk().open({});
  let n = 0;
  const local: Any = {
    ...inner,
    storeData: async (k: string, x: Any) => {
      if (++n > 500) throw new Error('spinning');
      if (k.includes('$')) await inner.storeData(k, x);
    },
  };
  const d: Any = await DataOrchestrator.create({
    prefix: 'p',
    local,
    environment: new TestEnvironment(),
    logger,
  } as Any);
  d.repo('T').save({ id: 'k.1', n: 1 });
  await d.flush();
  d.repo('T').save({ id: 'k.2', n: 1 });
  const r = await d.unload().then(
    () => 'done',
    (e: Any) => e.message,
  );
  expect([n < 400, r]).toEqual([true, expect.anything()]);
});

test('[RE3] what is saved after a hardDelete made during a delivery stays, also while the clock stands still', async () => {
  const p = new FaultyPersistence(new TextDisk().open(allAbilities));
  const env = new TestEnvironment();
  const d: Any = await DataOrchestrator.create({
    prefix: 'p',
    local: p,
    environment: env,
    entities: { T: { sync: false } },
  } as Any);
  const t = d.repo('T');
  for (const [old, now] of [
    ['z', 'a'],
    ['a', 'z'],
  ] as const) {
    const id = `k.${old}`;
    t.save({ id, n: old });
    let go!: () => void;
    let reached!: () => void;
    const gate = new Promise<void>((r) => (go = r));
    const at = new Promise<void>((r) => (reached = r));
    p.faults.gate = async ({ method }) => {
      if (method === 'storeMany') {
        reached();
        await gate;
      }
    };
    const f = d.flush();
    await at;
    t.hardDelete(id);
    go();
    await f;
    t.save({ id, n: now });
    p.faults.gate = null;
    await d.flush();
    expect(t.peek(id).n).toBe(now);
  }
});

for (const many of [true, false])
  test(`[P2] move into a blob that a newer version took over meanwhile (storeMany ${many})`, async () => {
    const disk = new TextDisk();
    const d: Any = await DataOrchestrator.create({
      prefix: 'p',
      local: disk.open({ ...allAbilities, storeMany: many }),
      environment: new TestEnvironment(),
      logger,
    } as Any);
    const t = d.repo('T');
    t.save({ id: 'v.1', n: 1 });
    t.save({ id: 'y.0', n: 0 });
    await d.flush();
    const yKey = [...disk.texts.keys()].find((k) => k.endsWith('y'))!;
    const vKey = [...disk.texts.keys()].find((k) => k.endsWith('v'))!;
    const blob = JSON.parse(disk.texts.get(yKey)!);
    console.log(JSON.stringify(blob), yKey, vKey);
    const f = Object.keys(blob).find((k) => k.startsWith('$'));
    blob[f ?? '$format'] =
      f !== undefined && typeof blob[f] === 'object' ? { ...blob[f], format: 999, version: 999 } : 999;
    disk.texts.set(yKey, JSON.stringify(blob));
    d.batch(() => {
      t.save({ id: 'y.1', n: 1 });
      t.delete('v.1');
    });
    const r = await d.flush().then(
      () => 'ok',
      (e: Any) => e.message,
    );
    console.log(r);
    expect(disk.texts.get(vKey)! + disk.texts.get(yKey)!).toContain('"n":1');
  });

test('[FL8] a failing key with a waiting deletion: unload and flush reject, do not spin, and end once it heals', async () => {
  const disk = new TextDisk();
  const one: Any = await DataOrchestrator.create({
    prefix: 'p',
    local: disk.open(allAbilities),
    environment: new TestEnvironment(),
  });
  one.repo('T').save({ id: 'v.1', n: 1 });
  one.repo('T').save({ id: 'y.0', n: 0 });
  await one.unload();
  const p = new FaultyPersistence(disk.open(allAbilities));
  const two: Any = await DataOrchestrator.create({
    prefix: 'p',
    local: p,
    environment: new TestEnvironment({ time: Date.parse('2027-01-01') }),
  });
  const t = two.repo('T');
  await t.get('v.1');
  p.faults.gate = async ({ method, key }) => {
    if (method === 'loadData' && key.endsWith('y')) throw new Error('no y');
  };
  two.batch(() => {
    t.save({ id: 'y.1', n: 1 });
    t.delete('v.1');
  });
  t.clear('T');
  await expect(two.flush()).rejects.toThrow();
  await expect(two.unload()).rejects.toThrow();
  p.faults.gate = null;
  await two.unload();
});
