import type { BucketEntry, BucketObject, PutCondition } from '../../interfaces/IBucket.ts';

/** The objects of a bucket, where every request is one step. Strongly consistent; times are the store's own. */
export class Objects {
  readonly #objects = new Map<string, BucketObject>();
  readonly #now: () => number;
  #writes = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  get size(): number {
    return this.#objects.size;
  }

  /** How many writes and removals there were. */
  get writes(): number {
    return this.#writes;
  }

  get(name: string, unlessVersion?: string): BucketObject | 'unchanged' | null {
    const found = this.#objects.get(name);
    if (found === undefined) return null;
    return unlessVersion === found.version ? 'unchanged' : { ...found, bytes: found.bytes.slice() };
  }

  put(name: string, bytes: Uint8Array, condition: PutCondition = {}): { version: string; time: Date } | 'conflict' {
    const found = this.#objects.get(name);
    if (condition.ifAbsent && found !== undefined) return 'conflict';
    if (condition.ifVersion !== undefined && condition.ifVersion !== found?.version) return 'conflict';
    this.#writes += 1;
    const stored = { bytes, version: String(this.#writes), time: new Date(this.#now()) };
    this.#objects.set(name, stored);
    return { version: stored.version, time: stored.time };
  }

  delete(name: string): void {
    if (this.#objects.delete(name)) this.#writes += 1;
  }

  list(prefix: string): BucketEntry[] {
    const entries: BucketEntry[] = [];
    for (const [name, { bytes, time }] of this.#objects) {
      if (name.startsWith(prefix)) entries.push({ name, size: bytes.length, ...(time && { time }) });
    }
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
