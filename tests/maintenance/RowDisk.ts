import type { EntityKeyData, IPersistence, JsonValue } from 'tiersync';
import { rangeOf, rowChanges, valueOfRows } from '../../src/adapters/blobRows.ts';
import { PatchedPersistence } from '../../src/adapters/PatchedPersistence.ts';
import type { BlobPatch, BlobPath } from '../../src/interfaces/BlobPatch.ts';

/** What SQLite keeps of blobs, without SQLite: a row for every record, in tables that outlive whoever opens them. */
export class RowDisk {
  readonly blobs = new Map<string, Map<string, string>>();

  open(): IPersistence {
    return new Rows(this.blobs);
  }
}

class Rows extends PatchedPersistence implements IPersistence {
  readonly #blobs: Map<string, Map<string, string>>;

  constructor(blobs: Map<string, Map<string, string>>) {
    super('rows');
    this.#blobs = blobs;
  }

  async loadData(key: string): Promise<EntityKeyData | null> {
    return (this.#read(key, []) ?? null) as EntityKeyData | null;
  }

  async loadParts(key: string, paths: readonly BlobPath[]): Promise<ReadonlyArray<JsonValue | undefined> | null> {
    return this.#blobs.has(key) ? paths.map((path) => this.#read(key, path)) : null;
  }

  async patchMany(patches: readonly BlobPatch[]): Promise<void> {
    for (const { key, changes } of patches) {
      const rows = this.#blobs.get(key) ?? new Map<string, string>();
      const { ranges, rows: added } = rowChanges(changes);
      for (const { low, high } of ranges)
        for (const path of [...rows.keys()]) if (path >= low && path < high) rows.delete(path);
      for (const { path, value } of added) rows.set(path, value);
      if (rows.size === 0) this.#blobs.delete(key);
      else this.#blobs.set(key, rows);
    }
  }

  async listKeys(prefix: string): Promise<readonly string[]> {
    return [...this.#blobs.keys()].filter((key) => key.startsWith(prefix));
  }

  async setAside(key: string): Promise<string> {
    const place = `$aside/${this.#blobs.size}/${key}`;
    this.#blobs.set(place, this.#blobs.get(key) as Map<string, string>);
    this.#blobs.delete(key);
    return place;
  }

  #read(key: string, path: BlobPath): JsonValue | undefined {
    const { low, high } = rangeOf(path);
    const rows = [...(this.#blobs.get(key) ?? [])]
      .filter(([place]) => place >= low && place < high)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return valueOfRows(
      key,
      rows.map(([place, value]) => ({ path: place, value })),
      path,
    );
  }
}
