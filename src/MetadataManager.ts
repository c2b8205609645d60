import { evictedIn } from './blob/indexCounts.ts';
import type { KeySummary, Metadata } from './interfaces/Metadata.ts';

export interface MetadataManagerOptions {
  /** The index of the slower tier, as it was when it was opened; null where there is none. */
  readonly index: Metadata | null;
  /** Keys that exist there but could not be counted. */
  readonly uncounted?: readonly string[];
  /** Whether a key that the index does not name is certainly empty. */
  readonly isComplete?: boolean;
}

/** What can be said of a key unread: the names in it (null: unknown) and its highest stamp. */
interface Outline {
  readonly names: ReadonlySet<string> | null;
  readonly stamp: number;
}

const outlineOf = ({ entities, updatedAt }: KeySummary): Outline => ({
  names: new Set(Object.keys(entities)),
  stamp: Date.parse(updatedAt),
});

/** Knows which keys are elsewhere: on the local tier and not in memory, or in the cloud and not on this device. */
export class MetadataManager {
  readonly #unloaded = new Map<string, Outline>();
  /** Only filled where the index is incomplete: there every key counts as unloaded until it was looked at. */
  readonly #loaded = new Set<string>();
  readonly #isComplete: boolean;
  readonly #remote = new Map<string, Outline>();
  /** Keys of which something was taken away on the local tier, and is not in memory either: only the cloud has it. */
  readonly #thin = new Map<string, Outline>();
  /** Keys that are on their way into memory, and how often: nothing of them is taken away meanwhile. */
  readonly #expected = new Map<string, number>();
  /** A cloud was attached and has not been asked yet: any key may be there. */
  #isWaiting = false;
  /** No stamp of anything that was deleted and forgotten is later. */
  #floor = 0;

  constructor({ index, uncounted = [], isComplete = true }: MetadataManagerOptions) {
    this.#isComplete = isComplete;
    for (const [key, summary] of Object.entries(index?.entityKeys ?? {})) {
      this.#unloaded.set(key, outlineOf(summary));
      if (evictedIn(summary) > 0) this.markThin(key, summary);
    }
    for (const key of uncounted) if (!this.#unloaded.has(key)) this.#unloaded.set(key, { names: null, stamp: 0 });
  }

  /** Whether the index names every key there is. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  /** True: every key there is, is in memory. The common case of a write asks this first. */
  get isAllHere(): boolean {
    const isMissing = this.#unloaded.size > 0 || this.#remote.size > 0 || this.#thin.size > 0;
    return this.#isComplete && !isMissing && !this.#isWaiting;
  }

  /** Whether memory lacks what the local tier has of a key. */
  needsLoading(entityKey: string): boolean {
    return this.#unloaded.has(entityKey) || (!this.#isComplete && !this.#loaded.has(entityKey));
  }

  /** Whether memory has had all of a key, where the index does not say. What it lacks now came later. */
  wasLoaded(entityKey: string): boolean {
    return this.#loaded.has(entityKey);
  }

  /** Whether this device lacks what the cloud has of a key. */
  isRemote(entityKey: string): boolean {
    return this.#isWaiting || this.#remote.has(entityKey);
  }

  isElsewhere(entityKey: string): boolean {
    return this.needsLoading(entityKey) || this.isAway(entityKey);
  }

  /** Whether only the cloud has all of a key. */
  isAway(entityKey: string): boolean {
    return this.isRemote(entityKey) || this.#thin.has(entityKey);
  }

  /** The keys that may hold entities of that name and are not in memory, or not whole. */
  keysElsewhere(entityName: string): string[] {
    const hasName = ([, { names }]: [string, Outline]): boolean => names === null || names.has(entityName);
    return [...new Set([...this.#unloaded, ...this.#remote, ...this.#thin].filter(hasName).map(([key]) => key))];
  }

  /** What is written to a key unseen must come after this: its highest stamp, and what was deleted and forgotten. */
  stampOf(entityKey: string): number {
    const outlines = [this.#unloaded, this.#remote, this.#thin].map((keys) => keys.get(entityKey));
    return Math.max(...outlines.map((outline) => outline?.stamp ?? 0));
  }

  get floor(): number {
    return this.#floor;
  }

  raiseFloor(stamp: number): void {
    this.#floor = Math.max(this.#floor, stamp);
  }

  markLoaded(entityKey: string): void {
    this.#unloaded.delete(entityKey);
    if (!this.#isComplete) this.#loaded.add(entityKey);
  }

  /** The local tier holds a key of which memory has nothing; or more of it than was known. */
  markUnloaded(entityKey: string, summary: KeySummary): void {
    this.#unloaded.set(entityKey, outlineOf(summary));
  }

  /** Something of it is, or is about to be, in the cloud only. */
  markThin(entityKey: string, summary: KeySummary): void {
    this.#thin.set(entityKey, outlineOf(summary));
  }

  /** Nothing is in the cloud only that is not in memory. */
  markWhole(entityKey: string): void {
    this.#thin.delete(entityKey);
  }

  /** Until the returned function is called, nothing of these keys is to be taken away. */
  expect(entityKeys: readonly string[]): () => void {
    for (const key of entityKeys) this.#expected.set(key, (this.#expected.get(key) ?? 0) + 1);
    return () => {
      for (const key of entityKeys) {
        const left = (this.#expected.get(key) ?? 0) - 1;
        if (left > 0) this.#expected.set(key, left);
        else this.#expected.delete(key);
      }
    };
  }

  isExpected(entityKey: string): boolean {
    return this.#expected.has(entityKey);
  }

  markRemote(entityKey: string, names: readonly string[] | null, stamp: number): void {
    this.#remote.set(entityKey, { names: names === null ? null : new Set(names), stamp });
  }

  markHeld(entityKey: string): void {
    this.#remote.delete(entityKey);
  }

  /** Whether it is still to be learned what the cloud holds. */
  wait(isWaiting: boolean): void {
    this.#isWaiting = isWaiting;
  }

  forgetCloud(): void {
    this.#isWaiting = false;
    this.#remote.clear();
  }
}
