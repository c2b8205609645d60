import { DataOrchestrator, EntityKeyFieldStrategy, type IBucket, MemoryBucket, silentLogger } from 'tiersync';
import { encrypted } from 'tiersync/adapters/encrypted';
import { type Progress, verify } from 'tiersync/maintenance';
import { expect, test } from 'vitest';
import { kept } from '../adversarial/support.ts';
import { FaultyBucket } from '../support/FaultyBucket.ts';
import { TextDisk } from '../support/TextDisk.ts';
import { peek, tamper } from '../tiers/bucket/support.ts';
import { faultsOf, fill } from './support.ts';

const filled = async (kind: 'local' | 'cloud'): Promise<IBucket> => {
  const bucket = kept(new MemoryBucket());
  await fill(kind === 'local' ? { prefix: 'app', local: bucket } : { prefix: 'app', cloud: bucket }, 3);
  return bucket;
};

test('[MT1] an app that never stops writing has a sound local tier and a sound cloud at any moment', async () => {
  const [local, cloud] = [kept(new MemoryBucket()), kept(new MemoryBucket())];
  const strategy = new EntityKeyFieldStrategy('group');
  const data = await DataOrchestrator.create({ prefix: 'app', local, cloud, strategy, logger: silentLogger });
  const tasks = data.repo<{ title: string; group: string }>('Task');
  for (let round = 0; round < 5; round++) {
    const id = tasks.save({ title: `task ${round}`, group: `g${round % 3}` });
    if (round % 2 === 0) tasks.delete(id);
    await data.flush('cloud');
    expect(await faultsOf({ prefix: 'app', local })).toEqual([]);
    expect(await faultsOf({ prefix: 'app', cloud })).toEqual([]);
  }
  await data.unload();
});

test('[MT1] where nobody has written yet, all is sound and there is nothing', async () => {
  for (const place of [
    { prefix: 'app', local: new MemoryBucket() },
    { prefix: 'app', cloud: new MemoryBucket() },
    { prefix: 'app', local: new TextDisk().open() },
  ]) {
    expect(await verify(place)).toEqual({ isSound: true, faults: [], keys: [] });
  }
});

test('[MT3] an index that counts wrongly is told from data that is damaged', async () => {
  const cloud = await filled('cloud');
  const [name] = ((await peek(cloud, 'app/head'))['checkpoint'] as { index: string }).index.split('@');
  await tamper(cloud, `app/${name}`, (index) => {
    const keys = index['keys'] as { [key: string]: { summary: { entities: { Task: object } } } };
    const [key, entry] = Object.entries(keys)[1] as [string, (typeof keys)[string]];
    const entities = { ...entry.summary.entities, Task: { ...entry.summary.entities.Task, count: 99 } };
    return { ...index, keys: { ...keys, [key]: { ...entry, summary: { ...entry.summary, entities } } } };
  });
  expect((await verify({ prefix: 'app', cloud })).faults).toMatchObject([
    { code: 'miscounted', entityKey: 'app.k001' },
  ]);
  const local = await filled('local');
  await tamper(local, 'app.$metadata.json', (index) => ({ ...index, hash: 5 }));
  expect((await verify({ prefix: 'app', local })).faults).toMatchObject([{ code: 'miscounted', entityKey: null }]);
});

test('[MT4] a tier in use is looked at a few keys at a time, under the lock that its app takes', async () => {
  const disk = new TextDisk();
  await fill({ prefix: 'app', local: disk.open({ listKeys: true }) }, 100);
  const persistence = disk.open({ listKeys: true, exclusive: true });
  let inside = 0;
  let locks = 0;
  const exclusive = persistence.exclusive?.bind(persistence) as NonNullable<typeof persistence.exclusive>;
  const loadData = persistence.loadData.bind(persistence);
  const counted = {
    ...persistence,
    exclusive: <T>(work: () => Promise<T>) =>
      exclusive(async () => {
        locks += 1;
        inside += 1;
        try {
          return await work();
        } finally {
          inside -= 1;
        }
      }),
    loadData: (key: string) => {
      expect(inside).toBe(1);
      return loadData(key);
    },
  };
  const steps: Progress[] = [];
  const report = await verify({ prefix: 'app', local: counted }, { onProgress: (step) => steps.push(step) });
  expect(report.isSound).toBe(true);
  expect(locks).toBeGreaterThan(3);
  expect([steps[0], steps.at(-1)]).toEqual([
    { phase: 'reading', done: 0, total: 100 },
    { phase: 'reading', done: 100, total: 100 },
  ]);
});

test('[MT4] somebody may end it', async () => {
  const cloud = await filled('cloud');
  const ending = new AbortController();
  const asked = verify({ prefix: 'app', cloud }, { signal: ending.signal, onProgress: () => ending.abort() });
  await expect(asked).rejects.toThrow('aborted');
});

test('[MT5] a key that another version wrote is named; an index or a head of one stops it', async () => {
  const local = await filled('local');
  await tamper(local, 'app.k001.json', (blob) => ({ ...blob, $: { format: 7 } }));
  expect((await verify({ prefix: 'app', local })).faults).toMatchObject([
    { code: 'upgrade-needed', entityKey: 'app.k001' },
  ]);
  await tamper(local, 'app.$metadata.json', (index) => ({ ...index, $: { format: 7 } }));
  await expect(verify({ prefix: 'app', local })).rejects.toMatchObject({ code: 'upgrade-needed' });
  const cloud = await filled('cloud');
  await cloud.put('app/head', new TextEncoder().encode('{"check":"0000000000000","format":9,"data":{}}'));
  await expect(verify({ prefix: 'app', cloud })).rejects.toMatchObject({ code: 'upgrade-needed' });
});

test('[MT5] a store that does not answer, a wrong passphrase and a forgotten one are no damage', async () => {
  const store = kept(new MemoryBucket());
  const passphrase = 'right';
  await fill({ prefix: 'app', cloud: encrypted(store, { passphrase }) }, 3);
  expect(await faultsOf({ prefix: 'app', cloud: encrypted(store, { passphrase }) })).toEqual([]);
  const wrong = encrypted(store, { passphrase: 'wrong' });
  await expect(verify({ prefix: 'app', cloud: wrong })).rejects.toMatchObject({ code: 'auth-needed' });
  await expect(verify({ prefix: 'app', cloud: store })).rejects.toMatchObject({
    code: 'upgrade-needed',
    message: expect.stringContaining('encrypted(...)'),
  });
  const dead = new FaultyBucket(store);
  dead.faults.failAlways();
  await expect(verify({ prefix: 'app', cloud: dead })).rejects.toMatchObject({ code: 'unavailable' });
  await expect(verify({ prefix: 'app', local: dead })).rejects.toMatchObject({ code: 'unavailable' });
});

test('[MT6] a place that is none is a TypeError that says what to write', async () => {
  const bucket = new MemoryBucket();
  for (const [place, message] of [
    [{ prefix: 'app' }, /\{ prefix: 'app', local \}/],
    [{ prefix: 'app', local: bucket, cloud: bucket }, /\{ prefix: 'app', local \}/],
    [{ prefix: '', local: bucket }, /prefix/],
    [{ prefix: 'app', local: {} }, /IPersistence or an IBucket/],
    [{ prefix: 'app', cloud: { loadData: 1 } }, /written as local/],
  ] as const) {
    await expect(verify(place as never)).rejects.toThrow(TypeError);
    await expect(verify(place as never)).rejects.toThrow(message);
  }
});
