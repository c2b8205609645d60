import { TierSyncError } from '../errors.ts';
import type { BlobChange, BlobPatch } from '../interfaces/BlobPatch.ts';
import type { EntityKeyData, JsonValue } from '../interfaces/EntityKeyData.ts';

interface RowOfKey {
  readonly key: string;
}

/** A persistence in a table of rows, of which a whole blob is only one more change. */
export abstract class PatchedPersistence {
  readonly isolated = true;
  /** What it is called in errors. */
  protected readonly place: string;
  #isClosed = false;

  protected constructor(place: string) {
    this.place = place;
  }

  abstract patchMany(patches: readonly BlobPatch[]): Promise<void>;

  storeData(key: string, data: EntityKeyData): Promise<void> {
    return this.storeMany([[key, data]]);
  }

  storeMany(entries: ReadonlyArray<readonly [key: string, data: EntityKeyData]>): Promise<void> {
    return this.patchMany(entries.map(([key, data]) => ({ key, changes: [[[], data as unknown as JsonValue]] })));
  }

  clearData(key: string): Promise<void> {
    return this.patchData(key, [[[], undefined]]);
  }

  patchData(key: string, changes: readonly BlobChange[]): Promise<void> {
    return this.patchMany([{ key, changes }]);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  protected assertOpen(): void {
    if (this.#isClosed) throw new TierSyncError('closed', `${this.place} was closed`);
  }

  protected keysIn(rows: readonly unknown[], prefix: string): string[] {
    return rows.map((row) => JSON.parse((row as RowOfKey).key) as string).filter((key) => key.startsWith(prefix));
  }
}

/** A name that stands in SQL as it is. */
export function checkTableName(table: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(table)) return table;
  throw new TypeError(`the table "${table}" needs a name of letters, digits and _, like 'tiersync'`);
}
