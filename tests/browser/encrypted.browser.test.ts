import { deleteDB, openDB } from 'idb';
import { expect, test } from 'vitest';
import { compressed } from '../../src/adapters/compressed.ts';
import { encrypted } from '../../src/adapters/encrypted.ts';
import { IndexedDbPersistence } from '../../src/adapters/IndexedDbPersistence.ts';
import { DataOrchestrator, MemoryBucket } from '../../src/index.ts';
import { persistenceContract } from '../../src/testing/index.ts';
import { freshName, named } from './named.ts';

const key = crypto.getRandomValues(new Uint8Array(32));
const { factory } = named(
  (name) => compressed(encrypted(new IndexedDbPersistence(name), { key, hideNames: true })),
  deleteDB,
);

persistenceContract(test, {
  name: 'compressed, encrypted, over IndexedDbPersistence',
  ...factory,
  capabilities: { isolated: true, storeMany: true, listKeys: true, setAside: true, exclusive: true, close: true },
});

test('[WR64] in a browser nothing readable stands in IndexedDB, and a restart with the passphrase reads it', async () => {
  const name = freshName();
  const passphrase = 'of this browser';
  const start = (secret: string) => {
    const local = compressed(encrypted(new IndexedDbPersistence(name), { passphrase: secret, hideNames: true }));
    return DataOrchestrator.create({ prefix: 'app', local });
  };
  const first = await start(passphrase);
  first.repo('Note').save({ id: 'one', text: `SECRET ${'x'.repeat(5000)}` });
  await first.unload();
  const database = await openDB(name);
  const stored = JSON.stringify([await database.getAllKeys('blobs'), await database.getAll('blobs')]);
  database.close();
  expect(stored).not.toMatch(/SECRET|global|metadata|Note/);
  await expect(start('another')).rejects.toMatchObject({ code: 'auth-needed' });
  const again = await start(passphrase);
  expect(await again.repo('Note').get('one')).toMatchObject({ text: expect.stringContaining('SECRET') });
  await again.unload();
});

test('[WR64] a key that cannot be taken out of the browser survives in IndexedDB and opens the store', async () => {
  const name = freshName();
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  const keys = await openDB(`${name}-keys`, 1, { upgrade: (database) => void database.createObjectStore('keys') });
  await keys.put('keys', made, 'local');
  await encrypted(new IndexedDbPersistence(name), { key: made }).storeData('a', { Note: {} });
  const kept = (await keys.get('keys', 'local')) as CryptoKey;
  expect(kept).not.toBe(made);
  expect(kept.extractable).toBe(false);
  expect(await encrypted(new IndexedDbPersistence(name), { key: kept }).loadData('a')).toEqual({ Note: {} });
  keys.close();
});

test('[WR64] two tabs that begin at once with one passphrase have one set of keys', async () => {
  const name = freshName();
  const tabs = [1, 2, 3].map(() => encrypted(new IndexedDbPersistence(name), { key }));
  await Promise.all(tabs.map((tab, number) => tab.storeData(`of ${number}`, { Note: {} })));
  for (const tab of tabs) {
    for (const number of [0, 1, 2]) expect(await tab.loadData(`of ${number}`)).toEqual({ Note: {} });
  }
});

test('[WR64] a bomb is noticed while it is unpacked, in a browser too', async () => {
  const store = new MemoryBucket();
  const packing = new Blob([new Uint8Array(200_000_000)]).stream().pipeThrough(new CompressionStream('gzip'));
  const packed = new Uint8Array(await new Response(packing).arrayBuffer());
  const line = new TextEncoder().encode('tiersync-compressed 1\n\u0001');
  await store.put('a', new Uint8Array([...line, ...packed]));
  await expect(compressed(store).get('a')).rejects.toMatchObject({ code: 'corrupt' });
});
