import { type ITier, MemoryBucket, MemoryStore, syncTiers } from 'tiersync';
import { expect, test } from 'vitest';
import { BucketTier } from '../../src/tiers/bucket/BucketTier.ts';
import { ComparedTier } from '../../src/tiers/ComparedTier.ts';
import { openLocal } from '../../src/tiers/openLocal.ts';
import { active, changeOf, deleted } from '../support/records.ts';
import { TestEnvironment } from '../support/TestEnvironment.ts';

const { createId, now } = new TestEnvironment();
const local = (place: MemoryStore | MemoryBucket): Promise<ITier> =>
  openLocal({ local: place, keyPrefix: 'app.', createId, onProblem: () => {} });

const kinds: { readonly [kind: string]: () => Promise<ITier> } = {
  'a persistence': () => local(new MemoryStore()),
  'a bucket of one device': () => local(new MemoryBucket()),
  'a plain persistence as cloud': async () => {
    const tier = await local(new MemoryStore());
    return new ComparedTier(async () => tier);
  },
  'a shared bucket': async () =>
    new BucketTier({
      bucket: new MemoryBucket(),
      prefix: 'app',
      environment: { now, createId },
      device: 'd',
      onProblem: () => {},
    }),
};

const pairs = Object.keys(kinds).flatMap((a) => Object.keys(kinds).map((b) => [a, b] as const));

async function heldBy(tier: ITier): Promise<string[]> {
  const held = await Promise.all(['app.a', 'app.b', 'app.c'].map((key) => tier.readKey(key)));
  return held
    .flat()
    .filter(({ isDeleted }) => !isDeleted)
    .map(({ id, stamp }) => `${id} ${stamp}`)
    .sort();
}

test.each(pairs)('[SY10] %s and %s hold the same after one sync, and the next moves nothing', async (kindA, kindB) => {
  const a = await kinds[kindA]!();
  const b = await kinds[kindB]!();
  await a.apply([
    changeOf('app.a', active('Task', 'a.1', 1)),
    changeOf('app.a', active('Task', 'a.2', 5)),
    changeOf('app.a', deleted('Task', 'a.3', 9)),
    changeOf('app.b', active('Task', 'b.1', 1)),
  ]);
  await b.apply([
    changeOf('app.a', active('Task', 'a.1', 3)),
    changeOf('app.a', active('Task', 'a.2', 2)),
    changeOf('app.a', active('Task', 'a.3', 8)),
    changeOf('app.c', active('Secret', 'c.1', 1)),
    changeOf('app.c', active('Task', 'c.2', 1)),
  ]);
  const isSynced = (name: string): boolean => name !== 'Secret';
  expect(await syncTiers(a, b, { isSynced })).toEqual({ toA: 2, toB: 3 });
  const inA = await heldBy(a);
  expect(inA.map((one) => one.split(' ')[0])).toEqual(['a.1', 'a.2', 'b.1', 'c.2']);
  expect((await heldBy(b)).filter((one) => !one.startsWith('c.1'))).toEqual(inA);
  expect(await syncTiers(a, b, { isSynced })).toEqual({ toA: 0, toB: 0 });
});
