import { MemoryBucket } from 'tiersync';
import { encrypted } from 'tiersync/adapters/encrypted';
import { afterEach, expect, test, vi } from 'vitest';
import { bytesOf, key, read } from './support.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const hexOf = (bytes: unknown): string => Buffer.from(bytes as Uint8Array).toString('hex');

test('[WR10] 100,000 writes, and no nonce twice', async () => {
  const nonces = new Set<string>();
  let writes = 0;
  const encrypt = crypto.subtle.encrypt.bind(crypto.subtle);
  vi.spyOn(crypto.subtle, 'encrypt').mockImplementation((how, ...rest) => {
    writes++;
    nonces.add(hexOf((how as AesGcmParams).iv));
    return encrypt(how, ...rest);
  });
  const bucket = encrypted(new MemoryBucket(), { key });
  for (let batch = 0; batch < 100; batch++) {
    await Promise.all(Array.from({ length: 1000 }, (_, number) => bucket.put(`app/${number}`, bytesOf('x'))));
  }
  // One more than there are objects: the keys themselves.
  expect(writes).toBe(100_001);
  expect(nonces.size).toBe(100_001);
  expect([...nonces].every((nonce) => nonce.length === 24)).toBe(true);
}, 120_000);

test('[WR10] keys and nonces come from the platform, and no other chance has a say', async () => {
  const drawn: string[] = [];
  const draw = crypto.getRandomValues.bind(crypto);
  vi.spyOn(crypto, 'getRandomValues').mockImplementation((into) => {
    const bytes = draw(into as Uint8Array<ArrayBuffer>);
    drawn.push(hexOf(bytes));
    return bytes as typeof into;
  });
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  const outer = new MemoryBucket();
  const bucket = encrypted(outer, { key });
  await bucket.put('a', bytesOf('the same'));
  const first = await read(outer, 'a');
  await bucket.put('a', bytesOf('the same'));
  const second = await read(outer, 'a');
  expect(hexOf(first.bytes)).not.toBe(hexOf(second.bytes));
  // A key and its id, and a nonce for the keys and for each write.
  expect(drawn.map((hex) => hex.length / 2).sort((a, b) => a - b)).toEqual([8, 12, 12, 12, 32]);
  expect(new Set(drawn).size).toBe(5);
  expect(drawn.filter((nonce) => hexOf(second.bytes).includes(nonce))).toHaveLength(2);
});

test('[WR11] without crypto.subtle encryption is refused at once, and the error says why', () => {
  vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues });
  expect(() => encrypted(new MemoryBucket(), { key })).toThrow(
    expect.objectContaining({ code: 'unavailable', message: expect.stringContaining('https') }),
  );
});
