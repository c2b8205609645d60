import localforage from 'localforage';
import { TierSyncError } from '../errors.ts';
import type { EntityKeyData } from '../interfaces/EntityKeyData.ts';
import type { IPersistence } from '../interfaces/IPersistence.ts';
import { asTierSyncError } from '../util/asTierSyncError.ts';
import { type Exclusive, webLock } from './webLock.ts';

/** The part of localForage that is used, so that an instance of the app's own copy fits. */
export type LocalForageInstance = Pick<
  typeof localforage,
  'ready' | 'driver' | 'getItem' | 'setItem' | 'removeItem' | 'keys'
>;

/** Where localForage keeps the blobs. */
export interface LocalForagePersistenceOptions {
  /** The database. */
  readonly name: string;
  /** The object store inside the database, `blobs` unless told. */
  readonly storeName?: string;
  /** An instance made elsewhere; it has to use the IndexedDB driver. */
  readonly instance?: LocalForageInstance;
}

/**
 * Blobs in localForage, for apps that have it already. `IndexedDbPersistence` also writes several keys in one step and
 * waits for the disk. Only the IndexedDB driver is used: falling back to the five megabytes of localStorage would look
 * like a success.
 */
export class LocalForagePersistence implements IPersistence {
  /** IndexedDB clones what goes in and what comes out. */
  readonly isolated = true;
  /** Present where the browser has Web Locks. */
  readonly exclusive?: Exclusive;
  /** The same: without locks, nothing keeps tabs apart. */
  readonly sharedAs?: string;
  readonly #name: string;
  readonly #instance: LocalForageInstance;
  #closed = false;

  constructor({ name, storeName = 'blobs', instance }: LocalForagePersistenceOptions) {
    if (!name) throw new TypeError("a database needs a name; write new LocalForagePersistence({ name: 'my-app' })");
    this.#name = name;
    this.#instance = instance ?? localforage.createInstance({ name, storeName, driver: localforage.INDEXEDDB });
    const shared = `tiersync:localforage:${name}:${storeName}`;
    const exclusive = webLock(shared);
    if (exclusive !== undefined) {
      this.sharedAs = shared;
      this.exclusive = async (work) => {
        this.#checkOpen();
        return exclusive(work);
      };
    }
  }

  loadData(key: string): Promise<EntityKeyData | null> {
    return this.#call((instance) => instance.getItem<EntityKeyData>(key));
  }

  storeData(key: string, data: EntityKeyData): Promise<void> {
    return this.#call(async (instance) => {
      await instance.setItem(key, data);
    });
  }

  clearData(key: string): Promise<void> {
    return this.#call((instance) => instance.removeItem(key));
  }

  listKeys(prefix: string): Promise<readonly string[]> {
    return this.#call(async (instance) => (await instance.keys()).filter((key) => key.startsWith(prefix)));
  }

  /** Copies first and removes then, since localForage has no transactions: a crash between leaves both. */
  setAside(key: string): Promise<string> {
    return this.#call(async (instance) => {
      const found: unknown = await instance.getItem(key);
      if (found === null) throw new TierSyncError('unavailable', `nothing stands under "${key}" to set aside`);
      const taken = new Set(await instance.keys());
      let number = 1;
      while (taken.has(`$aside/${number}/${key}`)) number += 1;
      await instance.setItem(`$aside/${number}/${key}`, found);
      await instance.removeItem(key);
      return `$aside/${number}/${key}`;
    });
  }

  /** The connection itself stays open: localForage shares it among all instances of a database. */
  async close(): Promise<void> {
    this.#closed = true;
  }

  async #call<T>(work: (instance: LocalForageInstance) => Promise<T>): Promise<T> {
    this.#checkOpen();
    try {
      await this.#checkDriver();
      return await work(this.#instance);
    } catch (cause) {
      throw asTierSyncError(cause, `localForage database "${this.#name}"`);
    }
  }

  async #checkDriver(): Promise<void> {
    await this.#instance.ready();
    const driver = this.#instance.driver();
    if (driver !== localforage.INDEXEDDB) throw new Error(`needs IndexedDB, and this instance uses ${driver}`);
  }

  #checkOpen(): void {
    if (this.#closed) throw new TierSyncError('closed', `localForage database "${this.#name}" was closed`);
  }
}
