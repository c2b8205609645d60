import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkKeyData } from '../../src/blob/keyData.ts';
import { PersistenceTier } from '../../src/tiers/PersistenceTier.ts';
import { active, changeOf, deleted } from '../support/records.ts';
import { TextDisk } from '../support/TextDisk.ts';

/** A file of a released format is for ever: if a test here fails, the code is to be changed and never the file. */
const stored = JSON.parse(readFileSync(new URL('./format-2/persistence.json', import.meta.url), 'utf8')) as {
  readonly [key: string]: object;
};
const pagedKey = 'app.a';

const changes = Array.from({ length: 300 }, (_, i) => {
  const id = `a.${i}`;
  return changeOf(pagedKey, i % 100 === 0 ? deleted('Task', id, i) : active(i % 3 === 0 ? 'Note' : 'Task', id, i, { n: i }));
});

const open = (disk: TextDisk): Promise<PersistenceTier> =>
  PersistenceTier.open({
    persistence: disk.open({ listKeys: true }),
    keyPrefix: 'app.',
    createId: () => 'x',
    onProblem: ({ message }) => {
      throw new Error(message);
    },
  });

test('[FM3] a key in pages is read: every record', async () => {
  const disk = new TextDisk();
  for (const [key, blob] of Object.entries(stored)) disk.texts.set(key, JSON.stringify(blob));
  const records = new Map((await (await open(disk)).readKey(pagedKey)).map((record) => [record.id, record]));
  expect(records.size).toBe(300);
  for (const { id, record } of changes) expect(records.get(id)?.hash, id).toBe(record?.hash);
});

test('[FM3] and one of which some pages were being stored when a process ended', async () => {
  const disk = new TextDisk();
  for (const [key, blob] of Object.entries(stored)) disk.texts.set(key, JSON.stringify(blob));
  const head = stored[pagedKey] as { readonly $: object };
  const [first, second] = Object.keys(stored).filter((key) => key.startsWith('app.$page/')) as [string, string];
  const writing = Object.fromEntries([first, second].map((key) => [key.slice(key.lastIndexOf('.') + 1), stored[key]]));
  disk.texts.set(pagedKey, JSON.stringify({ ...head, $: { ...head.$, writing } }));
  disk.texts.set(first, JSON.stringify({ $: { format: 1 } }));
  disk.texts.delete(second);
  const records = new Map((await (await open(disk)).readKey(pagedKey)).map((record) => [record.id, record]));
  for (const { id, record } of changes) expect(records.get(id)?.hash, id).toBe(record?.hash);
});

test('[FM3] and written to the letter', async () => {
  const disk = new TextDisk();
  await (await open(disk)).apply(changes);
  const texts = [...disk.texts].map(([key, text]) => [key, JSON.parse(text) as object]);
  expect(Object.fromEntries(texts)).toEqual(stored);
});

test('[FM3] to a version from before pages its head is of a newer format', () => {
  expect(() => checkKeyData(pagedKey, structuredClone(stored[pagedKey]))).toThrow(
    expect.objectContaining({ code: 'upgrade-needed' }) as Error,
  );
});
