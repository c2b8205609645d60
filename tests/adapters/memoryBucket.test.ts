import { expect, test } from 'vitest';
import { MemoryBucket } from '../../src/adapters/MemoryBucket.ts';
import { collect } from '../../src/testing/check.ts';
import { bucketContract } from '../../src/testing/index.ts';

bucketContract(test, { name: 'MemoryBucket', open: () => new MemoryBucket(), capabilities: { close: true } });

test('[AD28] MemoryBucket: lists names in order', async () => {
  const bucket = new MemoryBucket();
  for (const name of ['b', 'a', 'c']) await bucket.put(name, new Uint8Array(1));
  expect((await collect(bucket.list(''))).map((entry) => entry.name)).toEqual(['a', 'b', 'c']);
});

test('[AD33] MemoryBucket: an empty name is a misuse', async () => {
  await expect(new MemoryBucket().get('')).rejects.toBeInstanceOf(TypeError);
});
