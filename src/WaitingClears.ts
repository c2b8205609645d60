import type { StoredRecord } from './interfaces/StoredRecord.ts';
import type { MetadataManager } from './MetadataManager.ts';
import { getOrAdd } from './util/getOrAdd.ts';

/** A clearing of a name that waits for a key. */
interface Clearing {
  readonly at: number;
  /** What is stamped later was added by others since, and stays. */
  readonly upTo: number;
}

/** No key of anybody's: it has no prefix. */
const anyKey = '';

/** Names that were cleared while some of their keys were not in memory: what is in those is cleared when it comes. */
export class WaitingClears {
  readonly #metadata: MetadataManager;
  readonly #isAlone: boolean;
  readonly #byKey = new Map<string, Map<string, Clearing>>();

  /** `isAlone`: no other tab writes to the same tier. */
  constructor(metadata: MetadataManager, isAlone: boolean) {
    this.#metadata = metadata;
    this.#isAlone = isAlone;
  }

  /** Returns how to take that back; null: nothing is to be waited for. */
  add(entityName: string, stamp: number): (() => void) | null {
    const metadata = this.#metadata;
    // Where the index was lost, any key may hold entities of that name: the clearing waits for each.
    const keys = [...metadata.keysElsewhere(entityName), ...(metadata.isComplete ? [] : [anyKey])];
    const undo = keys.map((key) => {
      const names = getOrAdd(this.#byKey, key, () => new Map<string, Clearing>());
      const earlier = names.get(entityName);
      // Nothing can be told of what nobody counted: all that is there was there, but for what another tab may have added.
      const ofAny = this.#isAlone ? Number.POSITIVE_INFINITY : stamp;
      const upTo = key === anyKey ? ofAny : Math.max(stamp, metadata.stampOf(key));
      names.set(entityName, { at: stamp, upTo });
      return () => {
        if (earlier !== undefined) names.set(entityName, earlier);
        else if (names.delete(entityName) && names.size === 0) this.#byKey.delete(key);
      };
    });
    if (keys.length === 0) return null;
    return () => {
      for (const takeBack of undo) takeBack();
    };
  }

  has(entityKey: string): boolean {
    return this.#byKey.has(entityKey);
  }

  /** Whether a key may hold what is to be cleared, and has to be loaded before anything is added to it. */
  mayHold(entityKey: string): boolean {
    return this.#byKey.has(anyKey) && !this.#metadata.wasLoaded(entityKey);
  }

  /** Keys that must be loaded before what was written to them can be delivered. */
  keysToLoad(): string[] {
    const keys = [...this.#byKey.keys()].filter((key) => key !== anyKey);
    // All of it was here, and is cleared: what others add from now on stays.
    for (const key of keys) if (!this.#metadata.isElsewhere(key)) this.#byKey.delete(key);
    return keys.filter((key) => this.#metadata.needsLoading(key));
  }

  /** A key was loaded. What the cloud has more of it is still to be cleared. */
  loaded(entityKey: string): void {
    if (!this.#metadata.isRemote(entityKey)) this.#byKey.delete(entityKey);
  }

  /** The stamp with which a record is deleted; undefined: it stays. */
  deletionOf(entityKey: string, record: StoredRecord): number | undefined {
    if (this.#byKey.size === 0 || record.isDeleted) return undefined;
    const { entityName, stamp } = record;
    const ofAny = this.#metadata.wasLoaded(entityKey) ? undefined : this.#byKey.get(anyKey);
    const clearing = (this.#byKey.get(entityKey) ?? ofAny)?.get(entityName);
    return clearing === undefined || stamp > clearing.upTo ? undefined : Math.max(clearing.at, stamp + 1);
  }
}
