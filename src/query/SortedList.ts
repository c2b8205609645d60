const FULL = 1024;

/**
 * Items in the order of a comparator, in chunks, so that one insertion moves at most a chunk and never the whole list.
 * The comparator must be total: it calls two items equal only if one stands for the other.
 */
export class SortedList<T> {
  readonly #compare: (a: T, b: T) => number;
  /** There is always one; none is empty, but for the only one. */
  #chunks: T[][] = [[]];
  #length = 0;

  constructor(compare: (a: T, b: T) => number, items: readonly T[] = []) {
    this.#compare = compare;
    this.edit([], items);
  }

  get length(): number {
    return this.#length;
  }

  get first(): T | undefined {
    return this.#chunks[0]![0];
  }

  /** Takes out the items that are equal to `removed`, then puts in `added`. */
  edit(removed: readonly T[], added: readonly T[]): void {
    for (const item of removed) this.#put(item, false);
    if (added.length <= 8 || added.length * 8 < this.length) {
      for (const item of added) this.#put(item, true);
      return;
    }
    // One sort takes less than many searches. The engine finds the sorted run and merges the rest into it.
    const sorted = this.slice().concat(added).sort(this.#compare);
    this.#length = sorted.length;
    const size = FULL * 0.75;
    this.#chunks = [sorted.slice(0, size)];
    for (let i = size; i < sorted.length; i += size) this.#chunks.push(sorted.slice(i, i + size));
  }

  /** The rank of the first item for which `probe` is not negative; `probe` must rise along the list. */
  lowerBound(probe: (item: T) => number): number {
    const { chunk, at } = this.#seek(probe, undefined);
    let rank = at;
    for (let i = 0; i < chunk; i++) rank += this.#chunks[i]!.length;
    return rank;
  }

  /** A fresh array of the items of rank `offset` to `offset + limit`. */
  slice(offset = 0, limit: number = this.length): T[] {
    const parts: T[][] = [];
    let start = offset;
    let wanted = limit;
    for (const items of this.#chunks) {
      if (wanted <= 0) break;
      if (start < items.length) {
        const part = start === 0 && wanted >= items.length ? items : items.slice(start, start + wanted);
        parts.push(part);
        wanted -= part.length;
      }
      start = Math.max(0, start - items.length);
    }
    return ([] as T[]).concat(...parts);
  }

  /** Takes out the one that is equal, if there is one, and puts in the item if it is wanted. */
  #put(item: T, isWanted: boolean): void {
    const { chunk, at } = this.#seek(this.#compare, item);
    const items = this.#chunks[chunk]!;
    const equal = at < items.length && this.#compare(items[at]!, item) === 0 ? 1 : 0;
    if (isWanted) items.splice(at, equal, item);
    else items.splice(at, equal);
    this.#length += Number(isWanted) - equal;
    if (items.length > FULL) this.#chunks.splice(chunk + 1, 0, items.splice(FULL / 2));
    if (items.length === 0 && this.#chunks.length > 1) this.#chunks.splice(chunk, 1);
  }

  /** The place of the first item that `compare` does not put before the other, or the end of the last chunk. */
  #seek<Other>(compare: (item: T, other: Other) => number, other: Other): { chunk: number; at: number } {
    let chunk = 0;
    for (let high = this.#chunks.length - 1; chunk < high; ) {
      const middle = (chunk + high) >>> 1;
      const items = this.#chunks[middle]!;
      if (compare(items[items.length - 1]!, other) < 0) chunk = middle + 1;
      else high = middle;
    }
    const items = this.#chunks[chunk]!;
    let at = 0;
    for (let high = items.length; at < high; ) {
      const middle = (at + high) >>> 1;
      if (compare(items[middle]!, other) < 0) at = middle + 1;
      else high = middle;
    }
    return { chunk, at };
  }
}
