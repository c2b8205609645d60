import { DataOrchestrator, RetentionPriority } from 'tiersync';
import { expect, test } from 'vitest';
import { TestEnvironment } from '../support/TestEnvironment.ts';
import { TextDisk } from '../support/TextDisk.ts';
import { letters, Shelf } from './Shelf.ts';

const { CRITICAL, LOW, MEDIUM } = RetentionPriority;

test('[RT11] what stands on the device is counted by key, name and priority, and nothing comes into memory', async () => {
  const shelf = new Shelf();
  const disk = new TextDisk();
  const open = () => shelf.open(disk.open({ listKeys: true }), { entities: { Note: { retention: LOW } } });
  const first = await open();
  first.items.saveMany([
    { shelf: 'a', text: letters(100), retentionPriority: CRITICAL },
    { shelf: 'a', text: letters(100) },
    { shelf: 'b', text: letters(300) },
  ]);
  first.items.delete(first.items.save({ shelf: 'b', text: 'gone' }));
  first.data.repo('Note').save({ shelf: 'b' });
  await first.data.sync.push();
  await first.data.unload();
  const { data, items } = await open();
  const report = await data.storage();
  expect(report).toMatchObject({ entities: 4, evicted: 0, device: null, isPersistent: null });
  const entities = (uses: { [key: string]: { entities: number } }) =>
    Object.fromEntries(Object.entries(uses).map(([key, use]) => [key, use.entities]));
  expect(entities(report.byKey)).toEqual({ 'app.a': 2, 'app.b': 2 });
  expect(entities(report.byName)).toEqual({ Item: 3, Note: 1 });
  expect(entities(report.byPriority)).toEqual({ [CRITICAL]: 1, 2: 0, [MEDIUM]: 2, [LOW]: 1, 5: 0 });
  const sums = [report.byKey, report.byName].map((uses) =>
    Object.values(uses).reduce((sum, { bytes }) => sum + bytes, 0),
  );
  expect(sums).toEqual([report.bytes, report.bytes]);
  const blobs = ['app.a', 'app.b'].map((key) => disk.texts.get(key)?.length ?? 0);
  expect(report.bytes / ((blobs[0] ?? 0) + (blobs[1] ?? 0))).toBeGreaterThan(0.8);
  expect(items.peek('a.x')).toBe(undefined);
});

test('[RT11] in memory only, nothing stands on the device', async () => {
  const data = await DataOrchestrator.create({ prefix: 'app', environment: new TestEnvironment() });
  data.repo('Item').save({ text: 'x' });
  expect(await data.storage()).toMatchObject({ bytes: 0, entities: 0, byKey: {}, byName: {} });
  await data.unload();
  await expect(data.storage()).rejects.toMatchObject({ code: 'closed' });
});

test.each([
  [{ maxBytes: 0 }, 'quota.maxBytes must be a whole number from 1'],
  [{ share: 2 }, 'quota.share must be a share from 0 to 1'],
  [{ bytes: 5 }, 'quota.bytes: there is no option bytes; there are maxBytes, share'],
  [5, 'quota must be an object'],
])('[RT14] a quota of %j is refused with what to write instead', async (quota, message) => {
  await expect(DataOrchestrator.create({ prefix: 'app', quota: quota as never })).rejects.toThrow(message);
});

test('[RT14] a share where the device says nothing is told of once', async () => {
  const logged: string[] = [];
  const log = (_tag: string, message: string): void => void logged.push(message);
  const logger = { v: log, d: log, i: log, w: log, e: log };
  const { data, items } = await new Shelf().open(new TextDisk().open(), { quota: { share: 0.5 }, logger });
  items.save({ shelf: 's', text: 'x' });
  await data.sync.push();
  await data.sync.push();
  expect(logged.filter((line) => line.includes('quota.share'))).toHaveLength(1);
});
