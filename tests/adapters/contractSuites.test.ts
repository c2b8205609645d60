import { expect, test } from 'vitest';
import { MemoryBucket } from '../../src/adapters/MemoryBucket.ts';
import { TierSyncError } from '../../src/errors.ts';
import type { AnyEntity } from '../../src/interfaces/Entity.ts';
import type { EntityKeyData } from '../../src/interfaces/EntityKeyData.ts';
import type { BucketEntry, BucketObject, PutCondition } from '../../src/interfaces/IBucket.ts';
import type { IEntityKeyStrategy } from '../../src/interfaces/IEntityKeyStrategy.ts';
import type { IPersistence } from '../../src/interfaces/IPersistence.ts';
import type { IStore } from '../../src/interfaces/IStore.ts';
import {
  bucketContract,
  keyStrategyContract,
  type PersistenceCapabilities,
  persistenceContract,
  storeContract,
  type TestFunction,
} from '../../src/testing/index.ts';

/** Runs a suite in a runner of three lines and answers with the rules whose tests failed. */
async function failures(suite: (test: TestFunction) => void): Promise<string[]> {
  const tests: [title: string, run: () => Promise<void>][] = [];
  suite((title, run) => tests.push([title, run]));
  expect(tests.length).toBeGreaterThan(3);
  const failed = new Set<string>();
  for (const [title, run] of tests) await run().catch(() => failed.add(/\[(.+?)\]/.exec(title)?.[1] ?? title));
  return [...failed];
}

type Blobs = Map<string, EntityKeyData>;

/** A right one, to be broken in one place each. */
class Persistence implements IPersistence {
  readonly isolated: boolean = true;
  closed = false;
  blobs: Blobs;
  asides = 0;

  constructor(blobs: Blobs = new Map()) {
    this.blobs = blobs;
  }

  async loadData(key: string): Promise<EntityKeyData | null> {
    this.check();
    return structuredClone(this.blobs.get(key) ?? null);
  }

  async storeData(key: string, data: EntityKeyData): Promise<void> {
    this.check();
    this.blobs.set(key, structuredClone(data));
  }

  async clearData(key: string): Promise<void> {
    this.check();
    this.blobs.delete(key);
  }

  async storeMany(entries: ReadonlyArray<readonly [string, EntityKeyData]>): Promise<void> {
    this.check();
    for (const [key, data] of structuredClone(entries)) this.blobs.set(key, data);
  }

  async listKeys(prefix: string): Promise<readonly string[]> {
    this.check();
    return [...this.blobs.keys()].filter((key) => key.startsWith(prefix));
  }

  async setAside(key: string): Promise<string> {
    this.check();
    this.asides += 1;
    const name = `$aside/${this.asides}/${key}`;
    this.blobs.set(name, this.blobs.get(key) ?? {});
    this.blobs.delete(key);
    return name;
  }

  storeAtOnce(key: string, data: EntityKeyData): void {
    if (!this.closed) this.blobs.set(key, structuredClone(data));
  }

  #last: Promise<unknown> = Promise.resolve();
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    if (this.closed) return Promise.reject(new TierSyncError('closed', 'closed'));
    const result = this.#last.then(work, work);
    this.#last = result.catch(() => {});
    return result;
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  check(): void {
    if (this.closed) throw new TierSyncError('closed', 'closed');
  }
}

const everything = {
  isolated: true,
  storeMany: true,
  listKeys: true,
  setAside: true,
  storeAtOnce: true,
  exclusive: true,
  close: true,
};

function persistenceFailures(
  Adapter: new (blobs?: Blobs) => IPersistence & { readonly blobs: Blobs },
  capabilities: PersistenceCapabilities = everything,
): Promise<string[]> {
  return failures((run) =>
    persistenceContract(run, {
      name: 'an adapter',
      open: () => new Adapter(),
      reopen: (instance) => new Adapter((instance as Persistence).blobs),
      capabilities,
    }),
  );
}

test('[AD90] the persistence suite passes a right adapter', async () => {
  expect(await persistenceFailures(Persistence)).toEqual([]);
});

const noPause = () => Promise.resolve();

const brokenPersistences: Record<string, [rules: string[], adapter: new (blobs?: Blobs) => Persistence]> = {
  'has more than it declares': [
    ['AD1'],
    class extends Persistence {
      flush = noPause;
    },
  ],
  'makes dates of texts that look like one': [
    ['AD2'],
    class extends Persistence {
      override async loadData(key: string): Promise<EntityKeyData | null> {
        const text = JSON.stringify(await super.loadData(key));
        return JSON.parse(text, (_, value) => (/^\d{4}-\d\d-\d\dT.*Z$/.test(String(value)) ? new Date(value) : value));
      }
    },
  ],
  'drops fields that are null': [
    ['AD2'],
    class extends Persistence {
      override async loadData(key: string): Promise<EntityKeyData | null> {
        const text = JSON.stringify(await super.loadData(key));
        return JSON.parse(text, (name, value) => (value === null && name !== '' ? undefined : value));
      }
    },
  ],
  'replaces lone surrogates, as a text file does': [
    ['AD2'],
    class extends Persistence {
      override async storeData(key: string, data: EntityKeyData): Promise<void> {
        const text = JSON.stringify(data).replace(/\\ud800/g, '\ufffd');
        return super.storeData(key, JSON.parse(text) as EntityKeyData);
      }
    },
  ],
  'answers undefined for a missing key': [
    ['AD3'],
    class extends Persistence {
      override async loadData(key: string): Promise<EntityKeyData | null> {
        return (await super.loadData(key)) ?? (undefined as unknown as null);
      }
    },
  ],
  'answers {} for a missing key': [
    ['AD3'],
    class extends Persistence {
      override async loadData(key: string): Promise<EntityKeyData | null> {
        return (await super.loadData(key)) ?? {};
      }
    },
  ],
  'changes what it is given': [
    ['AD4'],
    class extends Persistence {
      override async storeData(key: string, data: EntityKeyData): Promise<void> {
        await super.storeData(key, data);
        if (!Object.isFrozen(data)) Reflect.set(data, 'stored', true);
      }
    },
  ],
  'freezes what it is given': [
    ['AD4'],
    class extends Persistence {
      override async storeData(key: string, data: EntityKeyData): Promise<void> {
        await super.storeData(key, Object.freeze(data));
      }
      override async loadData(key: string): Promise<EntityKeyData | null> {
        this.check();
        return this.blobs.get(key) ?? null;
      }
    },
  ],
  'keeps the very object while declaring itself isolated': [
    ['AD5'],
    class extends Persistence {
      override async storeData(key: string, data: EntityKeyData): Promise<void> {
        this.check();
        this.blobs.set(key, data);
      }
    },
  ],
  'hands out the very object while declaring itself isolated': [
    ['AD5'],
    class extends Persistence {
      override async loadData(key: string): Promise<EntityKeyData | null> {
        this.check();
        return this.blobs.get(key) ?? null;
      }
    },
  ],
  'keeps the very objects of storeMany': [
    ['AD5'],
    class extends Persistence {
      override async storeMany(entries: ReadonlyArray<readonly [string, EntityKeyData]>): Promise<void> {
        this.check();
        for (const [key, data] of entries) this.blobs.set(key, data);
      }
    },
  ],
  'writes a blob in two steps': [
    ['AD6'],
    class extends Persistence {
      override async storeData(key: string, data: EntityKeyData): Promise<void> {
        this.check();
        const [first = '', ...others] = Object.keys(data);
        const records = Object.entries(Object(data[first]));
        const half = Object.fromEntries(records.slice(0, Math.ceil(records.length / 2)));
        await super.storeData(key, { ...data, [first]: half } as EntityKeyData);
        await noPause();
        await super.storeData(key, others.length > 0 ? data : { [first]: data[first] });
      }
    },
  ],
  'merges into what stands there': [
    ['AD6'],
    class extends Persistence {
      override async storeData(key: string, data: EntityKeyData): Promise<void> {
        const before = [...this.blobs].find(([other]) => other === key)?.[1];
        await super.storeData(key, { ...before, ...data });
      }
      override async clearData(key: string): Promise<void> {
        this.check();
        if (this.blobs.has(key)) this.blobs.set(key, {});
      }
    },
  ],
  'forgets on reopening': [
    ['AD7', 'AD8'],
    class extends Persistence {
      override readonly blobs = new Map();
    },
  ],
  'resolves before the medium has it': [
    ['AD2'],
    class extends Persistence {
      override async storeData(key: string, data: EntityKeyData): Promise<void> {
        this.check();
        const copy = structuredClone(data);
        queueMicrotask(() => queueMicrotask(() => queueMicrotask(() => this.blobs.set(key, copy))));
      }
    },
  ],
  'keeps blobs in a plain object': [
    ['AD8'],
    class extends Persistence {
      override blobs = plainObjectAsMap();
      constructor(blobs?: Blobs) {
        super();
        if (blobs !== undefined) this.blobs = blobs;
      }
    },
  ],
  'takes keys for equal that differ by case': [
    ['AD8', 'AD13'],
    class extends Persistence {
      override loadData = (key: string) => super.loadData(key.toLowerCase());
      override storeData = (key: string, data: EntityKeyData) => super.storeData(key.toLowerCase(), data);
      override clearData = (key: string) => super.clearData(key.toLowerCase());
    },
  ],
  'takes keys for equal that differ by spelling': [
    ['AD8', 'AD13'],
    class extends Persistence {
      override loadData = (key: string) => super.loadData(key.normalize());
      override storeData = (key: string, data: EntityKeyData) => super.storeData(key.normalize(), data);
      override clearData = (key: string) => super.clearData(key.normalize());
    },
  ],
  'cuts off long keys': [
    ['AD8', 'AD13'],
    class extends Persistence {
      override loadData = (key: string) => super.loadData(key.slice(0, 255));
      override storeData = (key: string, data: EntityKeyData) => super.storeData(key.slice(0, 255), data);
      override clearData = (key: string) => super.clearData(key.slice(0, 255));
    },
  ],
  'cuts off large blobs': [
    ['AD9'],
    class extends Persistence {
      override async storeData(key: string, data: EntityKeyData): Promise<void> {
        const large = JSON.stringify(data).length > 1_000_000;
        await super.storeData(key, large ? {} : data);
      }
    },
  ],
  'fails under many calls at once': [
    ['AD10'],
    class extends Persistence {
      #running = 0;
      override async storeData(key: string, data: EntityKeyData): Promise<void> {
        this.#running += 1;
        if (this.#running > 100) throw new Error('too many');
        await noPause();
        this.#running -= 1;
        await super.storeData(key, data);
      }
    },
  ],
  'rejects clearing a missing key': [
    ['AD11'],
    class extends Persistence {
      override async clearData(key: string): Promise<void> {
        if (!this.closed && !this.blobs.has(key)) throw new Error('no such key');
        await super.clearData(key);
      }
    },
  ],
  'clears every key with that beginning': [
    ['AD8', 'AD11'],
    class extends Persistence {
      override async clearData(key: string): Promise<void> {
        this.check();
        for (const other of this.blobs.keys()) if (other.startsWith(key)) this.blobs.delete(other);
      }
    },
  ],
  'stores many one by one': [
    ['AD12'],
    class extends Persistence {
      override async storeMany(entries: ReadonlyArray<readonly [string, EntityKeyData]>): Promise<void> {
        this.check();
        for (const [key, data] of entries) await this.storeData(key, data);
      }
    },
  ],
  'lists with the wildcards of SQL': [
    ['AD13'],
    class extends Persistence {
      override async listKeys(prefix: string): Promise<readonly string[]> {
        this.check();
        const pattern = new RegExp(`^${prefix.replace(/[^\w%]/g, '\\$&').replace(/[_%]/g, '.*')}`, 's');
        return [...this.blobs.keys()].filter((key) => pattern.test(key));
      }
    },
  ],
  'lists a key twice': [
    ['AD13'],
    class extends Persistence {
      override async listKeys(prefix: string): Promise<readonly string[]> {
        const keys = await super.listKeys(prefix);
        return [...keys, ...keys.slice(0, 1)];
      }
    },
  ],
  'sets aside a copy only': [
    ['AD14'],
    class extends Persistence {
      override async setAside(key: string): Promise<string> {
        const blob = this.blobs.get(key);
        const name = await super.setAside(key);
        if (blob !== undefined) this.blobs.set(key, blob);
        return name;
      }
    },
  ],
  'sets aside under one name for ever': [
    ['AD14'],
    class extends Persistence {
      override async setAside(key: string): Promise<string> {
        this.asides = 0;
        return super.setAside(key);
      }
    },
  ],
  'stores at once, some time later': [
    ['AD88'],
    class extends Persistence {
      override storeAtOnce(key: string, data: EntityKeyData): void {
        setTimeout(() => super.storeAtOnce(key, data));
      }
    },
  ],
  'excludes nobody': [
    ['AD15'],
    class extends Persistence {
      override async exclusive<T>(work: () => Promise<T>): Promise<T> {
        this.check();
        return work();
      }
    },
  ],
  'keeps the lock of work that failed': [
    ['AD15'],
    class extends Persistence {
      #failed = false;
      override async exclusive<T>(work: () => Promise<T>): Promise<T> {
        if (this.#failed) throw new Error('locked');
        return super.exclusive(() =>
          work().catch((cause: unknown) => {
            this.#failed = true;
            throw cause;
          }),
        );
      }
    },
  ],
  'goes on after close': [
    ['AD16'],
    class extends Persistence {
      override check(): void {}
    },
  ],
  'rejects after close with an error of its own': [
    ['AD16'],
    class extends Persistence {
      override check(): void {
        if (this.closed) throw new Error('closed');
      }
    },
  ],
};

for (const [defect, [rules, Adapter]] of Object.entries(brokenPersistences)) {
  test(`[AD90] the persistence suite finds an adapter that ${defect}`, async () => {
    expect(await persistenceFailures(Adapter)).toEqual(expect.arrayContaining(rules));
  });
}

/** As many write it first: `object[key] ?? null`. */
function plainObjectAsMap(): Blobs {
  const object: Record<string, EntityKeyData> = {};
  return Object.assign(new Map(), {
    get: (key: string) => object[key],
    set: (key: string, value: EntityKeyData) => {
      object[key] = value;
    },
    delete: (key: string) => delete object[key],
    keys: () => Object.keys(object).values(),
  });
}

class Bucket extends MemoryBucket {
  async exclusive<T>(work: () => Promise<T>): Promise<T> {
    await this.get('a call that notices `closed`');
    const result = this.#last.then(work, work);
    this.#last = result.catch(() => {});
    return result;
  }
  #last: Promise<unknown> = Promise.resolve();
}

function bucketFailures(Adapter: new () => MemoryBucket): Promise<string[]> {
  const capabilities = { exclusive: true, close: true };
  // The object is the medium here; reopening it is believing it.
  return failures((run) =>
    bucketContract(run, { name: 'a bucket', open: () => new Adapter(), reopen: (bucket) => bucket, capabilities }),
  );
}

test('[AD90] the bucket suite passes a right bucket', async () => {
  expect(await bucketFailures(Bucket)).toEqual([]);
});

type PutAnswer = { readonly version: string } | 'conflict';

const brokenBuckets: Record<string, [rules: string[], bucket: new () => Bucket]> = {
  'answers with no bytes for a missing object': [
    ['AD20'],
    class extends Bucket {
      override async get(name: string, options?: { readonly unlessVersion?: string }) {
        return (await super.get(name, options)) ?? { bytes: new Uint8Array(), version: '' };
      }
    },
  ],
  'treats an empty object as a missing one': [
    ['AD21'],
    class extends Bucket {
      override async get(name: string, options?: { readonly unlessVersion?: string }) {
        const found = await super.get(name, options);
        return typeof found === 'object' && found?.bytes.length === 0 ? null : found;
      }
      override async put(name: string, bytes: Uint8Array, condition?: PutCondition): Promise<PutAnswer> {
        return super.put(name, name === '..' ? new Uint8Array() : bytes, condition);
      }
    },
  ],
  'puts the whole buffer of a part': [
    ['AD21'],
    class extends Bucket {
      override async put(name: string, bytes: Uint8Array, condition?: PutCondition): Promise<PutAnswer> {
        return super.put(name, new Uint8Array(bytes.buffer), condition);
      }
    },
  ],
  'reads what it is given only later': [
    ['AD22'],
    class extends Bucket {
      override async put(name: string, bytes: Uint8Array, condition?: PutCondition): Promise<PutAnswer> {
        await noPause();
        return super.put(name, bytes, condition);
      }
    },
  ],
  'hands out its own bytes': [
    ['AD22'],
    class extends Bucket {
      readonly #handed = new Map<string, BucketObject>();
      override async get(name: string, options?: { readonly unlessVersion?: string }) {
        const found = await super.get(name, options);
        if (typeof found !== 'object' || found === null) return found;
        const kept = this.#handed.get(name);
        if (kept?.version === found.version) return kept;
        this.#handed.set(name, found);
        return found;
      }
    },
  ],
  'gives every object the same version': [
    ['AD23'],
    class extends Bucket {
      override async put(name: string, bytes: Uint8Array, condition: PutCondition = {}): Promise<PutAnswer> {
        const found = await this.get(name);
        if (condition.ifVersion !== undefined && found === null) return 'conflict';
        const answer = await super.put(name, bytes, condition.ifAbsent ? { ifAbsent: true } : {});
        return answer === 'conflict' ? answer : { version: '1' };
      }
      override async get(name: string, options?: { readonly unlessVersion?: string }) {
        const found = await super.get(name);
        if (typeof found !== 'object' || found === null) return found;
        return options?.unlessVersion === '1' ? 'unchanged' : { ...found, version: '1' };
      }
    },
  ],
  'ignores `unlessVersion`': [
    ['AD23', 'AD29'],
    class extends Bucket {
      override get(name: string) {
        return super.get(name);
      }
    },
  ],
  'ignores `ifAbsent`': [
    ['AD24', 'AD26'],
    class extends Bucket {
      override put(name: string, bytes: Uint8Array, condition: PutCondition = {}): Promise<PutAnswer> {
        return super.put(name, bytes, condition.ifAbsent ? {} : condition);
      }
    },
  ],
  'ignores `ifVersion`': [
    ['AD25', 'AD26'],
    class extends Bucket {
      override put(name: string, bytes: Uint8Array, condition: PutCondition = {}): Promise<PutAnswer> {
        return super.put(name, bytes, condition.ifVersion === undefined ? condition : {});
      }
    },
  ],
  'puts over a missing object in spite of `ifVersion`': [
    ['AD25'],
    class extends Bucket {
      override async put(name: string, bytes: Uint8Array, condition: PutCondition = {}): Promise<PutAnswer> {
        const copy = bytes.slice();
        if (condition.ifVersion !== undefined && (await this.get(name)) === null) return super.put(name, copy);
        return super.put(name, copy, condition);
      }
    },
  ],
  'looks first and writes later': [
    ['AD26'],
    class extends Bucket {
      override async put(name: string, bytes: Uint8Array, condition: PutCondition = {}): Promise<PutAnswer> {
        const copy = bytes.slice();
        const found = (await this.get(name)) as BucketObject | null;
        if (condition.ifAbsent && found !== null) return 'conflict';
        if (condition.ifVersion !== undefined && condition.ifVersion !== found?.version) return 'conflict';
        return super.put(name, copy);
      }
    },
  ],
  'takes names for equal that differ by case': [
    ['AD27', 'AD28'],
    class extends Bucket {
      override get(name: string, options?: { readonly unlessVersion?: string }) {
        return super.get(name.toLowerCase(), options);
      }
      override put(name: string, bytes: Uint8Array, condition?: PutCondition): Promise<PutAnswer> {
        return super.put(name.toLowerCase(), bytes, condition);
      }
    },
  ],
  'lists names below a `/` only as far as the next one': [
    ['AD28'],
    class extends Bucket {
      override async *list(prefix: string): AsyncIterable<BucketEntry> {
        for await (const entry of super.list(prefix)) if (!entry.name.slice(prefix.length).includes('/')) yield entry;
      }
    },
  ],
  'lists its first page only': [
    ['AD28'],
    class extends Bucket {
      override async *list(prefix: string): AsyncIterable<BucketEntry> {
        let left = 50;
        for await (const entry of super.list(prefix)) if (left-- > 0) yield entry;
      }
    },
  ],
  'lists the wrong sizes': [
    ['AD28'],
    class extends Bucket {
      override async *list(prefix: string): AsyncIterable<BucketEntry> {
        for await (const entry of super.list(prefix)) yield { ...entry, size: 0 };
      }
    },
  ],
  'shows an object half written': [
    ['AD30'],
    class extends Bucket {
      override async put(name: string, bytes: Uint8Array, condition?: PutCondition): Promise<PutAnswer> {
        const copy = bytes.slice();
        if (condition === undefined && bytes.length > 5000 && bytes.length < 100_000) {
          await super.put(name, copy.subarray(0, copy.length / 2 + 1));
          await noPause();
        }
        return super.put(name, copy, condition);
      }
    },
  ],
  'excludes nobody': [
    ['AD31'],
    class extends Bucket {
      override async exclusive<T>(work: () => Promise<T>): Promise<T> {
        await this.get('a call that notices `closed`');
        return work();
      }
    },
  ],
  'goes on after close': [
    ['AD32'],
    class extends Bucket {
      override async close(): Promise<void> {}
    },
  ],
};

for (const [defect, [rules, Adapter]] of Object.entries(brokenBuckets)) {
  test(`[AD90] the bucket suite finds a bucket that ${defect}`, async () => {
    expect(await bucketFailures(Adapter)).toEqual(expect.arrayContaining(rules));
  });
}

class Store extends Persistence implements IStore {
  readonly entities = new Map<string, Map<string, AnyEntity>>();
  readonly names = new Map<string, Map<string, AnyEntity>>();

  of(key: string, entityName: string): Map<string, AnyEntity> {
    const place = JSON.stringify([key, entityName]);
    const found = this.entities.get(place) ?? new Map<string, AnyEntity>();
    this.entities.set(place, found);
    return found;
  }

  get(key: string, entityName: string, id: string): AnyEntity | null {
    return this.of(key, entityName).get(id) ?? null;
  }

  getAll(key: string, entityName: string): readonly AnyEntity[] {
    return [...this.of(key, entityName).values()];
  }

  save(key: string, entityName: string, entity: AnyEntity): boolean | undefined {
    this.of(key, entityName).set(entity.id, entity);
    (this.live(entityName) as Map<string, AnyEntity>).set(entity.id, entity);
    return true;
  }

  delete(key: string, entityName: string, id: string): unknown {
    this.of(key, entityName).delete(id);
    return (this.live(entityName) as Map<string, AnyEntity>).delete(id);
  }

  live(entityName: string): ReadonlyMap<string, AnyEntity> {
    const found = this.names.get(entityName) ?? new Map<string, AnyEntity>();
    this.names.set(entityName, found);
    return found;
  }
}

const brokenStores: Record<string, [rules: string[], store: new () => Store]> = {
  'answers undefined for a missing entity': [
    ['AD40'],
    class extends Store {
      override get(key: string, entityName: string, id: string): AnyEntity | null {
        return this.of(key, entityName).get(id) as AnyEntity;
      }
    },
  ],
  'answers with promises': [
    ['AD40', 'AD41'],
    class extends Store {
      override get(key: string, entityName: string, id: string): AnyEntity | null {
        return Promise.resolve(super.get(key, entityName, id)) as unknown as null;
      }
    },
  ],
  'keeps entities of all names in one place': [
    ['AD40'],
    class extends Store {
      override of(key: string): Map<string, AnyEntity> {
        return super.of(key, '');
      }
    },
  ],
  'merges a saved entity into the old one': [
    ['AD41'],
    class extends Store {
      override save(key: string, entityName: string, entity: AnyEntity): boolean | undefined {
        return super.save(key, entityName, { ...entity, ...this.get(key, entityName, entity.id) });
      }
    },
  ],
  'deletes nothing': [
    ['AD42', 'AD46'],
    class extends Store {
      override delete(): unknown {
        return false;
      }
    },
  ],
  'freezes what it is given': [
    ['AD43'],
    class extends Store {
      override save(key: string, entityName: string, entity: AnyEntity): boolean | undefined {
        return super.save(key, entityName, Object.freeze(entity));
      }
    },
  ],
  'joins key and name without care': [
    ['AD44'],
    class extends Store {
      override of(key: string, entityName: string): Map<string, AnyEntity> {
        return super.of(`${key}${entityName}`.replaceAll('/', ''), '');
      }
    },
  ],
  'loses entities when a blob is cleared': [
    ['AD45'],
    class extends Store {
      override async clearData(key: string): Promise<void> {
        await super.clearData(key);
        this.entities.clear();
      }
    },
  ],
  'hands out a copy as its live map': [
    ['AD46'],
    class extends Store {
      override live(entityName: string): ReadonlyMap<string, AnyEntity> {
        return new Map(super.live(entityName));
      }
    },
  ],
};

function storeFailures(Adapter: new () => Store): Promise<string[]> {
  const capabilities = { live: true };
  return failures((run) => storeContract(run, { name: 'a store', open: () => new Adapter(), capabilities }));
}

test('[AD90] the store suite passes a right store', async () => {
  expect(await storeFailures(Store)).toEqual([]);
});

for (const [defect, [rules, Adapter]] of Object.entries(brokenStores)) {
  test(`[AD90] the store suite finds a store that ${defect}`, async () => {
    expect(await storeFailures(Adapter)).toEqual(expect.arrayContaining(rules));
  });
}

const strategy: IEntityKeyStrategy = {
  separator: '.',
  identifierLength: 8,
  getKey: (entityName, entity) => `${entityName}.${entity.region}`,
  entityKeyFilter: (prefix, entityName) => [`${prefix}.${entityName}.north`, `${prefix}.${entityName}.south`],
};

let calls = 0;
const brokenStrategies: Record<string, [rules: string[], broken: Partial<IEntityKeyStrategy>]> = {
  'has no separator': [['AD50', 'AD53', 'AD54'], { separator: '' }],
  'has a separator of random ids': [['AD50', 'AD54'], { separator: '-' }],
  'has ids of half a character': [['AD51'], { identifierLength: 0.5 }],
  'has ids of no length': [['AD51'], { identifierLength: 0 }],
  'counts its calls': [['AD52'], { getKey: () => ['User.north', 'User.south'][(calls += 1) % 2] ?? '' }],
  'changes the entity': [['AD52'], { getKey: (name, entity) => `${name}.${(entity.region = 'north')}` }],
  'has empty keys': [['AD53', 'AD54'], { getKey: () => '' }],
  'begins keys with the separator': [['AD53', 'AD54'], { getKey: (name) => `.${name}.north` }],
  'reads none of the keys it writes': [['AD54'], { entityKeyFilter: (prefix) => [`${prefix}.other`] }],
  'reads a key twice': [['AD54'], { entityKeyFilter: (p, n) => [`${p}.${n}.south`, `${p}.${n}.south`] }],
  'reads beyond its prefix': [['AD54'], { entityKeyFilter: (p, n) => [`${p}.${n}.south`, `x.${n}`] }],
};

function strategyFailures(broken: Partial<IEntityKeyStrategy>): Promise<string[]> {
  const make = () => ({ ...strategy, ...broken });
  const samples = [{ entityName: 'User', entity: { region: 'south' } }];
  return failures((run) => keyStrategyContract(run, { name: 'a strategy', strategy: make, samples }));
}

test('[AD90] the strategy suite passes a right strategy', async () => {
  expect(await strategyFailures({})).toEqual([]);
});

for (const [defect, [rules, broken]] of Object.entries(brokenStrategies)) {
  test(`[AD90] the strategy suite finds a strategy that ${defect}`, async () => {
    expect(await strategyFailures(broken)).toEqual(expect.arrayContaining(rules));
  });
}
