import type { StoredConflict } from '../blob/storedConflict.ts';

/** The conflicts that stand in the blobs: a view of them in memory. */
export class ConflictList {
  readonly #byKey = new Map<string, readonly StoredConflict[]>();
  #last = 0;
  readonly #listeners = new Set<(found: readonly StoredConflict[]) => void>();

  /** In the order in which they were decided. */
  all(): StoredConflict[] {
    return [...this.#byKey.values()].flat().sort((a, b) => a.number - b.number || a.at - b.at);
  }

  keys(): string[] {
    return [...this.#byKey.keys()];
  }

  /** A number for the next one. */
  next(): number {
    this.#last += 1;
    return this.#last;
  }

  has(entityName: string, id: string): boolean {
    return this.all().some((conflict) => conflict.id === id && conflict.entityName === entityName);
  }

  /** What a key holds of them now. */
  note(entityKey: string, conflicts: readonly StoredConflict[]): void {
    const before = this.#byKey.get(entityKey) ?? [];
    if (before.length === 0 && conflicts.length === 0) return;
    const known = new Map(before.map((conflict) => [conflict.number, conflict]));
    const found = conflicts.filter(({ number }) => !known.has(number));
    if (found.length === 0 && conflicts.length === before.length) return;
    if (conflicts.length === 0) this.#byKey.delete(entityKey);
    else
      this.#byKey.set(
        entityKey,
        conflicts.map((conflict) => known.get(conflict.number) ?? conflict),
      );
    this.#last = Math.max(this.#last, ...conflicts.map(({ number }) => number));
    for (const listener of [...this.#listeners]) listener(found);
  }

  /** Somebody has seen it: off the list, whatever becomes of it where it is stored. */
  drop(number: number): void {
    for (const [key, conflicts] of this.#byKey) {
      this.#byKey.set(
        key,
        conflicts.filter((conflict) => conflict.number !== number),
      );
    }
    for (const listener of [...this.#listeners]) listener([]);
  }

  /** Calls back with what is new when something has changed. */
  onChange(listener: (found: readonly StoredConflict[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
