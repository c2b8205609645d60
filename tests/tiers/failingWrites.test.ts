import type { EntityKeyData } from 'tiersync';
import { expect, test } from 'vitest';
import { PersistenceTier } from '../../src/tiers/PersistenceTier.ts';
import { FaultyPersistence } from '../support/FaultyPersistence.ts';
import { active, changeOf } from '../support/records.ts';
import { recount, sumsOf } from '../support/recount.ts';
import { settle } from '../support/TestEnvironment.ts';
import { TextDisk } from '../support/TextDisk.ts';

test('[P6] a write that failed in part ends when all of it has, so that no late part lands over what came next', async () => {
  const disk = new TextDisk();
  const persistence = new FaultyPersistence(disk.open({ listKeys: true }));
  const tier = await PersistenceTier.open({ persistence, keyPrefix: 'app.', createId: () => 'x', onProblem: () => {} });
  let release: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let isSecond = false;
  persistence.faults.gate = ({ method, key }) => {
    if (method !== 'storeData' || isSecond) return undefined;
    if (key === 'app.a') return Promise.reject(new Error('the disk said no'));
    return key === 'app.b' ? held : undefined;
  };
  const first = tier.apply([changeOf('app.a', active('Task', '1', 1)), changeOf('app.b', active('Task', '2', 1))]);
  first.catch(() => {});
  await settle();
  isSecond = true;
  const second = tier.apply([changeOf('app.c', active('Task', '3', 1))]);
  await settle();
  release();
  await expect(first).rejects.toMatchObject({ message: expect.stringContaining('the disk said no') });
  await second;
  const blobs = [...disk.texts].filter(([key]) => key[4] !== '$');
  const index = disk.read('app.$metadata') as never as Parameters<typeof sumsOf>[0];
  expect(sumsOf(index)).toEqual(recount(blobs.map(([key, text]) => [key, JSON.parse(text) as EntityKeyData])));
});
