import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as tiersync from 'tiersync';
import { type IBucket, MemoryBucket } from 'tiersync';
import { expect, test } from 'vitest';
import { fromBytes } from '../../src/blob/envelope.ts';
import { kept } from '../adversarial/support.ts';
import { type CloudGolden, inPages, readCloud, textsOf, writeCloud } from './cloudSet.ts';

/** Files of a released format are for ever: if a test here fails, the code is to be changed and never the files. */
const file = fileURLToPath(new URL('./format-2/cloud.json', import.meta.url));
const golden = JSON.parse(readFileSync(file, 'utf8')) as CloudGolden;
const encoder = new TextEncoder();

async function bucketOf(texts: { readonly [name: string]: string }): Promise<IBucket> {
  const bucket = kept(new MemoryBucket());
  for (const [name, text] of Object.entries(texts)) await bucket.put(name, encoder.encode(text));
  return bucket;
}

test('[FM6] a shared bucket with a key in pages is read, and not a byte is changed', async () => {
  const cloud = await bucketOf(golden.cloud);
  const device = await bucketOf(golden.device);
  expect(await readCloud(tiersync, cloud, device)).toEqual(golden.expected);
  expect(await textsOf(cloud)).toEqual(golden.cloud);
  expect(await textsOf(device)).toEqual(golden.device);
});

test('[FM6] what is written today is read like what was written then', async () => {
  const [cloud, device] = [kept(new MemoryBucket()), kept(new MemoryBucket())];
  await writeCloud(tiersync, cloud, device, inPages);
  expect(await readCloud(tiersync, cloud, device)).toEqual(golden.expected);
});

test('[FM6] what a device of then has waiting is sent by this version, whatever pages it makes', async () => {
  for (const bucket of [{}, inPages, { tailCommits: 1 }, { ...inPages, tailCommits: 1 }]) {
    const cloud = await bucketOf(golden.cloud);
    const data = await tiersync.DataOrchestrator.create({
      prefix: 'app',
      local: await bucketOf(golden.device),
      cloud,
      sync: { bucket },
      strategy: new tiersync.EntityKeyFieldStrategy('group'),
    });
    await data.flush('cloud');
    await data.unload();
    const fresh = (await readCloud(tiersync, cloud, await bucketOf({}))) as { tasks: { id: string; number?: number }[] };
    expect(fresh.tasks.find(({ id }) => id === 'a.9')?.number).toBe(900);
    expect(fresh.tasks.some(({ id }) => id === 'b.1')).toBe(false);
  }
});

test('[FM6] to a version from before pages the head, its index and each page are of a newer format', () => {
  const names = Object.keys(golden.cloud);
  const newer = names.filter((name) => {
    try {
      fromBytes(name, encoder.encode(golden.cloud[name]));
      return false;
    } catch (error) {
      expect(error).toMatchObject({ code: 'upgrade-needed' });
      return true;
    }
  });
  const kindOf = (name: string): string => name.replace(/\d+-.*?(?=\.|$)/, '').replace(/\d+$/, 'n');
  expect(new Set(newer.map(kindOf))).toEqual(new Set(['app/head', 'app/index/', 'app/data/app.a@.8.n']));
});
