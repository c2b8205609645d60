import {
  type DataEvent,
  DataOrchestrator,
  EntityKeyFieldStrategy,
  MemoryBucket,
  MemoryStore,
  type OrchestratorOptions,
  type SyncTelemetry,
} from 'tiersync';
import { expect, test } from 'vitest';
import { FaultyBucket } from '../support/FaultyBucket.ts';
import { settle, TestEnvironment } from '../support/TestEnvironment.ts';

interface Note {
  readonly text: string;
  readonly group?: string;
}

async function device(options: Partial<OrchestratorOptions>) {
  const environment = new TestEnvironment();
  const strategy = new EntityKeyFieldStrategy('group');
  const data = await DataOrchestrator.create({ prefix: 'app', environment, strategy, ...options });
  const events: DataEvent[] = [];
  data.events$.subscribe((event) => events.push(event));
  return { data, notes: data.repo<Note>('Note'), environment, events };
}

test('[LK20] the state of an entity goes from pending to local to synced, and is told at each step', async () => {
  const { data, notes } = await device({ cloud: new MemoryBucket() });
  const id = notes.save({ text: 'one' });
  const seen: unknown[] = [];
  notes.observeSyncState(id).subscribe((state) => seen.push(state));
  await data.flush();
  expect(notes.syncState(id)).toBe('local');
  await data.flush('cloud');
  expect(notes.syncState(id)).toBe('synced');
  notes.save({ id, text: 'two' });
  await data.flush('cloud');
  expect(seen).toEqual(['pending', 'local', 'synced', 'pending', 'local', 'synced']);
});

test('[LK21] a plan says what a sync would do, and does nothing', async () => {
  const cloud = new MemoryBucket();
  const a = await device({ cloud });
  a.notes.saveMany([
    { text: '1', group: 'x' },
    { text: '2', group: 'y' },
  ]);
  await a.data.flush('cloud');
  const b = await device({ cloud, sync: { autoStart: false } });
  b.notes.save({ text: 'mine', group: 'z' });
  await b.data.flush();
  const plan = await b.data.sync.plan();
  expect(plan).toMatchObject({ push: { created: 1, updated: 0, deleted: 0 }, pull: { changes: 2, deletions: 0 } });
  expect(plan.bytes).toBeGreaterThan(0);
  expect(await b.data.sync.plan({ collections: ['Other'] })).toMatchObject({ push: { created: 0 } });
  await b.data.sync.forceSync();
  expect(await b.data.sync.plan()).toMatchObject({ push: { created: 0 }, pull: { keys: 0, changes: 0 } });
  expect(await b.notes.count()).toBe(3);
});

test('[LK22] telemetry tells of each sync what it did and what it cost', async () => {
  const runs: SyncTelemetry[] = [];
  const { data, notes } = await device({ cloud: new MemoryBucket(), telemetry: (run) => runs.push(run) });
  await settle();
  notes.save({ text: 'one' });
  await data.flush('cloud');
  const last = runs.at(-1);
  expect(last).toMatchObject({ type: 'sync', outcome: 'ok', pushed: 1, pulled: 0, conflicts: 0 });
  expect(last?.requests).toBeGreaterThan(1);
  expect(last?.bytesSent).toBeGreaterThan(100);
});

test('[LK23] an app that lives in memory only can be given a cloud later, and brings all it has', async () => {
  const cloud = new MemoryBucket();
  const a = await device({});
  const kept = a.notes.save({ text: 'before' });
  const gone = a.notes.save({ text: 'gone' });
  a.notes.delete(gone);
  await a.data.setCloud(cloud);
  a.notes.save({ text: 'after' });
  await a.data.flush('cloud');
  const b = await device({ cloud });
  expect((await b.notes.getAll()).map(({ text }) => text).sort()).toEqual(['after', 'before']);
  await b.notes.update(kept, { text: 'changed' });
  await b.data.flush('cloud');
  await a.data.sync.pull();
  expect(await a.notes.get(kept)).toMatchObject({ text: 'changed' });
});

test('[LK24] clearing a device is refused while the cloud lacks something, and allowed when it has all', async () => {
  const cloud = new MemoryBucket();
  const local = new MemoryStore();
  const { data, notes } = await device({ cloud, local });
  await settle();
  notes.save({ text: 'one' });
  await expect(data.unload({ clearLocal: true })).rejects.toMatchObject({ code: 'unsynced' });
  await data.flush('cloud');
  await data.unload({ clearLocal: true });
  expect(await local.listKeys('')).toEqual([]);
  const again = await device({ cloud, local });
  expect(await again.notes.count()).toBe(1);
});

test('[LK25] what the cloud has and cannot be had is answered with what is here, and said to be incomplete', async () => {
  const cloud = new FaultyBucket(new MemoryBucket());
  const a = await device({ cloud });
  await a.data.flush('cloud');
  const ids = a.notes.saveMany([
    { text: '1', group: 'x' },
    { text: '2', group: 'y' },
  ]);
  await a.data.flush('cloud');
  for (let i = 0; i < 300; i++) a.notes.save({ text: `filler ${i}`, group: 'x' });
  await a.data.flush('cloud');
  const bucket = { tailBytes: 1, tailCommits: 1 };
  await a.data.setCloud(cloud, { bucket });
  await a.data.sync.forceSync();
  a.notes.save({ text: 'folds', group: 'z' });
  await a.data.flush('cloud');
  const b = await device({ cloud, sync: { autoStart: false } });
  // The head and the index are read; then the way to the cloud is gone.
  cloud.faults.gate = ({ key }) => {
    if (key.includes('/data/')) cloud.faults.failAlways();
    return undefined;
  };
  expect(await b.notes.get(ids[0]!)).toBeNull();
  expect(b.events.some((event) => event.type === 'problem' && event.problem.code === 'incomplete')).toBe(true);
  cloud.faults.gate = null;
  cloud.faults.heal();
  expect(await b.notes.get(ids[0]!)).toMatchObject({ text: '1' });
});
