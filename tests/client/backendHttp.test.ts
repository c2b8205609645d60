import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataOrchestrator, type TierSyncError } from 'tiersync';
import { createBackendTier } from 'tiersync/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { callsTo } from '../../examples/backend/calls.mjs';
import { startServer } from '../../examples/backend/server.mjs';
import { now, refusals } from './support.ts';

interface Task {
  readonly title: string;
}

let folder: string;
let server: { readonly url: string; readonly stop: () => Promise<void> };
const devices: DataOrchestrator[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tiersync-backend-'));
  server = await startServer({ file: join(folder, 'tasks.json') });
});

afterEach(async () => {
  await Promise.all(devices.splice(0).map((data) => data.unload()));
  await server.stop();
  await rm(folder, { recursive: true });
});

async function device(user: string) {
  const cloud = createBackendTier(callsTo(server.url, `token-of-${user}`));
  const data = await DataOrchestrator.create({ prefix: 'app', cloud, sync: { autoStart: false } });
  devices.push(data);
  const tasks = data.repo<Task>('task');
  return {
    data,
    tasks,
    titles: async () => (await tasks.getAll()).map(({ title }) => title).sort(),
    rejected: () => now(data.sync.rejected$),
    sync: async () => {
      await data.sync.pull();
      await data.sync.push();
    },
  };
}

/** Two devices that hold one task. */
async function two() {
  const anna = await device('anna');
  const ben = await device('ben');
  const id = anna.tasks.save({ title: 'buy milk' });
  await anna.sync();
  await ben.sync();
  return { anna, ben, id };
}

test('[BE1] two devices meet by way of an HTTP server, which keeps a deletion too', async () => {
  const { anna, ben, id } = await two();
  expect(await ben.titles()).toEqual(['buy milk']);
  await ben.tasks.update(id, { title: 'buy oat milk' });
  await ben.sync();
  await anna.sync();
  expect(await anna.titles()).toEqual(['buy oat milk']);
  anna.tasks.delete(id);
  await anna.sync();
  await server.stop();
  server = await startServer({ file: join(folder, 'tasks.json') });
  const carla = await device('anna');
  await carla.sync();
  expect(await carla.titles()).toEqual([]);
});

test('[BE8] a refused edit can be edited again, and is accepted', async () => {
  const { anna, ben, id } = await two();
  await ben.tasks.update(id, { title: '' });
  ben.tasks.save({ title: 'call mum' });
  await ben.sync();
  await anna.sync();
  expect(refusals(ben.rejected())).toEqual(['validation: a task needs a title']);
  expect(ben.rejected()[0]).toMatchObject({ entityName: 'task', id, entity: { title: '' } });
  expect(await ben.titles()).toEqual(['', 'call mum']);
  expect(await anna.titles()).toEqual(['buy milk', 'call mum']);
  await ben.rejected()[0]!.edit({ title: 'buy oat milk' });
  await ben.sync();
  await anna.sync();
  expect(ben.rejected()).toEqual([]);
  expect(await anna.titles()).toEqual(['buy oat milk', 'call mum']);
  expect(ben.tasks.syncState(id)).toBe('synced');
});

test('[BE8] a refused deletion can be taken back: what the backend has is there again', async () => {
  const { anna, ben, id } = await two();
  ben.tasks.delete(id);
  await ben.sync();
  expect(refusals(ben.rejected())).toEqual(['auth-needed: only anna deletes tasks']);
  expect(await ben.titles()).toEqual([]);
  await ben.rejected()[0]!.discard();
  await ben.sync();
  await anna.sync();
  expect(await ben.titles()).toEqual(['buy milk']);
  expect(await anna.titles()).toEqual(['buy milk']);
  expect(ben.tasks.syncState(id)).toBe('synced');
});

test('[BE8] a refused creation that is taken back is gone', async () => {
  const { ben } = await two();
  ben.tasks.save({ title: '' });
  await ben.sync();
  await ben.rejected()[0]!.discard();
  await ben.sync();
  expect(await ben.titles()).toEqual(['buy milk']);
  expect(ben.rejected()).toEqual([]);
});

test('[BE8] tried again as it is, it is refused again, and stays', async () => {
  const { ben, id } = await two();
  await ben.tasks.update(id, { title: '' });
  await ben.sync();
  await ben.rejected()[0]!.retry();
  await ben.sync();
  expect(refusals(ben.rejected())).toEqual(['validation: a task needs a title']);
  expect(await ben.titles()).toEqual(['']);
});

test('[BE13] a token that is not known is auth-needed, and a server that is gone is unavailable', async () => {
  const stranger = await device('nobody');
  stranger.tasks.save({ title: 'x' });
  await expect(stranger.sync()).rejects.toMatchObject({ code: 'auth-needed' } satisfies Partial<TierSyncError>);
  const { anna } = await two();
  await server.stop();
  await expect(anna.sync()).rejects.toMatchObject({ code: 'unavailable' });
  server = await startServer({ file: join(folder, 'tasks.json') });
});
