import type { IPersistence } from 'tiersync';
import { expect, test } from 'vitest';
import type { StoredRecord } from '../../src/interfaces/StoredRecord.ts';
import { PersistenceTier } from '../../src/tiers/PersistenceTier.ts';
import { active, changeOf } from '../support/records.ts';
import { allAbilities, TextDisk } from '../support/TextDisk.ts';

const key = 'app.a';
const record = (i: number, seconds = 1): StoredRecord =>
  active('Task', `a.${i}`, seconds, { label: `${i} at ${seconds}` });
const edits = (from: number, to: number, seconds = 1) =>
  Array.from({ length: to - from }, (_, i) => changeOf(key, record(from + i, seconds)));

const open = (persistence: IPersistence): Promise<PersistenceTier> =>
  PersistenceTier.open({
    persistence,
    keyPrefix: 'app.',
    createId: (size) => 'x'.repeat(size),
    onProblem: ({ message }) => {
      throw new Error(message);
    },
  });

const labels = async (tier: PersistenceTier): Promise<unknown[]> =>
  (await tier.readKey(key)).map(({ value }) => value?.['label']).sort();

test('[TI41] a whole tier is opened while somebody else writes', async () => {
  const disk = new TextDisk();
  await (await open(disk.open(allAbilities))).apply(edits(0, 2));
  const busy = disk.open(allAbilities);
  let end = (): void => {};
  const writing = busy.exclusive?.(() => new Promise<void>((resolve) => (end = resolve)));
  const tier = await open(disk.open(allAbilities));
  expect(await labels(tier)).toEqual(['0 at 1', '1 at 1']);
  end();
  await writing;
});

test('[TI41] a key that is just being written is counted when that is done', async () => {
  const disk = new TextDisk();
  await (await open(disk.open(allAbilities))).apply(edits(0, 1));
  const whole = await open(disk.open(allAbilities));
  const index = disk.texts.get('app.$metadata') as string;
  await whole.apply(edits(1, 2));
  const after = disk.texts.get('app.$metadata') as string;
  disk.texts.set('app.$metadata', JSON.stringify({ ...JSON.parse(index), $: { format: 1, checking: [key] } }));
  const busy = disk.open(allAbilities);
  let end = (): void => {};
  let writing: Promise<void> | undefined;
  await new Promise<void>((begun) => {
    writing = busy.exclusive?.(() => {
      begun();
      return new Promise<void>((resolve) => (end = resolve));
    });
  });
  const opening = open(disk.open(allAbilities));
  disk.texts.set('app.$metadata', after);
  end();
  await writing;
  expect((await (await opening).readMetadata()).hash).toBe((await whole.readMetadata()).hash);
});
