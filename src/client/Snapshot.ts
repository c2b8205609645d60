import { KeySums, toMetadata } from '../blob/KeySums.ts';
import type { Change } from '../interfaces/ITier.ts';
import type { KeySummary, Metadata } from '../interfaces/Metadata.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { getOrAdd } from '../util/getOrAdd.ts';
import { placeOf } from '../util/placeOf.ts';

/** Everything that a backend holds, read from its beginning to its end. */
export class Snapshot {
  readonly #keys = new Map<string, Map<string, StoredRecord>>();
  #metadata: Metadata | null = null;

  /** In the order in which they happened: what was changed while it was read comes twice. */
  constructor(changes: readonly Change[]) {
    for (const { entityKey, entityName, id, record } of changes) {
      if (record === null) continue;
      getOrAdd(this.#keys, entityKey, () => new Map<string, StoredRecord>()).set(placeOf(entityName, id), record);
    }
  }

  /** A backend has no index, so it is counted here. */
  get metadata(): Metadata {
    this.#metadata ??= toMetadata(
      new Map([...this.#keys].map(([key, ofKey]): [string, KeySummary] => [key, KeySums.of(ofKey.values()).summary()])),
    );
    return this.#metadata;
  }

  records(entityKey: string): readonly StoredRecord[] {
    return [...(this.#keys.get(entityKey)?.values() ?? [])];
  }
}
