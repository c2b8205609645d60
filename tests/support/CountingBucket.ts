import type { BucketEntry, BucketObject, IBucket, PutCondition } from 'tiersync';

export type BucketMethod = 'get' | 'put' | 'delete' | 'list';

/** Another bucket, and what was asked of it: requests by method, and the bytes of the bodies that went each way. */
export class CountingBucket implements IBucket {
  readonly requests: Record<BucketMethod, number> = { get: 0, put: 0, delete: 0, list: 0 };
  bytesSent = 0;
  bytesReceived = 0;
  readonly #inner: IBucket;

  constructor(inner: IBucket) {
    this.#inner = inner;
  }

  /** Of all methods. */
  get total(): number {
    return Object.values(this.requests).reduce((sum, count) => sum + count, 0);
  }

  /** Counts from nothing again. */
  reset(): void {
    for (const method of Object.keys(this.requests) as BucketMethod[]) this.requests[method] = 0;
    this.bytesSent = 0;
    this.bytesReceived = 0;
  }

  async get(name: string, options?: { readonly unlessVersion?: string }): Promise<BucketObject | 'unchanged' | null> {
    this.requests.get += 1;
    const found = await this.#inner.get(name, options);
    if (found !== null && found !== 'unchanged') this.bytesReceived += found.bytes.length;
    return found;
  }

  put(name: string, bytes: Uint8Array, condition?: PutCondition): ReturnType<IBucket['put']> {
    this.requests.put += 1;
    this.bytesSent += bytes.length;
    return this.#inner.put(name, bytes, condition);
  }

  delete(name: string): Promise<void> {
    this.requests.delete += 1;
    return this.#inner.delete(name);
  }

  list(prefix: string): AsyncIterable<BucketEntry> {
    this.requests.list += 1;
    return this.#inner.list(prefix);
  }
}
