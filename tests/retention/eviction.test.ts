import { firstValueFrom } from 'rxjs';
import { MemoryBucket, RetentionPriority } from 'tiersync';
import { describe, expect, test } from 'vitest';
import { CountingBucket } from '../support/CountingBucket.ts';
import { TextDisk } from '../support/TextDisk.ts';
import { media, mediumOfSqlite } from './media.ts';
import { type Item, type Local, letters, Shelf } from './Shelf.ts';

const { CRITICAL, HIGH, MEDIUM, LOW, TEMPORARY } = RetentionPriority;

/** A record is about 1,000 bytes long. */
const text = letters(850);
const priorities = [CRITICAL, HIGH, undefined, LOW, TEMPORARY, MEDIUM] as const;

/** Thirty records of all priorities in three keys, one second after the other. */
async function fill(shelf: Shelf, local: Local, maxBytes: number) {
  const device = await shelf.open(local, { quota: { maxBytes } });
  const saved: { id: string; priority: number; at: number }[] = [];
  for (let at = 0; at < 30; at++) {
    const retentionPriority = priorities[(at * 7) % 6];
    const id = device.items.save({
      shelf: `s${at % 3}`,
      text: `${at} ${text}`,
      ...(retentionPriority !== undefined && { retentionPriority }),
    });
    saved.push({ id, priority: retentionPriority ?? MEDIUM, at });
    await device.environment.advance(1_000);
  }
  const order = saved
    .filter(({ priority }) => priority !== CRITICAL)
    .sort((a, b) => b.priority - a.priority || a.at - b.at)
    .map(({ id }) => id);
  return { ...device, order };
}

const tests = (medium: () => () => Local): void => {
  test('[RT1] over the quota what matters least goes first, then what is oldest, and no more than has to', async () => {
    const { data, evicted, order } = await fill(new Shelf(), medium()(), 20_000);
    expect(evicted).toEqual([]);
    await data.sync.push();
    expect(evicted.length).toBeGreaterThan(8);
    expect(evicted).toEqual(order.slice(0, evicted.length));
    const { bytes, entities } = await data.storage();
    expect(entities).toBe(30 - evicted.length);
    expect(bytes).toBeLessThanOrEqual(18_000);
    expect(bytes).toBeGreaterThan(18_000 - 1_100);
  });

  test('[RT3] what was taken away comes back when it is read, one by one or all together', async () => {
    const shelf = new Shelf();
    const open = medium();
    const first = await fill(shelf, open(), 6_000);
    await first.data.sync.push();
    expect(first.evicted).toEqual(first.order);
    await first.data.unload();
    const quota = { maxBytes: 6_000 };
    const { data, items, problems } = await shelf.open(open(), { quota });
    const [id] = first.order as [string];
    expect(items.peek(id)).toBe(undefined);
    expect((await items.get(id))?.text).toContain(text);
    expect(await items.getAll()).toHaveLength(30);
    expect(await items.count()).toBe(30);
    expect(problems).toEqual([]);
    await data.unload();
    const again = await shelf.open(open(), { quota });
    expect(await firstValueFrom(again.items.observeAll())).toHaveLength(30);
  });
};

describe.each(Object.entries(media))('over %s', (_, medium) => tests(medium));

describe.skipIf(mediumOfSqlite === undefined)('over SQLite, which this Node has or has not', () => {
  tests(mediumOfSqlite as () => () => Local);
});

test('[RT1] what an entity says of its worth goes before what is said for its name', async () => {
  const device = await new Shelf().open(new TextDisk().open(), {
    quota: { maxBytes: 2_500 },
    entities: { Item: { retention: TEMPORARY } },
  });
  const ids = [HIGH, undefined, LOW].map((retentionPriority) =>
    device.items.save({ shelf: 's', text, ...(retentionPriority && { retentionPriority }) }),
  );
  await device.data.sync.push();
  expect(device.evicted).toEqual([ids[1]]);
});

test('[RT1] of a key in pages, too, only that goes, and comes back', async () => {
  const shelf = new Shelf();
  const disk = new TextDisk();
  const quota = { maxBytes: 200_000 };
  const { data, items, evicted } = await shelf.open(disk.open({ listKeys: true }), { quota });
  const ids = items.saveMany(
    Array.from({ length: 400 }, (_, n) => ({ shelf: 's', text, retentionPriority: n % 2 === 0 ? LOW : CRITICAL })),
  );
  await data.sync.push();
  expect([...disk.texts.keys()].some((key) => key.includes('$page/'))).toBe(true);
  const low = ids.filter((_, n) => n % 2 === 0);
  expect([...evicted].sort()).toEqual([...low].sort());
  await data.unload();
  const again = await shelf.open(disk.open({ listKeys: true }), { quota });
  expect(await again.items.getAll()).toHaveLength(400);
  again.items.delete(low[0] as string);
  await again.data.sync.push();
  expect((await again.data.storage()).evicted).toBe(199);
});

test('[RT2] what no cloud has confirmed stays, and what is critical, and what is not to be synced', async () => {
  const shelf = new Shelf();
  const entities = { Private: { sync: false, retention: TEMPORARY } };
  const { data, items, evicted } = await shelf.open(new TextDisk().open(), { quota: { maxBytes: 1_000 }, entities });
  const worthless = { shelf: 's', text, retentionPriority: TEMPORARY };
  data.repo<Item>('Private').save(worthless);
  items.save({ ...worthless, retentionPriority: CRITICAL });
  const sent = items.save(worthless);
  await data.sync.push();
  expect(evicted).toEqual([sent]);
  const edited = items.save(worthless);
  await data.flush();
  await data.sync.pull();
  expect(evicted).toEqual([sent]);
  expect((await data.storage()).entities).toBe(3);
  await data.sync.push();
  expect(evicted).toEqual([sent, edited]);
});

test('[RT2] an edit that comes while room is made stays, and is sent', async () => {
  const shelf = new Shelf();
  const medium = new TextDisk().open({ listKeys: true, exclusive: true });
  const { data, items } = await shelf.open(medium, { quota: { maxBytes: 1_000 } });
  const [id] = items.saveMany([1, 2, 3].map(() => ({ shelf: 's', text }))) as [string];
  const pushing = data.sync.push();
  const stop = data.events$.subscribe(({ type }) => {
    if (type !== 'synced') return;
    stop.unsubscribe();
    void items.update(id, { text: 'edited' });
    void data.flush();
  });
  await pushing;
  await data.sync.push();
  const other = await shelf.open(new TextDisk().open());
  expect((await other.items.get(id))?.text).toBe('edited');
});

test.each([
  ['without a cloud', { cloud: undefined }],
  ['with one that is only sent to', { sync: { autoStart: false, direction: 'push' } }],
] as const)('[RT2] %s nothing is taken away', async (_, options) => {
  const { data, items, evicted } = await new Shelf().open(new TextDisk().open(), {
    quota: { maxBytes: 1_000 },
    ...(options as object),
  });
  items.saveMany([1, 2, 3].map(() => ({ shelf: 's', text })));
  await data.flush();
  if (!('cloud' in options)) await data.sync.push();
  expect(evicted).toEqual([]);
  expect((await data.storage()).entities).toBe(3);
});

test('[RT2] another cloud is asked first whether it has it', async () => {
  const shelf = new Shelf();
  const { data, items, evicted } = await shelf.open(new TextDisk().open(), { quota: { maxBytes: 1_000 } });
  const id = items.save({ shelf: 's', text: 'small' });
  await data.sync.push();
  const cloud = new MemoryBucket();
  await data.setCloud(cloud, { autoStart: false, startOver: true });
  items.saveMany([1, 2, 3].map(() => ({ shelf: 'other', text, retentionPriority: CRITICAL })));
  await data.flush();
  expect(evicted).toEqual([]);
  await data.sync.push();
  expect(evicted).toEqual([id]);
  const other = await shelf.open(new TextDisk().open(), { cloud });
  expect((await other.items.get(id))?.text).toBe('small');
});

test('[RT4] what was taken away is deleted nowhere, and to the cloud the device holds what it held', async () => {
  const shelf = new Shelf();
  const disk = new TextDisk();
  const first = await fill(shelf, disk.open({ listKeys: true }), 5_000);
  await first.data.sync.push();
  await first.data.unload();
  const cloud = new CountingBucket(shelf.cloud);
  const { data, items } = await shelf.open(disk.open({ listKeys: true }), { cloud, quota: { maxBytes: 5_000 } });
  await data.sync.pull();
  cloud.reset();
  await data.sync.forceSync();
  expect(cloud.requests).toEqual({ get: 1, put: 0, delete: 0, list: 0 });
  const other = await shelf.open(new TextDisk().open());
  expect(await other.items.getAll()).toHaveLength(30);
  expect(await items.count()).toBe(30);
});
