import localforage from 'localforage';
import { expect, test, vi } from 'vitest';
import { LocalForagePersistence } from '../../src/adapters/LocalForagePersistence.ts';
import type { EntityKeyData } from '../../src/interfaces/EntityKeyData.ts';
import { persistenceContract } from '../../src/testing/index.ts';
import { freshName, named } from './named.ts';

const { open, factory } = named(
  (name) => new LocalForagePersistence({ name }),
  (name) => localforage.dropInstance({ name }),
);

persistenceContract(test, {
  name: 'LocalForagePersistence',
  ...factory,
  capabilities: { isolated: true, listKeys: true, setAside: true, exclusive: true, close: true },
});

const blob: EntityKeyData = { $: { format: 1 } };

test('[AD86] LocalForagePersistence: refuses an instance that fell back to localStorage', async () => {
  const instance = localforage.createInstance({ name: freshName(), driver: localforage.LOCALSTORAGE });
  const persistence = new LocalForagePersistence({ name: 'fallback', instance });
  await expect(persistence.storeData('a', blob)).rejects.toMatchObject({ code: 'unavailable' });
  expect(localStorage.length).toBe(0);
});

test('[AD86] LocalForagePersistence: takes an instance of the app that uses IndexedDB', async () => {
  const instance = localforage.createInstance({ name: freshName(), driver: localforage.INDEXEDDB });
  const persistence = new LocalForagePersistence({ name: 'given', instance });
  await persistence.storeData('a', blob);
  expect(await instance.getItem('a')).toEqual(blob);
});

test('[AD87] LocalForagePersistence: a full disk is `quota-exceeded`', async () => {
  const persistence = open(freshName());
  await persistence.storeData('a', blob);
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(() => {
    throw new DOMException('The disk is full.', 'QuotaExceededError');
  });
  await expect(persistence.storeData('b', blob)).rejects.toMatchObject({ code: 'quota-exceeded' });
  vi.restoreAllMocks();
});

test('[AD14] LocalForagePersistence: what is set aside stands under the name given, as it was', async () => {
  const persistence = open(freshName());
  await persistence.storeData('app.global', blob);
  expect(await persistence.setAside('app.global')).toBe('$aside/1/app.global');
  expect(await persistence.loadData('$aside/1/app.global')).toEqual(blob);
  await expect(persistence.setAside('app.global')).rejects.toMatchObject({ code: 'unavailable' });
});
