import type { Metadata } from './interfaces/Metadata.ts';

export interface MetadataManagerOptions {
  /** The index of the slower tier, as it was when it was opened; null where there is none. */
  readonly index: Metadata | null;
  /** Keys that exist there but could not be counted. */
  readonly uncounted?: readonly string[];
  /** Whether a key that the index does not name is certainly empty. */
  readonly isComplete?: boolean;
}

/** Knows which keys the slower tier holds that memory has not loaded yet, and what can be said of them unread. */
export class MetadataManager {
  /** Unloaded keys, with the names in them (null: unknown) and their highest stamp. */
  readonly #unloaded = new Map<string, { readonly names: ReadonlySet<string> | null; readonly stamp: number }>();
  /** Only filled where the index is incomplete: there every key counts as unloaded until it was looked at. */
  readonly #loaded = new Set<string>();
  readonly #isComplete: boolean;

  constructor({ index, uncounted = [], isComplete = true }: MetadataManagerOptions) {
    this.#isComplete = isComplete;
    for (const [key, summary] of Object.entries(index?.entityKeys ?? {})) {
      this.#unloaded.set(key, {
        names: new Set(Object.keys(summary.entities)),
        stamp: Date.parse(summary.updatedAt),
      });
    }
    for (const key of uncounted) if (!this.#unloaded.has(key)) this.#unloaded.set(key, { names: null, stamp: 0 });
  }

  /** Whether the index names every key there is. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** True: every key there is, is in memory. The common case of a write asks this first. */
  get isAllLoaded(): boolean {
    return this.#isComplete && this.#unloaded.size === 0;
  }

  needsLoading(entityKey: string): boolean {
    return this.#unloaded.has(entityKey) || (!this.#isComplete && !this.#loaded.has(entityKey));
  }

  /** The keys that may hold entities of that name and are not in memory. */
  unloadedKeysOf(entityName: string): string[] {
    return [...this.#unloaded].filter(([, { names }]) => names === null || names.has(entityName)).map(([key]) => key);
  }

  /** The highest stamp of a key that is not loaded: what is written there unseen must come after it. */
  stampOf(entityKey: string): number {
    return this.#unloaded.get(entityKey)?.stamp ?? 0;
  }

  markLoaded(entityKey: string): void {
    this.#unloaded.delete(entityKey);
    if (!this.#isComplete) this.#loaded.add(entityKey);
  }
}
