import { putAt } from '../blob/blobPath.ts';
import { copyJson } from '../blob/copyJson.ts';
import { checkKeyData, type KeyDataDraft } from '../blob/keyData.ts';
import type { BlobChange, BlobPatch, BlobPath } from '../interfaces/BlobPatch.ts';
import type { JsonValue } from '../interfaces/EntityKeyData.ts';
import type { IPersistence } from '../interfaces/IPersistence.ts';
import { asTierSyncError } from '../util/asTierSyncError.ts';

export interface RecordPlace {
  readonly entityName: string;
  readonly id: string;
}

/** The border of a persistence that reads and writes blobs in part. What goes in and out is copied as whole blobs are. */
export class BlobParts {
  readonly #persistence: IPersistence;

  /** Null: this one reads and writes blobs whole. */
  static over(persistence: IPersistence): BlobParts | null {
    const { loadParts, patchData, patchMany } = persistence;
    const canPatch = patchData !== undefined || patchMany !== undefined;
    return loadParts !== undefined && canPatch ? new BlobParts(persistence) : null;
  }

  private constructor(persistence: IPersistence) {
    this.#persistence = persistence;
  }

  /** Whether several blobs are changed in one step. */
  get isOneStep(): boolean {
    return this.#persistence.patchMany !== undefined;
  }

  /** A blob of nothing but what the engine keeps beside the records, and the records at these places. Null: there is none. */
  async loadPart(key: string, places: readonly RecordPlace[]): Promise<KeyDataDraft | null> {
    const blob = {};
    return (await this.#add(blob, key, [...header, ...pathsOf(places)])) ? checkKeyData(key, blob) : null;
  }

  /** More records of the same blob. */
  async loadMore(into: KeyDataDraft, key: string, places: readonly RecordPlace[]): Promise<void> {
    if (places.length > 0) await this.#add(into, key, pathsOf(places));
  }

  async patch(patches: readonly BlobPatch[]): Promise<void> {
    const copies = patches.map(({ key, changes }) => ({ key, changes: changes.map((change) => this.#copy(change)) }));
    try {
      if (this.#persistence.patchMany !== undefined) await this.#persistence.patchMany(copies);
      else for (const { key, changes } of copies) await this.#persistence.patchData?.(key, changes);
    } catch (cause) {
      const what = patches.length === 1 ? `${patches[0]?.key}` : `${patches.length} blobs`;
      throw asTierSyncError(cause, `${what} could not be changed`);
    }
  }

  async #add(blob: object, key: string, paths: readonly BlobPath[]): Promise<boolean> {
    let values: ReadonlyArray<JsonValue | undefined> | null;
    try {
      values = (await this.#persistence.loadParts?.(key, paths)) ?? null;
    } catch (cause) {
      throw asTierSyncError(cause, `${key} could not be read`);
    }
    if (values === null) return false;
    for (const [i, path] of paths.entries()) {
      const [, value] = this.#copy([path, values[i]]);
      if (value !== undefined) putAt(blob, path, value);
    }
    return true;
  }

  #copy([path, value]: BlobChange): BlobChange {
    return [path, value === undefined || this.#persistence.isolated === true ? value : copyJson(value)];
  }
}

/** What is known of a key as a whole; of what was evicted there may be much. */
const header: readonly BlobPath[] = ['format', 'outbox', 'conflicts'].map((field) => ['$', field]);

function pathsOf(places: readonly RecordPlace[]): BlobPath[] {
  const paths: BlobPath[] = [];
  for (const { entityName, id } of places) {
    paths.push([entityName, id], ['deleted', entityName, id], ['$', 'evicted', entityName, id]);
  }
  return paths;
}
