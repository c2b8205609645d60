import { type DeviceStorage, RetentionPriority, TierSyncError } from 'tiersync';
import { expect, test } from 'vitest';
import { FaultyPersistence } from '../support/FaultyPersistence.ts';
import { TextDisk } from '../support/TextDisk.ts';
import { letters, Shelf } from './Shelf.ts';

const text = letters(850);
const noRoom = (): Error => Object.assign(new Error('no space'), { name: 'QuotaExceededError' });

/** A disk that takes so many characters and no more. */
class SmallDisk extends TextDisk {
  most = Number.POSITIVE_INFINITY;

  get size(): number {
    return [...this.texts.values()].reduce((sum, { length }) => sum + length, 0);
  }

  openSmall() {
    const persistence = this.open({ listKeys: true });
    return {
      ...persistence,
      storeData: async (key: string, data: object) => {
        const grown = JSON.stringify(data).length - (this.texts.get(key)?.length ?? 0);
        if (grown > 0 && this.size + grown > this.most) throw noRoom();
        await persistence.storeData(key, data as never);
      },
    };
  }
}

/** What a browser says, with an answer that the test decides. */
class FakeStorage implements DeviceStorage {
  usage = 0;
  asked = 0;
  isPersistent = false;
  readonly #answer: boolean;
  readonly #quota: number;

  constructor({ quota = 1_000_000, answer = true } = {}) {
    this.#quota = quota;
    this.#answer = answer;
  }

  async estimate() {
    return { usage: this.usage, quota: this.#quota };
  }

  async persisted() {
    return this.isPersistent;
  }

  async persist() {
    this.asked += 1;
    this.isPersistent = this.#answer;
    return this.#answer;
  }
}

test('[RT10] on a full disk what matters least makes room for what is edited, without anybody being told of a failure', async () => {
  const disk = new SmallDisk();
  const shelf = new Shelf();
  const { data, items, evicted } = await shelf.open(disk.openSmall());
  const ids = items.saveMany([1, 2, 3].map((n) => ({ shelf: `s${n}`, text })));
  await data.sync.push();
  const failures: unknown[] = [];
  data.events$.subscribe((event) => event.type === 'failed' && failures.push(event));
  disk.most = disk.size + 100;
  items.save({ shelf: 'new', text });
  await data.flush();
  expect(evicted).toEqual(ids);
  expect(failures).toEqual([]);
  expect(disk.read('app.new')).not.toBe(null);
});

test('[RT10] where no room can be made the edits stay in memory, it is said, and it goes on when there is room', async () => {
  const disk = new SmallDisk();
  const shelf = new Shelf();
  const { data, items, environment } = await shelf.open(disk.openSmall());
  const told: unknown[] = [];
  data.events$.subscribe((event) => {
    if (event.type === 'failed') told.push([event.during, (event.error as TierSyncError).code]);
  });
  const reasons: unknown[] = [];
  data.sync.reason$.subscribe((reason) => reasons.push(reason));
  await data.sync.push();
  disk.most = disk.size;
  const id = items.save({ shelf: 'new', text, retentionPriority: RetentionPriority.CRITICAL });
  await environment.advance(3_000);
  expect(told[0]).toEqual(['flush', 'quota-exceeded']);
  expect(items.peek(id)?.text).toBe(text);
  await expect(data.sync.push()).rejects.toMatchObject({ code: 'quota-exceeded' });
  await data.sync.start();
  await environment.advance(1);
  expect(reasons.at(-1)).toBe('quota');
  disk.most = Number.POSITIVE_INFINITY;
  await environment.advance(120_000);
  expect(disk.read('app.new')).not.toBe(null);
  expect(reasons.at(-1)).toBe(null);
  const other = await shelf.open(new TextDisk().open());
  expect((await other.items.get(id))?.text).toBe(text);
});

test('[RT10] a sync that finds no room for what others wrote makes some, and is tried again', async () => {
  const disk = new SmallDisk();
  const shelf = new Shelf();
  const { data, items, evicted, environment } = await shelf.open(disk.openSmall());
  const ids = items.saveMany([1, 2, 3].map((n) => ({ shelf: `s${n}`, text })));
  await data.sync.push();
  const other = await shelf.open(new TextDisk().open());
  const id = other.items.save({ shelf: 'theirs', text, retentionPriority: RetentionPriority.HIGH });
  await other.data.sync.push();
  disk.most = disk.size + 700;
  await expect(data.sync.pull()).rejects.toMatchObject({ code: 'quota-exceeded' });
  expect(evicted).toEqual(ids);
  await data.sync.start();
  await environment.advance(10_000);
  expect((await items.get(id))?.text).toBe(text);
});

test('[RT10] a full cloud takes nothing away on the device', async () => {
  const shelf = new Shelf();
  const { data, items, evicted } = await shelf.open(new TextDisk().open());
  items.saveMany([1, 2, 3].map((n) => ({ shelf: `s${n}`, text })));
  await data.sync.push();
  shelf.cloud.put = () => Promise.reject(new TierSyncError('quota-exceeded', 'the bucket is full'));
  items.save({ shelf: 'new', text });
  await expect(data.sync.push()).rejects.toMatchObject({ code: 'quota-exceeded' });
  expect(evicted).toEqual([]);
});

test('[RT10] a disk that says no while room is made keeps nobody from syncing', async () => {
  const shelf = new Shelf();
  const local = new FaultyPersistence(new TextDisk().open({ listKeys: true }));
  const { data, items, evicted } = await shelf.open(local, { quota: { maxBytes: 1_000 } });
  items.saveMany([1, 2, 3].map(() => ({ shelf: 's', text })));
  await data.flush();
  data.events$.subscribe(({ type }) => {
    if (type !== 'synced') return;
    local.faults.gate = ({ method, key }) =>
      method === 'storeData' && key !== 'app.$sync' ? Promise.reject(noRoom()) : undefined;
  });
  await data.sync.push();
  local.faults.gate = null;
  expect(evicted).toEqual([]);
  await data.sync.push();
  expect(evicted).toHaveLength(3);
});

test('[RT9] a share of what the device allows counts all that the app has stored, and what was freed once is not freed again', async () => {
  const device = new FakeStorage({ quota: 10_000 });
  const shelf = new Shelf();
  const environment = Object.assign(shelf.time, { storage: () => device });
  const { data, items, evicted } = await shelf.open(new TextDisk().open(), { quota: { share: 0.5 }, environment });
  const ids = items.saveMany([1, 2, 3, 4, 5, 6].map((n) => ({ shelf: `s${n}`, text })));
  device.usage = 4_900;
  await data.sync.push();
  expect(evicted).toEqual([]);
  device.usage = 6_000;
  await data.sync.pull();
  // Nine tenths of 5,000 bytes are to be left.
  expect(evicted).toEqual(ids.slice(0, 2));
  await data.sync.pull();
  expect(evicted).toHaveLength(2);
  items.save({ shelf: 'new', text });
  await data.sync.push();
  expect(evicted).toHaveLength(4);
});

test('[RT12] a device is asked to keep the data once there is some, and what it answers is told and can be asked for', async () => {
  for (const answer of [true, false]) {
    const device = new FakeStorage({ answer });
    const shelf = new Shelf();
    const environment = Object.assign(shelf.time, { storage: () => device });
    const disk = new TextDisk();
    const { data, items } = await shelf.open(disk.open(), { environment });
    const told: unknown[] = [];
    data.events$.subscribe((event) => event.type === 'persistence' && told.push(event.isPersistent));
    await data.flush();
    expect(device.asked).toBe(0);
    items.save({ shelf: 's', text: 'first' });
    await data.flush();
    await environment.advance(0);
    expect([device.asked, told]).toEqual([1, [answer]]);
    expect(await data.storage()).toMatchObject({ isPersistent: answer, device: { usage: 0, quota: 1_000_000 } });
    items.save({ shelf: 's', text: 'second' });
    await data.flush();
    await data.unload();
    const again = await shelf.open(disk.open(), { environment });
    again.items.save({ shelf: 's', text: 'third' });
    await again.data.flush();
    await environment.advance(0);
    expect(device.asked).toBe(answer ? 1 : 2);
  }
});

test('[RT12] without a local tier there is nothing to ask for', async () => {
  const device = new FakeStorage();
  const shelf = new Shelf();
  const environment = Object.assign(shelf.time, { storage: () => device });
  const { data, items } = await shelf.open(undefined as never, { environment });
  items.save({ shelf: 's', text: 'first' });
  await data.flush();
  await environment.advance(1_000);
  expect(device.asked).toBe(0);
  expect((await data.storage()).isPersistent).toBe(null);
});
