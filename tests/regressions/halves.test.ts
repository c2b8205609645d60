import { DataOrchestrator, MemoryStore } from 'tiersync';
import { expect, test } from 'vitest';
import { FaultyPersistence } from '../support/FaultyPersistence.ts';
import { openMemory } from '../support/memoryTier.ts';
import { TestEnvironment } from '../support/TestEnvironment.ts';
import { allAbilities, TextDisk } from '../support/TextDisk.ts';

// biome-ignore lint/suspicious/noExplicitAny: fields differ from test to test
type Any = any;

for (const [name, move] of [
  ['one', 1],
  ['two', 2],
] as const)
  test(`[P2] chain of ${name} moves whose last key cannot be loaded leaves the first place on disk`, async () => {
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
      if (method === 'loadData' && key.includes('y')) throw new Error('no y');
    };
    if (move === 2) {
      two.batch(() => {
        t.save({ id: 'x.1', n: 1 });
        t.delete('v.1');
      });
      two.batch(() => {
        t.save({ id: 'y.1', n: 1 });
        t.delete('x.1');
      });
    } else
      two.batch(() => {
        t.save({ id: 'y.1', n: 1 });
        t.delete('v.1');
      });
    await expect(two.flush()).rejects.toThrow();
    // crash here
    const three: Any = await DataOrchestrator.create({
      prefix: 'p',
      local: disk.open(allAbilities),
      environment: new TestEnvironment(),
    });
    expect((await three.repo('T').getAll()).filter((e: Any) => e.n === 1)).toHaveLength(1);
  });

test('[RE3] what is saved after a hardDelete made during a delivery stays', async () => {
  const disk = new TextDisk();
  const p = new FaultyPersistence(disk.open(allAbilities));
  const env = new TestEnvironment();
  const d: Any = await DataOrchestrator.create({
    prefix: 'p',
    local: p,
    environment: env,
    entities: { T: { sync: false } },
  } as Any);
  const t = d.repo('T');
  t.save({ id: 'k.1', n: 'z-old' });
  let go!: () => void;
  const gate = new Promise<void>((r) => (go = r));
  let reached!: () => void;
  const at = new Promise<void>((r) => (reached = r));
  p.faults.gate = async ({ method }) => {
    if (method === 'storeMany') {
      reached();
      await gate;
    }
  };
  const f = d.flush();
  await at;
  t.hardDelete('k.1');
  go();
  await f;
  env.jump(-5000);
  t.save({ id: 'k.1', n: 'a-new' });
  p.faults.gate = null;
  await d.flush();
  expect(t.peek('k.1').n).toBe('a-new');
});

test('[FL8] unload ends where the disk loses every blob', async () => {
  const disk = new TextDisk();
  const inner = disk.open({});
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
    logger: { d() {}, i() {}, w() {}, e() {}, v() {} },
  } as Any);
  d.repo('T').save({ id: 'k.1', n: 1 });
  await d.unload().catch(() => {});
  expect(n).toBeLessThan(400);
});

test('[FL8] unload ends where a listener saves on each saved', async () => {
  const d: Any = await DataOrchestrator.create({
    prefix: 'p',
    local: new MemoryStore(),
    environment: new TestEnvironment(),
  });
  let n = 0;
  d.events$.subscribe((e: Any) => {
    if (e.type === 'saved' && n++ < 1000) d.repo('S').save({ id: 'k.status', n });
  });
  d.repo('T').save({ id: 'k.1' });
  await d.unload().catch(() => {});
  expect(n).toBeLessThan(500);
});

test('[LC2] load, unload, load in one turn: the last load is loaded', async () => {
  const local = new MemoryStore();
  const o = { prefix: 'p', local, environment: new TestEnvironment() };
  const a = DataOrchestrator.load(o);
  const u = DataOrchestrator.unload();
  const b = DataOrchestrator.load(o);
  await a;
  await u;
  const d: Any = await b;
  const closed = d.isClosed;
  await DataOrchestrator.unload();
  expect(closed).toBe(false);
});

test('[LC4] unload beside a load that fails because the old one cannot be unloaded does not claim to be done', async () => {
  const p = new FaultyPersistence(new TextDisk().open(allAbilities));
  const d: Any = await DataOrchestrator.load({ prefix: 'a', local: p, environment: new TestEnvironment() });
  d.repo('T').save({ id: 'k.1' });
  p.faults.failAlways();
  const b = DataOrchestrator.load({ prefix: 'b' });
  const r = await Promise.allSettled([b, DataOrchestrator.unload()]);
  const closed = d.isClosed;
  p.faults.heal();
  await DataOrchestrator.unload();
  expect(r[0].status).toBe('rejected');
  expect([closed, r[1].status]).toEqual([false, 'rejected']);
});

const open = () => openMemory(new MemoryStore(), () => 'k');
const ent: Any = { id: '1', updatedAt: new Date(5) };
test('[TI24] the stamp kept of what never reached the disk is forgotten', () => {
  const { tier, journal } = open();
  tier.put('T', '1', ent, undefined);
  tier.put('T', '1', undefined, ent);
  journal.takeChanges(() => true);
  expect(journal.erasedStamp('T', '1')).toBe(0);
});
test('[TI22] the stamp of a hardDelete is taken back with it', () => {
  const { tier, journal } = open();
  tier.settle('T', '1', ent);
  tier.put('T', '1', undefined, ent);
  tier.takeBack('T', '1', ent);
  expect(journal.erasedStamp('T', '1')).toBe(0);
});
test('[RE10] a batch whose parts fail leaves observers and flushes in balance', async () => {
  const d: Any = await DataOrchestrator.create({
    prefix: 'p',
    local: new MemoryStore(),
    environment: new TestEnvironment(),
  });
  const t = d.repo('T');
  const seen: Any[] = [];
  t.save({ id: 'k.1', n: 1 });
  expect(() =>
    d.batch(() => {
      t.save({ id: 'k.1', n: 2 });
      try {
        d.batch(() => {
          t.delete('k.1');
          t.save({ id: 'k.2' });
          throw new Error('in');
        });
      } catch {}
      t.observe('k.1').subscribe((e: Any) => seen.push(e.n));
      expect(t.peek('k.1').n).toBe(2);
      throw new Error('out');
    }),
  ).toThrow('out');
  expect(seen).toEqual([1]);
  t.observe('k.1').subscribe((e: Any) => seen.push(e.n));
  expect(seen).toEqual([1, 1]);
  t.save({ id: 'k.1', n: 3 });
  expect(seen).toEqual([1, 1, 3, 3]);
  await d.flush();
  expect(t.syncState('k.1')).toBe(t.syncState('k.1'));
  await d.unload();
});
