import { RetentionPriority } from 'tiersync';
import { expect, test } from 'vitest';
import { TextDisk } from '../support/TextDisk.ts';
import { letters, Shelf } from './Shelf.ts';

const text = letters(850);
const quota = { maxBytes: 1_000 };

/** A device on which three records, of one key, are in the cloud only; and another that has all of them. */
async function away() {
  const shelf = new Shelf();
  const disk = new TextDisk();
  const open = (options = {}) => shelf.open(disk.open({ listKeys: true }), { quota, ...options });
  const first = await open();
  const ids = first.items.saveMany([1, 2, 3].map((n) => ({ shelf: 's', text: `${n} ${text}` }))) as [
    string,
    string,
    string,
  ];
  await first.data.sync.push();
  expect(first.evicted).toHaveLength(3);
  await first.data.unload();
  const other = await shelf.open(new TextDisk().open());
  await other.items.getAll();
  const stubs = () =>
    Object((disk.read('app.s')?.$ as { evicted?: { Item: object } } | undefined)?.evicted?.Item) as object;
  return { open, ids, other, disk, stubs };
}

test('[RT3] in memory what was taken away on the device stays until the app is unloaded', async () => {
  const shelf = new Shelf();
  const { data, items, evicted } = await shelf.open(new TextDisk().open(), { quota });
  const seen: number[] = [];
  items.observeAll().subscribe((all) => seen.push(all.length));
  const ids = items.saveMany([1, 2, 3].map(() => ({ shelf: 's', text })));
  await data.sync.push();
  expect([...evicted].sort()).toEqual([...ids].sort());
  expect(ids.map((id) => items.peek(id)?.text)).toEqual([text, text, text]);
  expect(seen).toEqual([3]);
});

test('[RT5] what is saved over it unseen is an edit of it: no conflict, and all devices get it', async () => {
  const { open, ids, other, stubs } = await away();
  const { data, items, evicted } = await open();
  items.save({ id: ids[0], shelf: 's', text: 'new' } as never);
  expect(items.peek(ids[0])?.text).toBe('new');
  await data.flush();
  expect(Object.keys(stubs())).toHaveLength(2);
  await data.sync.push();
  await other.data.sync.pull();
  expect((await other.items.get(ids[0]))?.text).toBe('new');
  expect((await items.getAll()).map((item) => item.text.slice(0, 3)).sort()).toEqual(['2 x', '3 x', 'new']);
  await data.sync.forceSync();
  const conflicts: unknown[] = [];
  data.sync.conflicts$.subscribe((all) => conflicts.push(...all));
  expect(conflicts).toEqual([]);
  expect(evicted.length).toBeGreaterThan(0);
});

test('[RT5] an edit of what was taken away, and read, keeps what it was made of', async () => {
  const { open, ids, other } = await away();
  const { data, items } = await open();
  expect(await items.update(ids[0], { text: 'mine' })).toMatchObject({ text: 'mine', shelf: 's', version: 2 });
  await data.sync.push();
  await other.data.sync.pull();
  expect(await other.items.get(ids[0])).toMatchObject({ text: 'mine', shelf: 's', version: 2 });
});

test('[RT5] what is deleted unseen is deleted everywhere', async () => {
  const { open, ids, other, stubs } = await away();
  const { data, items } = await open();
  items.delete(ids[0]);
  await data.flush();
  expect(Object.keys(stubs())).toHaveLength(2);
  await data.sync.push();
  await other.data.sync.pull();
  expect(await other.items.get(ids[0])).toBe(null);
  expect(await items.count()).toBe(2);
});

test('[RT5] what is cleared unseen is cleared everywhere', async () => {
  const { open, other, stubs } = await away();
  const { data, items } = await open();
  items.clear();
  await data.flush();
  expect(stubs()).toEqual({});
  await data.sync.push();
  await other.data.sync.pull();
  expect(await other.items.getAll()).toEqual([]);
  expect(await items.getAll()).toEqual([]);
});

test('[RT6] a later version or a deletion by others takes its place', async () => {
  const { open, ids, other, stubs } = await away();
  const { data, items } = await open();
  await other.items.update(ids[0], { text: 'theirs' });
  other.items.delete(ids[1]);
  await other.data.sync.push();
  await data.sync.pull();
  expect(Object.keys(stubs())).toEqual([ids[2]]);
  expect((await items.get(ids[0]))?.text).toBe('theirs');
  expect(await items.get(ids[1])).toBe(null);
  expect((await items.get(ids[2]))?.text).toContain('3 ');
});

test('[RT6] what others edited too is a conflict with the full versions, however it was taken away', async () => {
  const { open, ids, other } = await away();
  const { data, items, environment } = await open();
  await environment.advance(1_000);
  await other.items.update(ids[0], { text: 'theirs' });
  await other.data.sync.push();
  items.save({ id: ids[0], shelf: 's', text: 'mine' } as never);
  await data.sync.push();
  const texts: unknown[] = [];
  data.sync.conflicts$.subscribe((all) =>
    texts.push(...all.map(({ local, remote }) => [local?.['text'], remote?.['text']])),
  );
  expect(texts).toEqual([['mine', 'theirs']]);
  await other.data.sync.pull();
  expect((await other.items.get(ids[0]))?.text).toBe((await items.get(ids[0]))?.text);
});

test('[RT7] with the cloud down, and without one, a read answers with what is here and says that it is not all', async () => {
  const { open, ids } = await away();
  const { data, items, problems, environment } = await open();
  items.save({ shelf: 's', text: 'here', retentionPriority: RetentionPriority.CRITICAL });
  await data.flush();
  data.sync.goOffline();
  expect((await items.getAll()).map((item) => item.text)).toEqual(['here']);
  expect(problems).toEqual(['incomplete']);
  expect(await items.get(ids[0])).toBe(null);
  expect(items.peek(ids[0])).toBe(undefined);
  expect(problems).toEqual(['incomplete', 'incomplete']);
  data.sync.goOnline();
  expect(await items.count()).toBe(4);
  await environment.advance(0);
  await data.unload();
  const alone = await open({ cloud: undefined });
  expect((await alone.items.getAll()).map((item) => item.text)).toEqual(['here']);
  expect(alone.problems).toEqual(['incomplete']);
});

test('[RT7] what a cloud does not have that was taken away with another stays known, and is not deleted anywhere', async () => {
  const { open, ids, stubs } = await away();
  const { MemoryBucket } = await import('tiersync');
  const { data, items, problems } = await open({
    cloud: new MemoryBucket(),
    sync: { autoStart: false, startOver: true },
  });
  await data.sync.forceSync();
  expect(Object.keys(stubs()).sort()).toEqual([...ids].sort());
  expect(await items.getAll()).toEqual([]);
  expect(problems).toEqual(['incomplete']);
  await data.unload();
  const back = await open({ sync: { autoStart: false, startOver: true } });
  await back.data.sync.pull();
  expect(await back.items.count()).toBe(3);
});
