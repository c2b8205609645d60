import { deleteDB, openDB } from 'idb';
import { afterEach, expect, test, vi } from 'vitest';
import { IndexedDbPersistence } from '../../src/adapters/IndexedDbPersistence.ts';
import type { EntityKeyData } from '../../src/interfaces/EntityKeyData.ts';
import { persistenceContract } from '../../src/testing/index.ts';
import { freshName, named } from './named.ts';

const { open, factory } = named((name) => new IndexedDbPersistence(name), deleteDB);

persistenceContract(test, {
  name: 'IndexedDbPersistence',
  ...factory,
  capabilities: {
    isolated: true,
    storeMany: true,
    listKeys: true,
    setAside: true,
    storeAtOnce: true,
    exclusive: true,
    close: true,
  },
});

const blob: EntityKeyData = { deleted: { User: { 'global.1': '2026-01-01T00:00:00.000Z' } } };

afterEach(() => {
  vi.restoreAllMocks();
});

test('[AD80] IndexedDbPersistence: every transaction that writes is strict about durability', async () => {
  const spy = vi.spyOn(IDBDatabase.prototype, 'transaction');
  const persistence = open(freshName());
  await persistence.storeData('a', blob);
  await persistence.storeMany([
    ['b', blob],
    ['c', blob],
  ]);
  await persistence.setAside('b');
  await persistence.clearData('c');
  await persistence.loadData('a');
  const writes = spy.mock.results
    .map((result) => result.value as IDBTransaction)
    .filter((tx) => tx.mode === 'readwrite');
  expect(writes.map((tx) => tx.durability)).toEqual(['strict', 'strict', 'strict', 'strict']);
  await persistence.close();
});

test('[AD80] IndexedDbPersistence: a write resolves after its transaction is complete, not before', async () => {
  const completed: IDBTransaction[] = [];
  const original = IDBDatabase.prototype.transaction;
  const spy = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase, ...args) {
    const transaction = original.apply(this, args);
    transaction.addEventListener('complete', () => completed.push(transaction));
    return transaction;
  });
  const persistence = open(freshName());
  await persistence.storeData('a', blob);
  expect(completed).toEqual([spy.mock.results.at(-1)?.value]);
  await persistence.close();
});

test('[AD81] IndexedDbPersistence: makes way for an upgrade or deletion from outside and opens again', async () => {
  const name = freshName();
  const persistence = open(name);
  await persistence.storeData('a', blob);
  const upgraded = await openDB(name, 7);
  upgraded.close();
  expect(await persistence.loadData('a')).toEqual(blob);
  await deleteDB(name);
  expect(await persistence.loadData('a')).toBeNull();
  await persistence.storeData('a', blob);
  expect(await persistence.loadData('a')).toEqual(blob);
  await persistence.close();
});

test('[AD82] IndexedDbPersistence: several object stores of one database stand side by side', async () => {
  const name = freshName();
  const stores = ['one', 'two', 'three', 'four'].map((storeName) => new IndexedDbPersistence(name, { storeName }));
  for (const [number, store] of stores.entries()) await store.storeData('key', { $: { format: number } });
  const loaded = [];
  for (const store of stores) loaded.push(await store.loadData('key'));
  expect(loaded).toEqual([0, 1, 2, 3].map((number) => ({ $: { format: number } })));
  for (const store of stores) await store.close();
});

test('[AD83] IndexedDbPersistence: rejects while another connection blocks the upgrade, and works afterwards', async () => {
  const name = freshName();
  const stubborn = await openDB(name, 1, { upgrade: (database) => void database.createObjectStore('other') });
  const persistence = open(name);
  await expect(persistence.loadData('a')).rejects.toMatchObject({ code: 'unavailable' });
  await expect(persistence.storeData('a', blob)).rejects.toMatchObject({ code: 'unavailable' });
  stubborn.close();
  // Requests to open a database are served in order, so the blocked one has been when this one is.
  (await openDB(name)).close();
  await persistence.storeData('a', blob);
  expect(await persistence.loadData('a')).toEqual(blob);
  await persistence.close();
});

test('[AD84] IndexedDbPersistence: a full disk is `quota-exceeded`, and nothing is reported as unhandled', async () => {
  const unhandled: unknown[] = [];
  const listen = (event: PromiseRejectionEvent) => unhandled.push(event.reason);
  addEventListener('unhandledrejection', listen);
  const persistence = open(freshName());
  await persistence.storeData('a', blob);
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(() => {
    throw new DOMException('The disk is full.', 'QuotaExceededError');
  });
  const entries = ['b', 'c', 'd'].map((key) => [key, blob] as const);
  await expect(persistence.storeMany(entries)).rejects.toMatchObject({ code: 'quota-exceeded' });
  const poison = { Task: { broken: () => {} } } as unknown as EntityKeyData;
  await expect(persistence.storeMany([...entries, ['e', poison]])).rejects.toMatchObject({ code: 'unavailable' });
  expect(await persistence.listKeys('')).toEqual(['a']);
  // Unhandled rejections are reported after the microtasks of a task: one task of our own lets that happen.
  await new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    port2.postMessage(null);
  });
  removeEventListener('unhandledrejection', listen);
  expect(unhandled).toEqual([]);
  await persistence.close();
});

test('[AD14] IndexedDbPersistence: what is set aside stands under the name given, as it was', async () => {
  const persistence = open(freshName());
  await persistence.storeData('app.global', blob);
  expect(await persistence.setAside('app.global')).toBe('$aside/1/app.global');
  await persistence.storeData('app.global', {});
  expect(await persistence.setAside('app.global')).toBe('$aside/2/app.global');
  expect(await persistence.loadData('$aside/1/app.global')).toEqual(blob);
  await expect(persistence.setAside('app.global')).rejects.toMatchObject({ code: 'unavailable' });
  await persistence.close();
});

test('[AD16] IndexedDbPersistence: close lets calls made before it finish, and then the connection go', async () => {
  const name = freshName();
  const persistence = open(name);
  const writes = ['a', 'b', 'c'].map((key) => persistence.storeData(key, blob));
  const spy = vi.spyOn(IDBDatabase.prototype, 'close');
  const closed = persistence.close();
  await Promise.all([...writes, closed]);
  expect(spy).toHaveBeenCalledTimes(1);
  expect(await open(name).listKeys('')).toEqual(['a', 'b', 'c']);
});

test('[AD89] IndexedDbPersistence: what is asked for in one turn is read in one transaction', async () => {
  const persistence = open(freshName());
  await persistence.storeMany(['a', 'b', 'c'].map((key) => [key, blob] as const));
  const spy = vi.spyOn(IDBDatabase.prototype, 'transaction');
  const found = await Promise.all(['a', 'b', 'none', 'c'].map((key) => persistence.loadData(key)));
  expect(found).toEqual([blob, blob, null, blob]);
  expect(await persistence.listKeys('')).toEqual(['a', 'b', 'c']);
  expect(spy).toHaveBeenCalledTimes(2);
  await persistence.close();
});

test('[AD89] IndexedDbPersistence: what cannot be read takes nothing along that is read beside it', async () => {
  const persistence = open(freshName());
  await persistence.storeMany(['a', 'b', 'c'].map((key) => [key, blob] as const));
  const { get } = IDBObjectStore.prototype;
  const failures: Event[] = [];
  vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(function (this: IDBObjectStore, key) {
    const request = get.call(this, key);
    if (key !== 'b') return request;
    request.addEventListener('success', (event) => {
      event.stopImmediatePropagation();
      failures.push(new Event('error', { bubbles: true, cancelable: true }));
      request.dispatchEvent(failures[0] as Event);
    });
    return request;
  });
  const reads = await Promise.allSettled(['a', 'b', 'c'].map((key) => persistence.loadData(key)));
  expect(reads.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  // One that is not prevented has the browser abort the transaction.
  expect(failures.map((event) => event.defaultPrevented)).toEqual([true]);
  await persistence.close();
});

test('[AD89] IndexedDbPersistence: the database opens while `exclusive` waits for its turn', async () => {
  const name = freshName();
  const spy = vi.spyOn(IDBFactory.prototype, 'open');
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const first = open(name).exclusive?.(() => held);
  const opening = spy.mock.results.at(-1)?.value as IDBOpenDBRequest;
  const second = open(name).exclusive?.(async () => 'its turn');
  expect(spy).toHaveBeenCalledTimes(2);
  await new Promise((resolve) => opening.addEventListener('success', resolve));
  release();
  expect(await Promise.all([first, second])).toEqual([undefined, 'its turn']);
});
