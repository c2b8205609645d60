import {
  DataOrchestrator,
  EntityKeyFieldStrategy,
  type IBucket,
  MemoryBucket,
  MemoryStore,
  type SyncOptions,
} from 'tiersync';
import { expect, test } from 'vitest';
import { CountingBucket } from '../support/CountingBucket.ts';
import { settle, TestEnvironment } from '../support/TestEnvironment.ts';

interface Item {
  readonly project: number;
  readonly text: string;
  readonly more?: string;
}

const keys = 20;
const perKey = 100;
/** About 300 bytes as they are stored, as in `bench/bucket.mjs`. */
const itemAt = (i: number): Item => ({ project: i % keys, text: `${i}`.padEnd(180, 'text ') });

let seed = 100;

/** What it asks of the bucket begins to be counted when it is opened. */
async function openDevice(cloud: IBucket, sync: SyncOptions = {}) {
  const bucket = new CountingBucket(cloud);
  const environment = new TestEnvironment({ seed: seed++ });
  const strategy = new EntityKeyFieldStrategy('project');
  const options = { prefix: 'app', local: new MemoryStore(), cloud: bucket, strategy, environment, sync };
  const data = await DataOrchestrator.create(options);
  return { data, bucket, environment, items: data.repo<Item>('Item') };
}

type Device = Awaited<ReturnType<typeof openDevice>>;

/** A cloud with everything in its checkpoint, as another device left it. */
async function filledCloud(): Promise<{ cloud: MemoryBucket; writer: Device; ids: readonly string[] }> {
  const cloud = new MemoryBucket();
  const writer = await openDevice(cloud);
  const ids = writer.items.saveMany(Array.from({ length: keys * perKey }, (_, i) => itemAt(i)));
  await writer.data.flush('cloud');
  return { cloud, writer, ids };
}

async function inStep(cloud: IBucket): Promise<Device> {
  const device = await openDevice(cloud);
  await device.data.sync.ready();
  await device.data.sync.pull();
  return device;
}

/** Answers after a turn, as everything does that is not in the same memory. */
class DistantBucket extends CountingBucket {
  answered = 0;

  override async get(...args: Parameters<IBucket['get']>): ReturnType<IBucket['get']> {
    const found = await super.get(...args);
    await settle();
    this.answered++;
    return found;
  }
}

async function edit({ items }: Device, ids: readonly string[]): Promise<void> {
  for (const id of ids) await items.update(id, { text: 'another text', more: 'x'.repeat(200) });
}

test('[LK80] an idle look is one request without a body', async () => {
  const { cloud } = await filledCloud();
  const device = await inStep(cloud);
  device.bucket.reset();
  await device.data.sync.pull();
  expect(device.bucket.requests).toEqual({ get: 1, put: 0, delete: 0, list: 0 });
  expect([device.bucket.bytesReceived, device.bucket.bytesSent]).toEqual([0, 0]);
});

test.each([
  { changed: 1, requests: 2, bytes: 8192 },
  { changed: 100, requests: 3, bytes: 102_400 },
])(
  '[LK81] $changed changed of many entities take at most $requests requests and $bytes bytes each way',
  async ({ changed, requests, bytes }) => {
    const { cloud, writer, ids } = await filledCloud();
    const reader = await inStep(cloud);
    for (const { bucket } of [writer, reader]) bucket.reset();
    await edit(writer, ids.slice(0, changed));
    await writer.data.flush('cloud');
    await reader.data.sync.pull();
    expect(await reader.items.count({ where: { text: 'another text' } })).toBe(changed);
    for (const { bucket } of [writer, reader]) {
      expect(bucket.total).toBeLessThanOrEqual(requests);
      expect(bucket.bytesSent + bucket.bytesReceived).toBeLessThanOrEqual(bytes);
    }
  },
);

const firstReads: ReadonlyArray<readonly [string, (device: Device, id: string) => Promise<number>]> = [
  ['by its id', async ({ items }, id) => Number((await items.get(id)) !== null)],
  ['by ids', async ({ items }, id) => (await items.getAll({ ids: [id] })).length],
  ['by a filter of the strategy', async ({ items }) => (await items.getAll({ project: 7 })).length / perKey],
  [
    'by observing it',
    ({ items }, id) => new Promise((seen) => items.observe(id).subscribe((found) => seen(Number(found !== null)))),
  ],
  [
    'by observing a filter of the strategy',
    ({ items }) =>
      new Promise((seen) => items.observeAll({ project: 7 }).subscribe((all) => seen(all.length / perKey))),
  ],
];

test.each(firstReads)('[LK82] a fresh device has what is read first after three requests, %s', async (_, read) => {
  const { cloud, ids } = await filledCloud();
  const distant = new DistantBucket(cloud);
  expect(await read(await openDevice(distant), ids[7] as string)).toBe(1);
  expect(distant.answered).toBeLessThanOrEqual(3);
});

test('[LK83] a fresh device has everything after one request a key and three more', async () => {
  const { cloud } = await filledCloud();
  const device = await openDevice(cloud);
  await device.data.sync.ready();
  expect(await device.items.count()).toBe(keys * perKey);
  expect(device.bucket.total).toBeLessThanOrEqual(keys + 3);
});

test('[LK84] a first upload does not read again what it has sent', async () => {
  const { writer } = await filledCloud();
  expect(writer.bucket.total).toBeLessThanOrEqual(keys + 16);
  expect(writer.bucket.bytesReceived).toBeLessThan(1024);
});

test('[LK85] a checkpoint sends nobody to whole keys who had seen everything until a moment before', async () => {
  const { cloud, writer, ids } = await filledCloud();
  const reader = await inStep(cloud);
  let largest = 0;
  for (let i = 0; i < 300; i++) {
    await edit(writer, [ids[i] as string]);
    await writer.data.flush('cloud');
    reader.bucket.reset();
    await reader.data.sync.pull();
    expect(reader.bucket.total).toBe(1);
    largest = Math.max(largest, reader.bucket.bytesReceived);
  }
  expect(largest).toBeLessThanOrEqual(65_536 + 1024);
});

test('[LK85] nor does it where each commit is so large that it stands in an object of its own', async () => {
  const { cloud, writer, ids } = await filledCloud();
  const reader = await inStep(cloud);
  for (let i = 0; i < 8; i++) {
    await edit(writer, ids.slice(i * 120, (i + 1) * 120));
    await writer.data.flush('cloud');
    reader.bucket.reset();
    await reader.data.sync.pull();
    expect(reader.bucket.total).toBeLessThanOrEqual(2);
  }
  expect(await reader.items.count({ where: { text: 'another text' } })).toBe(960);
});

test('[LK86] a device that was away for long reads of a key in pages what differs, with edits of its own that wait', async () => {
  const cloud = new MemoryBucket();
  const sync: SyncOptions = { autoStart: false, bucket: { tailCommits: 2, pageRecords: 100 } };
  const writer = await openDevice(cloud, sync);
  const ids = writer.items.saveMany(Array.from({ length: 2_000 }, () => itemAt(7)));
  await writer.data.flush('cloud');
  await writer.data.sync.push();
  const reader = await openDevice(cloud, sync);
  await reader.data.sync.pull();
  expect(await reader.items.count()).toBe(2_000);
  const whole = reader.bucket.bytesReceived;
  for (let i = 0; i < 6; i++) {
    await edit(writer, [ids[i % 2] as string]);
    await writer.data.flush('cloud');
  }
  await edit(reader, ids.slice(100, 200));
  reader.bucket.reset();
  await reader.data.sync.pull();
  expect(reader.bucket.total).toBeLessThanOrEqual(6);
  expect(reader.bucket.bytesReceived).toBeLessThan(whole / 8);
  expect(await reader.items.count({ where: { text: 'another text' } })).toBe(102);
  const conflicts: number[] = [];
  reader.data.sync.conflicts$.subscribe((list) => conflicts.push(list.length));
  expect(conflicts).toEqual([0]);
  await reader.data.flush('cloud');
  await writer.data.sync.pull();
  expect(await writer.items.count({ where: { text: 'another text' } })).toBe(102);
});
