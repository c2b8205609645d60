import { partsOf, patched } from '../blob/blobPath.ts';
import { copyJson } from '../blob/copyJson.ts';
import type { BlobChange, BlobPatch, BlobPath } from '../interfaces/BlobPatch.ts';
import type { AnyEntity } from '../interfaces/Entity.ts';
import type { EntityKeyData, JsonValue } from '../interfaces/EntityKeyData.ts';
import type { IStore } from '../interfaces/IStore.ts';
import { getOrAdd } from '../util/getOrAdd.ts';

/**
 * The default fast store: one Map per entity name. Its blob half is a small persistence of its own, so that the same
 * class also serves as a local tier in tests and first programs.
 */
export class MemoryStore implements IStore {
  readonly isolated = true;
  readonly #names = new Map<string, Map<string, AnyEntity>>();
  /** Ids by key and name in order of arrival; those that left are swept when they are many. */
  readonly #arrivals = new Map<string, Map<string, string[]>>();
  /** Objects that nobody else has: what goes in and out is copied. */
  readonly #blobs = new Map<string, object>();
  #size = 0;
  #left = 0;

  live(entityName: string): ReadonlyMap<string, AnyEntity> {
    return this.#entities(entityName);
  }

  get(_key: string, entityName: string, id: string): AnyEntity | null {
    return this.#names.get(entityName)?.get(id) ?? null;
  }

  getAll(key: string, entityName: string): readonly AnyEntity[] {
    const entities = this.#entities(entityName);
    const ids = [...new Set(this.#ids(key, entityName))].filter((id) => entities.has(id));
    this.#arrivals.get(key)?.set(entityName, ids);
    return ids.map((id) => entities.get(id) as AnyEntity);
  }

  save(key: string, entityName: string, entity: AnyEntity): boolean {
    const entities = this.#entities(entityName);
    const size = entities.size;
    entities.set(entity.id, entity);
    if (entities.size !== size) {
      this.#size++;
      this.#ids(key, entityName).push(entity.id);
    }
    return true;
  }

  delete(_key: string, entityName: string, id: string): boolean {
    if (this.#names.get(entityName)?.delete(id) !== true) return false;
    this.#size--;
    this.#left++;
    // Sweeping costs as much as there is, so it waits until as many left as are there.
    if (this.#left > Math.max(this.#size, 100)) this.#sweep();
    return true;
  }

  #sweep(): void {
    this.#left = 0;
    for (const [key, names] of this.#arrivals) for (const entityName of names.keys()) this.getAll(key, entityName);
  }

  async loadData(key: string): Promise<EntityKeyData | null> {
    const blob = this.#blobs.get(key);
    return blob === undefined ? null : (copyJson(blob) as EntityKeyData);
  }

  async storeData(key: string, data: EntityKeyData): Promise<void> {
    this.#blobs.set(key, copyJson(data));
  }

  async storeMany(entries: ReadonlyArray<readonly [string, EntityKeyData]>): Promise<void> {
    // All are copied before one is kept: what cannot be copied keeps out the others too.
    const copies = entries.map(([key, data]) => [key, copyJson(data)] as const);
    for (const [key, copy] of copies) this.#blobs.set(key, copy);
  }

  async loadParts(key: string, paths: readonly BlobPath[]): Promise<ReadonlyArray<JsonValue | undefined> | null> {
    return partsOf(this.#blobs.get(key), paths)?.map(copyPart) ?? null;
  }

  patchData(key: string, changes: readonly BlobChange[]): Promise<void> {
    return this.patchMany([{ key, changes }]);
  }

  async patchMany(patches: readonly BlobPatch[]): Promise<void> {
    const copies = patches.map(({ key, changes }) => ({
      key,
      changes: changes.map(([path, value]): BlobChange => [path, copyPart(value)]),
    }));
    for (const { key, changes } of copies) {
      const after = patched(this.#blobs.get(key) ?? null, changes);
      if (after === null) this.#blobs.delete(key);
      else this.#blobs.set(key, after);
    }
  }

  async clearData(key: string): Promise<void> {
    this.#blobs.delete(key);
  }

  async listKeys(prefix: string): Promise<readonly string[]> {
    return [...this.#blobs.keys()].filter((key) => key.startsWith(prefix));
  }

  #entities(entityName: string): Map<string, AnyEntity> {
    return getOrAdd(this.#names, entityName, newMap<AnyEntity>);
  }

  #ids(key: string, entityName: string): string[] {
    return getOrAdd(getOrAdd(this.#arrivals, key, newMap<string[]>), entityName, () => []);
  }
}

const newMap = <Value>(): Map<string, Value> => new Map();

const copyPart = (value: JsonValue | undefined): JsonValue | undefined =>
  value === undefined ? undefined : copyJson(value);
