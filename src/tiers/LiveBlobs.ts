import { depthOf, partsOf, patched } from '../blob/blobPath.ts';
import type { BlobPatch, BlobPath } from '../interfaces/BlobPatch.ts';
import type { EntityKeyData, JsonValue } from '../interfaces/EntityKeyData.ts';
import type { IPersistence } from '../interfaces/IPersistence.ts';

/**
 * Where the local tier of an app stands that lives in memory only. Records are kept as the very objects that they are,
 * because the engine never changes one: nothing is serialised or copied but what holds them.
 */
export class LiveBlobs implements IPersistence {
  readonly isolated = true;
  readonly #blobs = new Map<string, object>();

  async loadData(key: string): Promise<EntityKeyData | null> {
    const blob = this.#blobs.get(key);
    return blob === undefined ? null : (copyOf(blob, []) as EntityKeyData);
  }

  async storeData(key: string, data: EntityKeyData): Promise<void> {
    this.#blobs.set(key, data);
  }

  async clearData(key: string): Promise<void> {
    this.#blobs.delete(key);
  }

  async loadParts(key: string, paths: readonly BlobPath[]): Promise<ReadonlyArray<JsonValue | undefined> | null> {
    return partsOf(this.#blobs.get(key), paths)?.map((part, i) => copyOf(part, paths[i] as BlobPath)) ?? null;
  }

  async patchMany(patches: readonly BlobPatch[]): Promise<void> {
    for (const { key, changes } of patches) {
      const after = patched(this.#blobs.get(key) ?? null, changes);
      if (after !== null) this.#blobs.set(key, after);
    }
  }

  async listKeys(prefix: string): Promise<readonly string[]> {
    return [...this.#blobs.keys()].filter((key) => key.startsWith(prefix));
  }
}

/** A copy of what holds records, with the records as they are. */
function copyOf<T extends object | JsonValue | undefined>(part: T, path: BlobPath): T {
  if (typeof part !== 'object' || part === null || Array.isArray(part) || path.length >= depthOf(path)) return part;
  return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, copyOf(inner, [...path, name])])) as T;
}
