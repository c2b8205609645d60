import { MemoryBucket, MemoryStore } from 'tiersync';
import { encrypted } from 'tiersync/adapters/encrypted';
import { expect, test } from 'vitest';
import { CountingBucket } from '../support/CountingBucket.ts';
import { bytesOf, contentOf, key, namesIn, read, textOf } from './support.ts';

const passphrase = 'correct horse battery staple';

test('[WR20] a passphrase opens what it locked, on another device and in another spelling of the same text', async () => {
  const outer = new MemoryBucket();
  await encrypted(outer, { passphrase: 'Ångström' }).put('a', bytesOf('text'));
  const again = encrypted(outer, { passphrase: 'Ångström'.normalize('NFD') });
  expect(textOf((await read(again, 'a')).bytes)).toBe('text');
});

test('[WR20] a wrong passphrase or key is refused before anything but the keys is read, and nothing is written', async () => {
  const [locked, keyed] = [new MemoryBucket(), new MemoryBucket()];
  await encrypted(locked, { passphrase }).put('a', bytesOf('text'));
  await encrypted(keyed, { key }).put('a', bytesOf('text'));
  const other = new Uint8Array(32);
  const table = [
    [locked, { passphrase: 'wrong' }],
    [locked, { key }],
    [keyed, { key: other }],
    [keyed, { passphrase }],
  ] as const;
  for (const [outer, secret] of table) {
    const before = await contentOf(outer);
    const counting = new CountingBucket(outer);
    const bucket = encrypted(counting, secret);
    const calls = [
      () => bucket.get('a'),
      () => bucket.put('a', bytesOf('other')),
      () => bucket.put('b', bytesOf('other'), { ifAbsent: true }),
      () => bucket.delete('a'),
      () => namesIn(bucket),
      () => bucket.rotate(),
      () => bucket.changePassphrase('another'),
    ];
    for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'auth-needed' });
    expect(counting.requests).toEqual({ get: calls.length, put: 0, delete: 0, list: 0 });
    expect(await contentOf(outer)).toEqual(before);
  }
});

test('[WR20] of two devices that begin at once with other passphrases one begins, and the other is refused', async () => {
  const outer = new MemoryBucket();
  const buckets = ['one', 'two'].map((each) => encrypted(outer, { passphrase: each }));
  const outcomes = await Promise.allSettled(buckets.map((bucket, i) => bucket.put(`of ${i}`, bytesOf('text'))));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'auth-needed' } });
  expect(await namesIn(outer)).toHaveLength(2);
});

test('[WR21] devices that begin at once with one passphrase read each other, in a bucket and in a persistence', async () => {
  const outer = new MemoryBucket();
  const buckets = Array.from({ length: 5 }, () => encrypted(outer, { key }));
  await Promise.all(buckets.map((bucket, i) => bucket.put(`of ${i}`, bytesOf(`text ${i}`))));
  for (const bucket of buckets) expect(textOf((await read(bucket, 'of 3')).bytes)).toBe('text 3');
});

test('[WR22] a store keeps its salt and its iterations, and another store has another salt', async () => {
  const locks = [];
  for (const outer of [new MemoryBucket(), new MemoryBucket()]) {
    const bucket = encrypted(outer, { passphrase });
    await bucket.put('a', bytesOf('text'));
    const lockOf = async () => JSON.parse(textOf((await read(outer, '$encryption')).bytes)).data.lock;
    const first = await lockOf();
    await bucket.rotate();
    locks.push(first, await lockOf());
  }
  expect(locks.map(({ kind, iterations }) => [kind, iterations])).toEqual(Array(4).fill(['passphrase', 600_000]));
  const salts = locks.map(({ salt }) => Buffer.from(salt.$bytes, 'base64'));
  expect(salts.every((salt) => salt.length === 16)).toBe(true);
  expect(new Set(salts.map((salt) => salt.toString('hex'))).size).toBe(4);
});

test('[WR23] after the passphrase was changed only the new one opens, and a device that is open stays open', async () => {
  const outer = new MemoryBucket();
  const one = encrypted(outer, { passphrase });
  const two = encrypted(outer, { passphrase });
  await one.put('a', bytesOf('before'));
  expect(textOf((await read(two, 'a')).bytes)).toBe('before');
  await one.changePassphrase('the next one');
  await one.put('b', bytesOf('by one'));
  await two.put('c', bytesOf('by two'));
  expect(textOf((await read(two, 'b')).bytes)).toBe('by one');
  expect(textOf((await read(one, 'c')).bytes)).toBe('by two');
  await expect(two.changePassphrase('mine')).rejects.toMatchObject({ code: 'auth-needed' });
  await expect(encrypted(outer, { passphrase }).get('a')).rejects.toMatchObject({ code: 'auth-needed' });
  const three = encrypted(outer, { passphrase: 'the next one' });
  expect(textOf((await read(three, 'c')).bytes)).toBe('by two');
  // And to a key, which needs no passphrase.
  await three.changePassphrase({ key });
  expect(textOf((await read(encrypted(outer, { key }), 'a')).bytes)).toBe('before');
});

test('[WR24] after a rotation new writes have a new key, old objects stay readable, and an open device follows', async () => {
  const outer = new MemoryBucket();
  const keyIdOf = async (name: string) => Buffer.from((await read(outer, name)).bytes.subarray(21, 29)).toString('hex');
  const one = encrypted(outer, { key });
  const two = encrypted(outer, { key });
  await one.put('a', bytesOf('old'));
  await one.put('b', bytesOf('old too'));
  await two.get('a');
  const first = await keyIdOf('a');
  await one.rotate();
  expect(await keyIdOf('a')).toBe(first);
  await one.put('a', bytesOf('new'));
  const second = await keyIdOf('a');
  expect(second).not.toBe(first);
  expect(textOf((await read(one, 'b')).bytes)).toBe('old too');
  // The other one has not heard of it: until it meets the new key it writes with the one it knows.
  await two.put('c', bytesOf('by two'));
  expect(await keyIdOf('c')).toBe(first);
  expect(textOf((await read(two, 'a')).bytes)).toBe('new');
  await two.put('c', bytesOf('by two again'));
  expect(await keyIdOf('c')).toBe(second);
  for (const bucket of [one, two, encrypted(outer, { key })]) {
    const texts = await Promise.all(['a', 'b', 'c'].map(async (name) => textOf((await read(bucket, name)).bytes)));
    expect(texts).toEqual(['new', 'old too', 'by two again']);
  }
});

test('[WR24] devices that rotate and change the key at once lose no key', async () => {
  const outer = new MemoryBucket();
  const one = encrypted(outer, { key });
  await one.put('a', bytesOf('first'));
  const others = Array.from({ length: 4 }, () => encrypted(outer, { key }));
  await Promise.all(others.map((bucket) => bucket.rotate()));
  await Promise.all(others.map((bucket, i) => bucket.put(`of ${i}`, bytesOf(`text ${i}`))));
  const fresh = encrypted(outer, { key });
  const names = ['a', 'of 0', 'of 1', 'of 2', 'of 3'];
  const texts = await Promise.all(names.map(async (name) => textOf((await read(fresh, name)).bytes)));
  expect(texts).toEqual(['first', 'text 0', 'text 1', 'text 2', 'text 3']);
});

test('[WR24] the same over a persistence', async () => {
  const inner = new MemoryStore();
  const [one, two] = [encrypted(inner, { key }), encrypted(inner, { key })];
  await one.storeData('a', { Note: {} });
  await two.loadData('a');
  await one.rotate();
  await one.storeData('b', { Task: {} });
  expect(await two.loadData('b')).toEqual({ Task: {} });
  await two.changePassphrase({ key: new Uint8Array(32) });
  await expect(encrypted(inner, { key }).loadData('a')).rejects.toMatchObject({ code: 'auth-needed' });
  expect(await encrypted(inner, { key: new Uint8Array(32) }).loadData('a')).toEqual({ Note: {} });
});

test('[WR25] a CryptoKey that cannot be taken out opens a store too', async () => {
  const outer = new MemoryBucket();
  const one = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  await encrypted(outer, { key: one }).put('a', bytesOf('text'));
  expect(textOf((await read(encrypted(outer, { key: one }), 'a')).bytes)).toBe('text');
});

test('[WR25] a secret that is none is a TypeError that says what to write', async () => {
  const weak = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, false, ['encrypt', 'decrypt']);
  const half = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt']);
  const wrongs = [
    undefined,
    {},
    { passphrase: '' },
    { passphrase: 7 },
    { key: new Uint8Array(16) },
    { key: 'text' },
    { key: weak },
    { key: half },
    { key, passphrase },
  ];
  for (const wrong of wrongs) {
    expect(() => encrypted(new MemoryBucket(), wrong as { passphrase: string })).toThrow(/^write \{ passphrase/);
  }
});
