import { type IDBPDatabase, type IDBPObjectStore, openDB, unwrap, wrap } from 'idb';
import { TierSyncError } from '../errors.ts';
import type { EntityKeyData } from '../interfaces/EntityKeyData.ts';
import type { IPersistence } from '../interfaces/IPersistence.ts';
import { asTierSyncError } from '../util/asTierSyncError.ts';
import { type Exclusive, webLock } from './webLock.ts';

/** Where in the database blobs are kept. */
export interface IndexedDbPersistenceOptions {
  /** The object store inside the database, `blobs` unless told; several may stand side by side. */
  readonly storeName?: string;
}

type Writable = IDBPObjectStore<unknown, string[], string, 'readwrite'>;

/** Blobs in one object store of IndexedDB. A write resolves when the browser has put it on the disk. */
export class IndexedDbPersistence implements IPersistence {
  /** The browser clones what goes in and what comes out. */
  readonly isolated = true;
  /** Present where the browser has Web Locks. */
  readonly exclusive?: Exclusive;
  /** The same: without locks, nothing keeps tabs apart. */
  readonly sharedAs?: string;
  readonly #databaseName: string;
  readonly #storeName: string;
  #connection: Promise<IDBPDatabase> | undefined;
  /** The same, for who cannot wait. */
  #database: IDBPDatabase | undefined;
  /** In which what is asked for in this turn is read: to make one takes longer than most reads do. */
  #reading: IDBObjectStore | undefined;
  #closed = false;

  constructor(databaseName: string, options: IndexedDbPersistenceOptions = {}) {
    if (databaseName === '') throw new TypeError("a database needs a name; write new IndexedDbPersistence('my-app')");
    this.#databaseName = databaseName;
    this.#storeName = options.storeName ?? 'blobs';
    const shared = `tiersync:indexeddb:${databaseName}:${this.#storeName}`;
    const exclusive = webLock(shared);
    if (exclusive !== undefined) {
      this.sharedAs = shared;
      this.exclusive = async (work) => {
        this.#checkOpen();
        // Until it is this one's turn, the database opens; whoever asks for something hears why it does not.
        this.#opened().catch(() => {});
        return exclusive(work);
      };
    }
  }

  loadData(key: string): Promise<EntityKeyData | null> {
    return this.#call(async (database) => {
      const found: unknown = await answerOf(this.#reader(database).get(key));
      return (found ?? null) as EntityKeyData | null;
    });
  }

  storeData(key: string, data: EntityKeyData): Promise<void> {
    return this.storeMany([[key, data]]);
  }

  storeMany(entries: ReadonlyArray<readonly [key: string, data: EntityKeyData]>): Promise<void> {
    return this.#write(async (store) => {
      // `put` throws at once for what cannot be cloned, and takes the others along.
      for (const [key, data] of entries) store.put(data, key).catch(() => {});
      // Else it would wait until somebody has heard of each of them.
      store.transaction.commit?.();
    });
  }

  clearData(key: string): Promise<void> {
    return this.#write((store) => store.delete(key));
  }

  listKeys(prefix: string): Promise<readonly string[]> {
    return this.#call(async (database) => {
      const keys = await answerOf(this.#reader(database).getAllKeys(rangeOf(prefix)));
      return keys.map(String).filter((key) => key.startsWith(prefix));
    });
  }

  storeAtOnce(key: string, data: EntityKeyData): void {
    try {
      const transaction = this.#database?.transaction([this.#storeName], 'readwrite', { durability: 'strict' });
      transaction?.done.catch(() => {});
      transaction
        ?.objectStore(this.#storeName)
        .put(data, key)
        .catch(() => {});
      // Else it would wait for an answer that a page being left does not get, and then be given up.
      transaction?.commit();
    } catch {
      // The connection was closed from outside, or the browser does not know `commit`.
    }
  }

  setAside(key: string): Promise<string> {
    return this.#write(async (store) => {
      const found: unknown = await store.get(key);
      if (found === undefined) throw new TierSyncError('unavailable', `nothing stands under "${key}" to set aside`);
      let number = 1;
      while ((await store.getKey(`$aside/${number}/${key}`)) !== undefined) number += 1;
      await store.put(found, `$aside/${number}/${key}`);
      await store.delete(key);
      return `$aside/${number}/${key}`;
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const database = await this.#connection?.catch(() => null);
    database?.close();
  }

  #reader(database: IDBPDatabase): IDBObjectStore {
    if (this.#reading === undefined) {
      this.#reading = unwrap(database).transaction(this.#storeName).objectStore(this.#storeName);
      // Once the turn is over it takes no more.
      queueMicrotask(() => (this.#reading = undefined));
    }
    return this.#reading;
  }

  #write<T>(work: (store: Writable) => Promise<T>): Promise<T> {
    return this.#call(async (database) => {
      const transaction = database.transaction([this.#storeName], 'readwrite', { durability: 'strict' });
      const worked = work(transaction.objectStore(this.#storeName)).catch((cause: unknown) => {
        abort(transaction);
        throw cause;
      });
      // Both are always waited for: what an aborted transaction rejects would otherwise be reported as unhandled.
      const [outcome, done] = await Promise.allSettled([worked, transaction.done]);
      if (outcome.status === 'rejected') throw outcome.reason;
      if (done.status === 'rejected') throw done.reason;
      return outcome.value;
    });
  }

  async #call<T>(work: (database: IDBPDatabase) => Promise<T>): Promise<T> {
    this.#checkOpen();
    try {
      return await work(await this.#opened());
    } catch (cause) {
      throw asTierSyncError(cause, `IndexedDB database "${this.#databaseName}"`);
    }
  }

  #opened(): Promise<IDBPDatabase> {
    this.#connection ??= this.#connect();
    return this.#connection;
  }

  /**
   * A connection that makes way: it closes when another tab wants to upgrade or delete the database, and the next call
   * opens a new one. Opened at whatever version stands, because the version counts only the object stores added.
   */
  #connect(): Promise<IDBPDatabase> {
    return new Promise((resolve, reject) => {
      let late = false;
      const opening = this.#open(() => {
        // Calls reject from now on; the request stays in the browser's queue, and once it succeeds, calls succeed.
        late = true;
        reject(new Error('another tab holds an older version of it open; close that tab'));
      });
      opening.then(
        (database) => {
          // `close` did not wait for a blocked connection.
          if (this.#closed && late) database.close();
          this.#connection = Promise.resolve(database);
          this.#database = database;
          resolve(database);
        },
        (cause) => {
          this.#connection = undefined;
          reject(cause);
        },
      );
    });
  }

  async #open(blocked: () => void, version?: number): Promise<IDBPDatabase> {
    const storeName = this.#storeName;
    const forget = () => {
      this.#connection = undefined;
      this.#database = undefined;
    };
    const database = await openDB(this.#databaseName, version, {
      upgrade(fresh) {
        if (!fresh.objectStoreNames.contains(storeName)) fresh.createObjectStore(storeName);
      },
      blocked,
      blocking(_current, _wanted, event) {
        (event.target as IDBDatabase).close();
        forget();
      },
      terminated: forget,
    });
    if (database.objectStoreNames.contains(storeName)) return database;
    database.close();
    return this.#open(blocked, database.version + 1);
  }

  #checkOpen(): void {
    if (this.#closed) throw new TierSyncError('closed', `IndexedDB database "${this.#databaseName}" was closed`);
  }
}

/** Keys are sorted by code unit, so those with a prefix end before the same prefix with its last unit raised. */
function rangeOf(prefix: string): IDBKeyRange {
  const last = prefix.charCodeAt(prefix.length - 1);
  if (prefix === '' || last === 0xffff) return IDBKeyRange.lowerBound(prefix);
  return IDBKeyRange.bound(prefix, prefix.slice(0, -1) + String.fromCharCode(last + 1), false, true);
}

/** One thing that cannot be read does not take what is read beside it along. */
function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  request.addEventListener('error', (event) => event.preventDefault());
  return wrap(request);
}

function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort();
  } catch {
    // It failed by itself and is over already.
  }
}
