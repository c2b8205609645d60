import { MemoryBucket, TierSyncError } from 'tiersync';
import { createBackendTier } from 'tiersync/client';
import { expect, test, vi } from 'vitest';
import { settle } from '../support/TestEnvironment.ts';
import { device } from './support.ts';
import { TableBackend } from './TableBackend.ts';

test('[BE3] at first contact both sides get what they lack, and nothing is deleted because it is absent', async () => {
  const backend = new TableBackend();
  const a = await device(backend);
  a.notes.save({ text: 'of a' });
  await a.push();
  const b = await device(backend);
  b.notes.save({ text: 'of b' });
  await b.data.flush();
  await b.push();
  await a.pull();
  expect(await b.texts()).toEqual(['of a', 'of b']);
  expect(await a.texts()).toEqual(['of a', 'of b']);
});

test('[BE3] entities of two names may have one id, and the cursor of another kind of cloud is none', async () => {
  const backend = new TableBackend();
  const a = await device(backend);
  a.notes.save({ id: 'x', text: 'a note' });
  a.data.repo('Task').save({ id: 'x', title: 'a task' });
  await a.push();
  const tier = createBackendTier(backend);
  backend.pulls.length = 0;
  expect(await tier.changesSince({ lineage: 'compared', seq: 7, nonce: '[{"at":2},0,0]' })).toMatchObject({
    reach: 'first',
    cursor: { seq: 1 },
  });
  expect(backend.pulls).toEqual([null]);
  expect((await tier.readKey('app.global')).map(({ entityName }) => entityName).sort()).toEqual(['Note', 'Task']);
});

test('[BE3] from another cloud a device takes all that it has to the backend', async () => {
  const bucket = new MemoryBucket();
  const backend = new TableBackend();
  const a = await device(backend);
  await a.data.setCloud(bucket, { autoStart: false });
  const id = a.notes.save({ text: 'of the bucket' });
  await a.push();
  expect(backend.rows.size).toBe(0);
  await a.data.setCloud(a.cloud, { autoStart: false });
  await a.data.sync.forceSync();
  expect(backend.held('Note', id)?.entity).toMatchObject({ text: 'of the bucket' });
});

test('[BE4] the cursor comes back as it was given, also after a restart', async () => {
  const backend = new TableBackend();
  const a = await device(backend);
  a.notes.save({ text: 'one' });
  await a.push();
  await a.pull();
  await a.data.unload();
  backend.pulls.length = 0;
  const again = await device(backend, { local: a.local });
  await again.pull();
  expect(backend.pulls).toEqual([{ at: 1 }]);
});

test('[BE4] where nothing happened a sync is one pull and writes nothing', async () => {
  const backend = new TableBackend();
  const a = await device(backend);
  const id = a.notes.save({ text: 'one' });
  await a.push();
  await a.pull();
  backend.pulls.length = 0;
  const stored = vi.spyOn(a.local, 'storeData');
  await a.push();
  expect(backend.pulls).toEqual([{ at: 1 }]);
  expect(backend.pushes.length).toBe(1);
  expect(stored).not.toHaveBeenCalled();
  backend.put({ ...backend.held('Note', id)!, entity: null, updatedAt: '2026-05-18T00:00:00.000Z' });
  await a.pull();
  expect(stored).toHaveBeenCalled();
});

test('[BE9] behind forgotten deletions, what the backend lacks counts as deleted unless it was edited later', async () => {
  const backend = new TableBackend();
  const a = await device(backend);
  const b = await device(backend);
  const ids = a.notes.saveMany([
    { text: 'stays' },
    { text: 'goes' },
    { text: 'edited before' },
    { text: 'edited after' },
  ]);
  await a.push();
  await b.pull();
  await a.data.unload();
  await b.advance(1_000);
  await b.edit(ids[2]!, { text: 'edited too early' });
  await b.advance(10_000);
  const created = b.notes.save({ text: 'created' });
  await b.edit(ids[3]!, { text: 'edited in time' });
  await b.data.flush();
  const c = await device(backend, { tier: {} });
  await c.pull();
  await c.advance(5_000);
  c.notes.deleteMany(ids.slice(1));
  await c.push();
  backend.purge();
  backend.forgotten = c.environment.now();
  await b.pull();
  expect(await b.texts()).toEqual(['created', 'edited in time', 'stays']);
  expect(b.conflicts()).toMatchObject([{ local: { text: 'edited too early' }, remote: null, winner: null }]);
  await b.push();
  await c.pull();
  expect(await c.texts()).toEqual(['created', 'edited in time', 'stays']);
  expect(c.notes.syncState(created)).toBe('synced');
});

test('[BE9] that holds for what is compared only after a restart, too', async () => {
  const backend = new TableBackend();
  const a = await device(backend, { sync: { maxDeleteShare: 1 } });
  const id = a.notes.save({ text: 'goes' });
  await a.push();
  const row = backend.held('Note', id)!;
  backend.put({ ...row, entity: null, updatedAt: '2026-05-17T12:00:01.000Z', order: '2026-05-17T12:00:01.000Z 1' });
  backend.purge();
  backend.forgotten = Date.parse('2026-05-17T12:00:02.000Z');
  // The look succeeds, and is stored; what it says of the keys is asked of a backend that is gone.
  const readKey = a.cloud.readKey.bind(a.cloud);
  Object.assign(a.cloud, { readKey: () => Promise.reject(new TierSyncError('unavailable', 'gone')) });
  await expect(a.pull()).rejects.toMatchObject({ code: 'unavailable' });
  Object.assign(a.cloud, { readKey });
  await a.data.unload();
  const again = await device(backend, { local: a.local, sync: { maxDeleteShare: 1 } });
  await again.pull();
  expect(backend.pulls.slice(-2)).toEqual([{ at: 2 }, null]);
  expect(await again.texts()).toEqual([]);
  await again.push();
  expect(backend.rows.size).toBe(0);
});

for (const [what, change] of [
  ['a cursor that is too old, with nothing said of what was forgotten', (backend: TableBackend) => backend.purge()],
  ['another lineage', (backend: TableBackend) => backend.empty('second')],
] as const) {
  test(`[BE10] ${what}: everything is compared, what the backend lacks is sent, nothing is deleted`, async () => {
    const backend = new TableBackend();
    backend.lineage = 'first';
    const a = await device(backend);
    const ids = a.notes.saveMany(['00', '01', '02'].map((text) => ({ text })));
    await a.push();
    await a.pull();
    backend.put({ ...backend.held('Note', ids[0]!)!, entity: null, updatedAt: '2026-05-18T00:00:00.000Z' });
    change(backend);
    await a.pull();
    await a.push();
    expect(await a.texts()).toEqual(['00', '01', '02']);
    expect([...backend.rows.keys()].sort()).toEqual(ids.map((id) => `Note/${id}`).sort());
    backend.pulls.length = 0;
    await a.pull();
    expect(backend.pulls).not.toContain(null);
  });
}

test('[BE10] what one history has forgotten says nothing of another', async () => {
  const backend = new TableBackend();
  backend.lineage = 'first';
  const tier = createBackendTier(backend);
  const { cursor } = await tier.changesSince(null);
  backend.put({ entityName: 'Note', id: 'n', entity: null, updatedAt: '2026-05-17T12:00:00.000Z', entityKey: 'app.x' });
  backend.purge();
  backend.forgotten = 1_000;
  const behind = await tier.changesSince(cursor);
  expect(behind).toMatchObject({ reach: 'behind', cursor: { seq: 2 }, horizon: { seq: 2, stamp: 1_000 } });
  expect(await tier.changesSince(behind.cursor)).toMatchObject({ reach: 'since', horizon: { seq: 2, stamp: 1_000 } });
  backend.empty('second');
  const other = await tier.changesSince(behind.cursor);
  expect(other).toMatchObject({ reach: 'first', cursor: { seq: 1 }, horizon: { seq: 0, stamp: 0 } });
});

test('[BE11] a backend that says stale is looked at again, and all is decided anew', async () => {
  const backend = new TableBackend();
  const a = await device(backend);
  const b = await device(backend);
  a.notes.save({ text: 'of a' });
  await a.push();
  b.notes.save({ text: 'of b' });
  backend.answers.push.push('stale');
  const pushed = b.push();
  await settle();
  await b.advance(5_000);
  await pushed;
  expect(backend.pushes.length).toBe(3);
  expect(await b.texts()).toEqual(['of a', 'of b']);
  expect(backend.rows.size).toBe(2);
  const tier = createBackendTier(backend);
  backend.answers.push.push('stale');
  await expect(tier.apply([])).resolves.toEqual([]);
});
