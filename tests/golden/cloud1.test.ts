import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as tiersync from 'tiersync';
import { type IBucket, MemoryBucket } from 'tiersync';
import { expect, test } from 'vitest';
import { kept } from '../adversarial/support.ts';
import { type CloudGolden, readCloud, textsOf, writeCloud } from './cloudSet.ts';

/** Files of a released format are for ever: if a test here fails, the code is to be changed and never the files. */
const file = fileURLToPath(new URL('./format-1/cloud.json', import.meta.url));
const golden = JSON.parse(readFileSync(file, 'utf8')) as CloudGolden;

async function bucketOf(texts: { readonly [name: string]: string }): Promise<IBucket> {
  const bucket = kept(new MemoryBucket());
  for (const [name, text] of Object.entries(texts)) await bucket.put(name, new TextEncoder().encode(text));
  return bucket;
}

test('[FM2] a shared bucket of format 1 holds one of each kind of object', () => {
  const names = Object.keys(golden.cloud).map((name) => name.replace(/@.*|\/\d+-.*/, ''));
  expect(new Set(names)).toEqual(new Set(['app/head', 'app/index', 'app/data/app.a', 'app/changes']));
});

test('[FM2] a shared bucket of format 1, and a device that waits beside it, are read, and not a byte is changed', async () => {
  const cloud = await bucketOf(golden.cloud);
  const device = await bucketOf(golden.device);
  expect(await readCloud(tiersync, cloud, device)).toEqual(golden.expected);
  expect(await textsOf(cloud)).toEqual(golden.cloud);
  expect(await textsOf(device)).toEqual(golden.device);
});

test('[FM2] what a device of format 1 has waiting is sent by this version', async () => {
  const cloud = await bucketOf(golden.cloud);
  const data = await tiersync.DataOrchestrator.create({
    prefix: 'app',
    local: await bucketOf(golden.device),
    cloud,
    strategy: new tiersync.EntityKeyFieldStrategy('group'),
  });
  await data.flush('cloud');
  const fresh = (await readCloud(tiersync, cloud, await bucketOf({}))) as { tasks: { id: string; number?: number }[] };
  expect(fresh.tasks.find(({ id }) => id === 'a.9')?.number).toBe(900);
  expect(fresh.tasks.some(({ id }) => id === 'b.1')).toBe(false);
  await data.unload();
});

test('[FM2] what is written today is read like what was written then', async () => {
  const [cloud, device] = [kept(new MemoryBucket()), kept(new MemoryBucket())];
  await writeCloud(tiersync, cloud, device);
  expect(await readCloud(tiersync, cloud, device)).toEqual(golden.expected);
});
