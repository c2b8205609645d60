import { TierSyncError } from '../errors.ts';
import type { BucketEntry, BucketObject, IBucket, PutCondition } from '../interfaces/IBucket.ts';

/**
 * A bucket that lives as long as the object does: for tests, for demos, and to read before writing a bucket of your own.
 * Whoever shares the object shares the bucket, so two devices in one test may use one as their cloud.
 */
export class MemoryBucket implements IBucket {
  readonly #objects = new Map<string, BucketObject>();
  #writes = 0;
  #closed = false;

  async get(name: string, options?: { readonly unlessVersion?: string }): Promise<BucketObject | 'unchanged' | null> {
    this.#check(name);
    const found = this.#objects.get(name);
    if (found === undefined) return null;
    if (options?.unlessVersion === found.version) return 'unchanged';
    // A copy out, as there is one in: bytes that a caller changes later must not change the bucket.
    return { bytes: found.bytes.slice(), version: found.version };
  }

  async put(
    name: string,
    bytes: Uint8Array,
    condition: PutCondition = {},
  ): Promise<{ readonly version: string } | 'conflict'> {
    this.#check(name);
    // Between this look and the write below nothing is awaited; that makes them one step.
    const found = this.#objects.get(name);
    if (condition.ifAbsent && found !== undefined) return 'conflict';
    if (condition.ifVersion !== undefined && condition.ifVersion !== found?.version) return 'conflict';
    this.#writes += 1;
    const version = String(this.#writes);
    this.#objects.set(name, { bytes: new Uint8Array(bytes), version });
    return { version };
  }

  async delete(name: string): Promise<void> {
    this.#check(name);
    this.#objects.delete(name);
  }

  async *list(prefix: string): AsyncIterable<BucketEntry> {
    this.#checkOpen();
    for (const name of [...this.#objects.keys()].sort()) {
      const found = this.#objects.get(name);
      if (name.startsWith(prefix) && found !== undefined) yield { name, size: found.bytes.byteLength };
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#objects.clear();
  }

  #check(name: string): void {
    this.#checkOpen();
    if (name === '') throw new TypeError('an object needs a name of at least one character');
  }

  #checkOpen(): void {
    if (this.#closed) throw new TierSyncError('closed', 'this MemoryBucket was closed');
  }
}
