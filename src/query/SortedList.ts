const FULL = 1024;

interface Place {
  readonly chunk: number;
  readonly at: number;
}

/**
 * Items in the order of a comparator, in chunks, so that one insertion moves at most a chunk and never the whole list.
 * The comparator must be total: it calls two items equal only if one stands for the other.
 */
export class SortedList<T> {
  readonly #compare: (a: T, b: T) => number;
  #chunks: T[][] = [];
  #length = 0;

  private constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  static from<T>(items: Iterable<T>, compare: (a: T, b: T) => number): SortedList<T> {
    const list = new SortedList(compare);
    list.#fill([...items].sort(compare));
    return list;
  }

  get length(): number {
    return this.#length;
  }

  /** Returns the rank it got. */
  insert(item: T): number {
    let { chunk, at } = this.#seek((other) => this.#compare(other, item));
    if (chunk === this.#chunks.length) {
      // Beyond the end: it goes to the end of the last chunk.
      if (chunk === 0) this.#chunks.push([]);
      else chunk--;
      at = this.#chunks[chunk]!.length;
    }
    const rank = this.#rankAt(chunk, at);
    const items = this.#chunks[chunk]!;
    items.splice(at, 0, item);
    if (items.length > FULL) this.#chunks.splice(chunk + 1, 0, items.splice(FULL / 2));
    this.#length++;
    return rank;
  }

  /** Returns the rank it had, or -1 if there is no such item. */
  remove(item: T): number {
    const { chunk, at } = this.#seek((other) => this.#compare(other, item));
    if (!this.#isAt(chunk, at, item)) return -1;
    const rank = this.#rankAt(chunk, at);
    this.#chunks[chunk]!.splice(at, 1);
    this.#length--;
    this.#mend(chunk);
    return rank;
  }

  /** Puts an item in the place of the one that compares equal. Returns its rank, or -1 if there is none. */
  replace(item: T): number {
    const { chunk, at } = this.#seek((other) => this.#compare(other, item));
    if (!this.#isAt(chunk, at, item)) return -1;
    this.#chunks[chunk]![at] = item;
    return this.#rankAt(chunk, at);
  }

  /** Many changes at once: one pass and one sort instead of a search for each. */
  edit(removed: readonly T[], added: readonly T[]): void {
    const leaving = [...removed].sort(this.#compare);
    let next = 0;
    const kept: T[] = [];
    for (const item of this) {
      while (next < leaving.length && this.#compare(leaving[next]!, item) < 0) next++;
      if (next === leaving.length || this.#compare(leaving[next]!, item) !== 0) kept.push(item);
    }
    // Two sorted runs: the engine's merge sort finds them and only merges.
    this.#fill(kept.concat([...added].sort(this.#compare)).sort(this.#compare));
  }

  rankOf(item: T): number {
    const { chunk, at } = this.#seek((other) => this.#compare(other, item));
    return this.#isAt(chunk, at, item) ? this.#rankAt(chunk, at) : -1;
  }

  /** The rank of the first item for which `probe` is not negative; `probe` must rise along the list. */
  lowerBound(probe: (item: T) => number): number {
    const { chunk, at } = this.#seek(probe);
    return this.#rankAt(chunk, at);
  }

  /** A fresh array of the items of rank `offset` to `offset + limit`. */
  slice(offset: number, limit: number = Number.POSITIVE_INFINITY): T[] {
    const parts: T[][] = [];
    let start = offset;
    let wanted = limit;
    for (const items of this.#chunks) {
      if (wanted <= 0) break;
      if (start >= items.length) {
        start -= items.length;
        continue;
      }
      const part = start === 0 && wanted >= items.length ? items : items.slice(start, start + wanted);
      parts.push(part);
      wanted -= part.length;
      start = 0;
    }
    return ([] as T[]).concat(...parts);
  }

  /** Whether these items, by reference, stand from `offset` on. Those before `first` are not compared. */
  holds(items: readonly T[], offset: number, first: number = 0): boolean {
    let start = offset + first;
    let i = first;
    for (const chunk of this.#chunks) {
      for (let at = start; at < chunk.length; at++) {
        if (i >= items.length) return true;
        if (chunk[at] !== items[i++]) return false;
      }
      start = Math.max(0, start - chunk.length);
    }
    return i >= items.length;
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (const items of this.#chunks) yield* items;
  }

  #fill(sorted: readonly T[]): void {
    const size = FULL * 0.75;
    this.#chunks = [];
    for (let i = 0; i < sorted.length; i += size) this.#chunks.push(sorted.slice(i, i + size));
    this.#length = sorted.length;
  }

  /** Two binary searches: the chunk by its last item, then the place inside. */
  #seek(probe: (item: T) => number): Place {
    const chunks = this.#chunks;
    let low = 0;
    let high = chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const items = chunks[middle]!;
      if (probe(items[items.length - 1]!) < 0) low = middle + 1;
      else high = middle;
    }
    const chunk = low;
    const items = chunks[chunk];
    if (items === undefined) return { chunk, at: 0 };
    low = 0;
    high = items.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (probe(items[middle]!) < 0) low = middle + 1;
      else high = middle;
    }
    return { chunk, at: low };
  }

  #isAt(chunk: number, at: number, item: T): boolean {
    const items = this.#chunks[chunk];
    return items !== undefined && this.#compare(items[at]!, item) === 0;
  }

  #rankAt(chunk: number, at: number): number {
    let rank = at;
    for (let i = 0; i < chunk; i++) rank += this.#chunks[i]!.length;
    return rank;
  }

  /** Drops an empty chunk and joins small neighbours, so that deletions do not leave a list of crumbs. */
  #mend(chunk: number): void {
    const items = this.#chunks[chunk]!;
    const next = this.#chunks[chunk + 1];
    if (items.length === 0) this.#chunks.splice(chunk, 1);
    else if (next && items.length + next.length <= FULL / 2) this.#chunks.splice(chunk, 2, items.concat(next));
  }
}
