import type { BucketEntry, BucketObject, IBucket, PutCondition } from 'tiersync';
import { Faults } from './Faults.ts';

/** Another bucket, reached through faults. Closing it leaves the other one open, as a process that ends would. */
export class FaultyBucket implements IBucket {
  readonly faults: Faults;
  readonly #inner: IBucket;

  constructor(inner: IBucket, faults: Faults = new Faults()) {
    this.#inner = inner;
    this.faults = faults;
  }

  get(name: string, options?: { readonly unlessVersion?: string }): Promise<BucketObject | 'unchanged' | null> {
    return this.faults.run({ method: 'get', key: name, work: () => this.#inner.get(name, options) });
  }

  put(name: string, bytes: Uint8Array, condition?: PutCondition): ReturnType<IBucket['put']> {
    return this.faults.run({ method: 'put', key: name, work: () => this.#inner.put(name, bytes, condition) });
  }

  delete(name: string): Promise<void> {
    return this.faults.run({ method: 'delete', key: name, work: () => this.#inner.delete(name) });
  }

  async *list(prefix: string): AsyncIterable<BucketEntry> {
    const work = async (): Promise<BucketEntry[]> => {
      const entries: BucketEntry[] = [];
      for await (const entry of this.#inner.list(prefix)) entries.push(entry);
      return entries;
    };
    yield* await this.faults.run({ method: 'list', key: prefix, work });
  }
}
