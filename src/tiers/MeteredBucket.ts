import type { BucketEntry, BucketObject, IBucket, PutCondition } from '../interfaces/IBucket.ts';
import type { Meter } from '../interfaces/Meter.ts';
import { noTraffic } from '../util/traffic.ts';

/** Counts what is asked of a bucket, for those who pay for it. */
export class MeteredBucket implements IBucket {
  readonly meter: Meter = noTraffic();
  readonly #bucket: IBucket;

  constructor(bucket: IBucket) {
    this.#bucket = bucket;
  }

  async get(name: string, options?: { readonly unlessVersion?: string }): Promise<BucketObject | 'unchanged' | null> {
    this.meter.requests++;
    const found = await this.#bucket.get(name, options);
    if (found !== null && found !== 'unchanged') this.meter.bytesReceived += found.bytes.length;
    return found;
  }

  put(name: string, bytes: Uint8Array, condition?: PutCondition): ReturnType<IBucket['put']> {
    this.meter.requests++;
    this.meter.bytesSent += bytes.length;
    return this.#bucket.put(name, bytes, condition);
  }

  delete(name: string): Promise<void> {
    this.meter.requests++;
    return this.#bucket.delete(name);
  }

  list(prefix: string): AsyncIterable<BucketEntry> {
    this.meter.requests++;
    return this.#bucket.list(prefix);
  }

  async close(): Promise<void> {
    await this.#bucket.close?.();
  }
}
