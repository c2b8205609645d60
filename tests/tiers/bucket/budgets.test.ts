import { MemoryBucket } from 'tiersync';
import { afterAll, expect, test } from 'vitest';
import type { Cursor } from '../../../src/interfaces/ISharedTier.ts';
import { type Peer, peerOn, push, task } from './support.ts';

const fields = { title: 'x'.repeat(150), note: 'y'.repeat(40) };
const figures: string[] = [];

interface Pair {
  readonly writer: Peer;
  readonly reader: Peer;
  readonly cursor: Cursor;
}

/** 10,000 entities of about 300 bytes in 50 keys, just folded, and two devices that know them. */
async function synced(): Promise<Pair> {
  const inner = new MemoryBucket();
  const writer = peerOn(inner);
  const reader = peerOn(inner);
  await push(writer.tier, ...Array.from({ length: 10_000 }, (_, n) => task(`k${n % 50}.${n}`, 1, fields)));
  await writer.tier.maintain();
  const { cursor } = await writer.tier.changesSince(null);
  await reader.tier.changesSince(null);
  writer.bucket.reset();
  reader.bucket.reset();
  return { writer, reader, cursor: cursor as Cursor };
}

function note(what: string, { bucket }: Peer): void {
  figures.push(`${what}: ${bucket.total} requests, ${bucket.bytesSent} bytes sent, ${bucket.bytesReceived} received`);
}

const update = async ({ writer, cursor }: Pair, count: number): Promise<void> => {
  const { cursor: latest } = await writer.tier.changesSince(cursor);
  const changes = Array.from({ length: count }, (_, n) => task(`k${n % 50}.${n}`, 2, fields));
  expect(await writer.tier.commit(changes, latest)).not.toBe('stale');
  await writer.tier.maintain();
};

test('[SB25] an idle look is one request without a body', async () => {
  const { reader, cursor } = await synced();
  expect((await reader.tier.changesSince(cursor)).changes).toEqual([]);
  await reader.tier.maintain();
  note('idle look', reader);
  expect([reader.bucket.total, reader.bucket.bytesReceived, reader.bucket.bytesSent]).toEqual([1, 0, 0]);
});

test('[SB25] one changed entity takes at most 2 requests and 8 KB each way, however large the data', async () => {
  const pair = await synced();
  const { writer, reader, cursor } = pair;
  await update(pair, 1);
  note('one changed entity, pushed', writer);
  expect(writer.bucket.total).toBeLessThanOrEqual(2);
  expect(writer.bucket.bytesSent + writer.bucket.bytesReceived).toBeLessThanOrEqual(8192);
  expect((await reader.tier.changesSince(cursor)).changes).toHaveLength(1);
  note('one changed entity, pulled', reader);
  expect(reader.bucket.total).toBeLessThanOrEqual(2);
  expect(reader.bucket.bytesSent + reader.bucket.bytesReceived).toBeLessThanOrEqual(8192);
});

test('[SB25] a hundred changed entities of 300 bytes take at most 3 requests and 100 KB each way', async () => {
  const pair = await synced();
  const { writer, reader, cursor } = pair;
  await update(pair, 100);
  note('100 changed entities, pushed', writer);
  expect(writer.bucket.total).toBeLessThanOrEqual(3);
  expect(writer.bucket.bytesSent + writer.bucket.bytesReceived).toBeLessThanOrEqual(102_400);
  expect((await reader.tier.changesSince(cursor)).changes).toHaveLength(100);
  note('100 changed entities, pulled', reader);
  expect(reader.bucket.total).toBeLessThanOrEqual(3);
  expect(reader.bucket.bytesSent + reader.bucket.bytesReceived).toBeLessThanOrEqual(102_400);
});

test('[SB25] no head is larger than the tail may be, whatever is committed', async () => {
  const { writer } = await synced();
  let largest = 0;
  for (let n = 0; n < 300; n++) {
    writer.bucket.reset();
    const { cursor } = await writer.tier.changesSince(null);
    await writer.tier.commit([task(`k1.${n}`, 3, { title: 'x'.repeat((n * 97) % 3000) })], cursor);
    largest = Math.max(largest, writer.bucket.bytesSent);
    await writer.tier.maintain();
  }
  figures.push(`largest commit of one entity among 300: ${largest} bytes`);
  expect(largest).toBeLessThan(65_536 + 4096);
});

afterAll(() => console.log(figures.join('\n')));
