const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';

/** Chance that is the same for the same numbers (mulberry32 over a mix of them). */
export class Chance {
  #state = 0x9e3779b9;

  constructor(...seeds: readonly number[]) {
    for (const seed of seeds) this.#state = scramble(this.#state ^ seed) + 0x6d2b79f5;
  }

  /** At least 0, below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    return scramble(this.#state) / 4294967296;
  }

  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  /** A whole number from the one to the other, both included. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1);
  }

  happens(share: number): boolean {
    return this.next() < share;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (items.length === 0) throw new TypeError('there is nothing to pick from');
    return item as T;
  }

  /** A text of that many characters, as `Environment.createId` gives. */
  text(size: number): string {
    let text = '';
    while (text.length < size) text += alphabet[this.below(64)];
    return text;
  }
}

function scramble(number: number): number {
  let mixed = Math.imul(number ^ (number >>> 15), 1 | number);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return (mixed ^ (mixed >>> 14)) >>> 0;
}
