import type { IPersistence } from 'tiersync';
import { expect, test } from 'vitest';
import type { StoredRecord } from '../../src/interfaces/StoredRecord.ts';
import { PersistenceTier } from '../../src/tiers/PersistenceTier.ts';
import { active, changeOf } from '../support/records.ts';
import { allAbilities, TextDisk } from '../support/TextDisk.ts';

const key = 'app.a';
const indexKey = 'app.$metadata';
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

const labelOf = async (tier: PersistenceTier, id: string): Promise<unknown> =>
  (await tier.readKey(key)).find((one) => one.id === id)?.value?.['label'];

/** A disk with a large key, and what is asked of it by whoever opened it first. */
async function stage() {
  const disk = new TextDisk();
  const persistence = disk.open(allAbilities);
  const tier = await open(persistence);
  await tier.apply(edits(0, 300));
  await tier.apply(edits(0, 1, 2));
  const { loadData } = persistence;
  const watch = (load: (key: string, read: () => ReturnType<typeof loadData>) => ReturnType<typeof loadData>): void => {
    persistence.loadData = (name) => load(name, () => loadData(name));
  };
  return { disk, tier, watch };
}

test('[TI39] an edit in a large key asks for the index, for what leads to its page and for the page in one go', async () => {
  const { tier, watch } = await stage();
  const asked: string[] = [];
  const answered: string[] = [];
  watch(async (name, read) => {
    expect(answered).toEqual([]);
    asked.push(name);
    const found = await read();
    answered.push(name);
    return found;
  });
  await tier.apply(edits(7, 8, 3));
  const [head, page, index] = asked;
  expect([head, index, asked.length]).toEqual([key, indexKey, 3]);
  expect(page).toMatch(/^app\.\$page\/a\//);
});

test('[TI39] what was asked for ahead, and not used because something failed, is not believed later', async () => {
  const { disk, tier, watch } = await stage();
  let isFailing = true;
  watch((name, read) => (isFailing && name === indexKey ? Promise.reject(new Error('not now')) : read()));
  await expect(tier.apply(edits(7, 8, 3))).rejects.toMatchObject({ code: 'unavailable' });
  isFailing = false;
  await (await open(disk.open(allAbilities))).apply(edits(7, 8, 4));
  expect(await labelOf(tier, 'a.7')).toBe('7 at 4');
  await tier.apply(edits(8, 9, 5));
  expect([await labelOf(tier, 'a.7'), await labelOf(tier, 'a.8')]).toEqual(['7 at 4', '8 at 5']);
});

test('[TI39] another process has made more pages of a key since: what was asked for of the old ones is not used', async () => {
  const { disk, tier } = await stage();
  const other = await open(disk.open(allAbilities));
  for (let i = 300; i < 3_000; i += 900) await other.apply(edits(i, i + 900, 2));
  await tier.apply(edits(7, 8, 3));
  expect([await labelOf(other, 'a.7'), (await tier.readKey(key)).length]).toEqual(['7 at 3', 3_000]);
});
