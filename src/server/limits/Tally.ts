/** Counts what each of many has at once, and remembers nobody who has nothing. */
export class Tally {
  readonly #counts = new Map<string, number>();

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** Takes a place unless all are taken; answers how to give it back (once), or null. */
  take(name: string, most: number): (() => void) | null {
    const count = this.of(name);
    if (count >= most) return null;
    this.#counts.set(name, count + 1);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const left = this.of(name) - 1;
      if (left > 0) this.#counts.set(name, left);
      else this.#counts.delete(name);
    };
  }

  get size(): number {
    return this.#counts.size;
  }
}
