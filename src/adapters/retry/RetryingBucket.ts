import { TierSyncError } from '../../errors.ts';
import type { BucketEntry, BucketObject, IBucket, PutCondition } from '../../interfaces/IBucket.ts';
import type { Wrapper } from '../wrapping/wrapOrder.ts';
import { fateOfPut } from './fateOfPut.ts';
import type { Retries } from './Retries.ts';

/** A bucket whose calls are made again when they fail for a moment. */
export class RetryingBucket implements IBucket, Wrapper {
  readonly layer = 'retrying';
  readonly #inner: IBucket;
  readonly #retries: Retries;
  readonly exclusive?: <T>(work: () => Promise<T>) => Promise<T>;
  readonly pageRecords?: number;
  readonly setAside?: (name: string) => Promise<string>;
  readonly close?: () => Promise<void>;

  constructor(inner: IBucket, retries: Retries) {
    this.#inner = inner;
    this.#retries = retries;
    // Work of the caller's may have done something before it failed.
    if (inner.exclusive !== undefined) this.exclusive = (work) => inner.exclusive!(work);
    if (inner.pageRecords !== undefined) this.pageRecords = inner.pageRecords;
    if (inner.setAside !== undefined) this.setAside = (name) => inner.setAside!(name);
    if (inner.close !== undefined) {
      this.close = async () => {
        retries.stop();
        await inner.close!();
      };
    }
  }

  get(name: string, options?: { readonly unlessVersion?: string }): Promise<BucketObject | 'unchanged' | null> {
    return this.#retries.run(() => this.#inner.get(name, options));
  }

  async put(name: string, bytes: Uint8Array, condition: PutCondition = {}): ReturnType<IBucket['put']> {
    // A later try must not send what the caller made of them meanwhile.
    const content = new Uint8Array(bytes);
    const isConditional = condition.ifAbsent === true || condition.ifVersion !== undefined;
    if (!isConditional) return this.#retries.run(() => this.#inner.put(name, content, condition));
    return this.#putIf(name, content, condition);
  }

  delete(name: string): Promise<void> {
    return this.#retries.run(() => this.#inner.delete(name));
  }

  async *list(prefix: string): AsyncIterable<BucketEntry> {
    const told = new Set<string>();
    for (let failures = 1; ; failures++) {
      try {
        for await (const entry of this.#inner.list(prefix)) {
          if (told.has(entry.name)) continue;
          told.add(entry.name);
          yield entry;
        }
        return;
      } catch (error) {
        await this.#retries.pause(failures, error);
      }
    }
  }

  /**
   * A try without an answer may have happened, or happen yet. So the object is looked at before the next one, and a
   * conflict with what is our own is none; where others have written since, it stays unknown, which is not a conflict.
   */
  async #putIf(name: string, bytes: Uint8Array, condition: PutCondition): ReturnType<IBucket['put']> {
    for (let failures = 0; ; ) {
      let error: unknown;
      try {
        const answer = await this.#inner.put(name, bytes, condition);
        if (answer !== 'conflict' || failures === 0) return answer;
        error = unknownOutcome(name);
      } catch (cause) {
        failures += 1;
        await this.#retries.pause(failures, cause);
      }
      const found = (await this.#retries.run(() => this.#inner.get(name))) as BucketObject | null;
      const fate = fateOfPut(found, bytes, condition);
      if (fate === 'happened') return found as BucketObject;
      if (fate === 'unknown' || error !== undefined) throw unknownOutcome(name);
    }
  }
}

const unknownOutcome = (name: string): TierSyncError =>
  new TierSyncError('unavailable', `it is not known whether ${name} was written; look at it again`);
