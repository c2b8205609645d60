import { gzipSync } from 'node:zlib';
import { MemoryBucket, MemoryStore } from 'tiersync';
import { compressed } from 'tiersync/adapters/compressed';
import { describe, expect, test, vi } from 'vitest';
import { framed } from '../../src/blob/frame.ts';
import { numberedBlob } from '../../src/testing/sampleBlob.ts';
import { bytesOf, read, textOf } from './support.ts';

const packed = (bytes: Uint8Array): Uint8Array => framed('compressed', 1, Uint8Array.of(1), bytes);
/** Text that packs well, but not as well as a bomb. */
const records = (count: number): Uint8Array =>
  bytesOf(Array.from({ length: count }, (_, i) => `{"id":"${i * 7919}","label":"record ${i * i}"}`).join());

test('[WR40] what packs well is packed, under a line that says so, and comes back', async () => {
  const store = new MemoryBucket();
  const bucket = compressed(store);
  await bucket.put('a', records(1000));
  const { bytes } = await read(store, 'a');
  expect(textOf(bytes.subarray(0, 22))).toBe('tiersync-compressed 1\n');
  expect(bytes.length).toBeLessThan(records(1000).length / 2);
  expect((await read(bucket, 'a')).bytes).toEqual(records(1000));
});

test('[WR40] what is small, or does not pack, stays as it is', async () => {
  const store = new MemoryBucket();
  const noise = crypto.getRandomValues(new Uint8Array(20_000));
  await compressed(store).put('noise', noise);
  await compressed(store).put('small', bytesOf('a'.repeat(1023)));
  await compressed(store, { minBytes: 100 }).put('less small', bytesOf('ab'.repeat(100)));
  expect((await read(store, 'noise')).bytes).toEqual(noise);
  expect((await read(store, 'small')).bytes).toHaveLength(1023);
  expect((await read(store, 'less small')).bytes.length).toBeLessThan(100);
});

test('[WR41] what was put without the wrapper is read as it is', async () => {
  const store = new MemoryBucket();
  const persistence = new MemoryStore();
  await store.put('a', records(1000));
  await persistence.storeData('a', numberedBlob(1, 1000));
  expect((await read(compressed(store), 'a')).bytes).toEqual(records(1000));
  expect(await compressed(persistence).loadData('a')).toEqual(numberedBlob(1, 1000));
});

test('[WR41] bytes that look as if they were packed come back as they were put', async () => {
  const bucket = compressed(new MemoryBucket());
  for (const odd of [packed(bytesOf('x')), bytesOf('tiersync-compressed 9\n'), packed(gzipSync(records(3)))]) {
    await bucket.put('a', odd);
    expect((await read(bucket, 'a')).bytes).toEqual(odd);
  }
});

test('[WR42] what would be taken for a bomb is not packed, so that all that is put can be read', async () => {
  const store = new MemoryBucket();
  const zeros = new Uint8Array(1_000_000);
  await compressed(store).put('zeros', zeros);
  expect((await read(store, 'zeros')).bytes).toEqual(zeros);
  const small = compressed(store, { maxBytes: 10_000 });
  await small.put('large', records(1000));
  expect((await read(store, 'large')).bytes).toEqual(records(1000));
  expect((await read(small, 'large')).bytes).toEqual(records(1000));
});

describe('a bomb', () => {
  const table = [
    ['grows beyond 50 times its size', new Uint8Array(4_000_000), undefined],
    ['grows beyond maxBytes', records(2000), { maxBytes: 50_000 }],
    ['grows beyond maxRatio', records(2000), { maxRatio: 2 }],
  ] as const;
  test.each(table)('[WR42] that %s is corrupt, and nothing is removed', async (_, content, options) => {
    const store = new MemoryBucket();
    await store.put('a', packed(gzipSync(content)));
    await expect(compressed(store, options).get('a')).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringContaining('unpacks to more than'),
    });
    expect(await store.get('a')).not.toBeNull();
  });

  test('[WR42] is noticed while it is unpacked, not afterwards', async () => {
    const store = new MemoryBucket();
    // 500 MB in half a megabyte.
    const bomb = gzipSync(Buffer.alloc(500_000_000), { level: 1 });
    await store.put('a', packed(bomb));
    let unpacked = 0;
    const readable = vi.spyOn(ReadableStreamDefaultReader.prototype, 'read');
    const original = readable.getMockImplementation();
    expect(original).toBeUndefined();
    await expect(compressed(store).get('a')).rejects.toMatchObject({ code: 'corrupt' });
    for (const { value } of readable.mock.settledResults)
      unpacked += (value as { value?: Uint8Array }).value?.length ?? 0;
    readable.mockRestore();
    const most = Math.min(64 * 1024 * 1024, bomb.length * 50);
    expect(unpacked).toBeGreaterThan(most);
    expect(unpacked).toBeLessThan(most + 1_000_000);
  }, 60_000);
});

test('[WR43] what is packed and damaged is corrupt, wherever it was cut or changed', async () => {
  const store = new MemoryBucket();
  const bucket = compressed(store);
  await bucket.put('a', records(100));
  const { bytes } = await read(store, 'a');
  const damages = Array.from({ length: bytes.length - 23 }, (_, i) => bytes.slice(0, 23 + i));
  for (let at = 34; at < bytes.length; at += 5) damages.push(bytes.map((byte, i) => (i === at ? byte ^ 0x10 : byte)));
  damages.push(bytes.map((byte, i) => (i === 22 ? 7 : byte)));
  for (const damaged of damages) {
    await store.put('a', damaged);
    await expect(bucket.get('a')).rejects.toMatchObject({ code: 'corrupt' });
  }
  expect(damages.length).toBeGreaterThan(500);
});

test('[WR43] a later format is upgrade-needed', async () => {
  const store = new MemoryBucket();
  await store.put('a', framed('compressed', 2, bytesOf('x')));
  await expect(compressed(store).get('a')).rejects.toMatchObject({ code: 'upgrade-needed' });
});

test('[WR44] limits that are none are a TypeError', () => {
  for (const wrong of [{ minBytes: 0 }, { maxBytes: Number.NaN }, { maxRatio: -1 }]) {
    expect(() => compressed(new MemoryBucket(), wrong)).toThrow(TypeError);
  }
});
