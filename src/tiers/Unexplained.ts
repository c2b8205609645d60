import { addHash, subtractHash } from '../blob/hash.ts';
import type { KeySummary } from '../interfaces/Metadata.ts';
import type { Summaries } from './Witness.ts';

/** One number for all that a key holds, deletions too. */
const sumOf = (summary: KeySummary | undefined): number =>
  Object.values(summary?.entities ?? {}).reduce(
    (sum, { hash, deletedHash }) => addHash(addHash(sum, hash), deletedHash),
    0,
  );

/** What a write added to the sum of a key. Sums of several writes add up, in any order. */
export const growthOf = (before: KeySummary | undefined, after: KeySummary | undefined): number =>
  subtractHash(sumOf(after), sumOf(before));

/**
 * By how much other tabs have changed the sums of the index without a message about it. Reading the index adds, and a message
 * of a tab subtracts, whichever comes first; what stays belongs to a message that was lost, and its keys are read again.
 */
export class Unexplained {
  readonly #byKey = new Map<string, number>();
  readonly #listeners = new Set<() => void>();

  get keys(): readonly string[] {
    return [...this.#byKey.keys()];
  }

  /** The index was read again. */
  compare(before: Summaries, after: Summaries): void {
    for (const key of new Set([...before.keys(), ...after.keys()])) {
      this.#add(key, growthOf(before.get(key), after.get(key)));
    }
    if (this.#byKey.size > 0) for (const listener of [...this.#listeners]) listener();
  }

  /** Somebody has told of a write. */
  told(entityKey: string, growth: number): void {
    this.#add(entityKey, subtractHash(0, growth));
  }

  /** All of a key is looked at. */
  forget(entityKey: string): void {
    this.#byKey.delete(entityKey);
  }

  /** Calls back when there is something after the index was read. Returns how to stop that. */
  onFound(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #add(entityKey: string, growth: number): void {
    const left = addHash(this.#byKey.get(entityKey) ?? 0, growth);
    if (left === 0) this.#byKey.delete(entityKey);
    else this.#byKey.set(entityKey, left);
  }
}
