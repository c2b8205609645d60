import type { BlobChange, BlobPatch, BlobPath, EntityKeyData, IPersistence, JsonValue } from 'tiersync';
import { Faults } from './Faults.ts';

type Entries = ReadonlyArray<readonly [key: string, data: EntityKeyData]>;

/** Another persistence, reached through faults. It has the abilities of what it wraps, none added. */
export class FaultyPersistence implements IPersistence {
  readonly faults: Faults;
  readonly isolated: boolean;
  readonly #inner: IPersistence;
  readonly storeMany?: (entries: Entries) => Promise<void>;
  readonly loadParts?: (key: string, paths: readonly BlobPath[]) => Promise<readonly (JsonValue | undefined)[] | null>;
  readonly patchData?: (key: string, changes: readonly BlobChange[]) => Promise<void>;
  readonly patchMany?: (patches: readonly BlobPatch[]) => Promise<void>;
  readonly listKeys?: (prefix: string) => Promise<readonly string[]>;
  readonly setAside?: (key: string) => Promise<string>;
  readonly exclusive?: <T>(work: () => Promise<T>) => Promise<T>;
  readonly flush?: () => Promise<void>;

  constructor(inner: IPersistence, faults: Faults = new Faults()) {
    this.#inner = inner;
    this.faults = faults;
    this.isolated = inner.isolated ?? false;
    if (inner.storeMany !== undefined) {
      this.storeMany = (entries) =>
        faults.run({
          method: 'storeMany',
          key: entries.map(([key]) => key).join(' '),
          work: () => inner.storeMany!(entries),
          tear: () => inner.storeMany!(entries.slice(0, entries.length >> 1)),
        });
    }
    if (inner.loadParts !== undefined) {
      this.loadParts = (key, paths) =>
        faults.run({ method: 'loadParts', key, work: () => inner.loadParts!(key, paths) });
    }
    if (inner.patchData !== undefined) {
      this.patchData = (key, changes) =>
        faults.run({ method: 'patchData', key, work: () => inner.patchData!(key, changes) });
    }
    if (inner.patchMany !== undefined) {
      this.patchMany = (patches) =>
        faults.run({
          method: 'patchMany',
          key: patches.map(({ key }) => key).join(' '),
          work: () => inner.patchMany!(patches),
        });
    }
    if (inner.listKeys !== undefined) {
      this.listKeys = (prefix) => faults.run({ method: 'listKeys', key: prefix, work: () => inner.listKeys!(prefix) });
    }
    if (inner.setAside !== undefined) {
      this.setAside = (key) => faults.run({ method: 'setAside', key, work: () => inner.setAside!(key) });
    }
    // Taking a lock is not a call that writes or reads anything: what happens inside it is what may fail.
    // A process that dies lets go of its lock.
    if (inner.exclusive !== undefined) {
      this.exclusive = <T>(work: () => Promise<T>) =>
        new Promise<T>((resolve, reject) => {
          const hold = (): Promise<unknown> => {
            const result = work();
            result.then(resolve, reject);
            return Promise.race([result.catch(() => {}), faults.crashed]);
          };
          inner.exclusive!(hold).catch(reject);
        });
    }
    if (inner.flush !== undefined) {
      this.flush = () => faults.run({ method: 'flush', key: '', work: () => inner.flush!() });
    }
  }

  loadData(key: string): Promise<EntityKeyData | null> {
    return this.faults.run({ method: 'loadData', key, work: () => this.#inner.loadData(key) });
  }

  storeData(key: string, data: EntityKeyData): Promise<void> {
    return this.faults.run({ method: 'storeData', key, work: () => this.#inner.storeData(key, data) });
  }

  clearData(key: string): Promise<void> {
    return this.faults.run({ method: 'clearData', key, work: () => this.#inner.clearData(key) });
  }
}

/** How many of its calls wrote something. */
export const writesOf = (faults: Faults): number =>
  faults.count('storeData', 'storeMany', 'patchData', 'patchMany', 'clearData', 'put', 'delete');
