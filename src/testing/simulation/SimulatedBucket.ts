import { TierSyncError } from '../../errors.ts';
import type { BucketEntry, BucketObject, IBucket, PutCondition } from '../../interfaces/IBucket.ts';
import type { DeviceLock } from './DeviceLock.ts';
import type { Objects } from './Objects.ts';
import type { Requests } from './Requests.ts';

export interface SimulatedBucketOptions {
  readonly objects: Objects;
  readonly requests: Requests;
  readonly medium: 'local' | 'cloud';
  /** Only for a bucket that one device has to itself. */
  readonly lock?: { readonly of: DeviceLock; readonly over: Promise<void> };
  readonly pageRecords?: number | undefined;
}

/** What is said of a request only where it writes. */
interface Write {
  readonly isWrite: boolean;
  readonly isConditional?: boolean;
  readonly body?: Uint8Array;
  readonly tear?: () => void;
}

/** A bucket as one process reaches it. Closing it leaves the objects alone, as a process that ends would. */
export class SimulatedBucket implements IBucket {
  readonly #o: SimulatedBucketOptions;
  readonly exclusive?: <T>(work: () => Promise<T>) => Promise<T>;
  readonly pageRecords?: number;
  #isClosed = false;

  constructor(options: SimulatedBucketOptions) {
    this.#o = options;
    const { lock, pageRecords } = options;
    if (lock !== undefined) this.exclusive = (work) => lock.of.run(work, lock.over);
    if (pageRecords !== undefined) this.pageRecords = pageRecords;
  }

  get(name: string, options?: { readonly unlessVersion?: string }): Promise<BucketObject | 'unchanged' | null> {
    return this.#send('get', name, () => this.#o.objects.get(name, options?.unlessVersion));
  }

  put(name: string, bytes: Uint8Array, condition: PutCondition = {}): ReturnType<IBucket['put']> {
    // A copy now: what the caller does with the bytes later must not reach the medium.
    const body = bytes.slice();
    const write = {
      isWrite: true,
      isConditional: condition.ifAbsent === true || condition.ifVersion !== undefined,
      body,
      tear: () => void this.#o.objects.put(name, body.slice(0, body.length >> 1)),
    };
    return this.#send('put', name, () => this.#o.objects.put(name, body, condition), write);
  }

  delete(name: string): Promise<void> {
    return this.#send('delete', name, () => this.#o.objects.delete(name), { isWrite: true });
  }

  async *list(prefix: string): AsyncIterable<BucketEntry> {
    yield* await this.#send('list', prefix, () => this.#o.objects.list(prefix));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #send<T>(
    method: string,
    name: string,
    apply: () => T,
    { isWrite, isConditional = false, body, tear }: Write = { isWrite: false },
  ): Promise<T> {
    if (this.#isClosed) return Promise.reject(new TierSyncError('closed', 'this bucket was closed'));
    const { medium, requests } = this.#o;
    const canTear = medium === 'local' && tear !== undefined;
    return requests.send({
      medium,
      method,
      name,
      isWrite,
      isConditional,
      canTear,
      canBeStale: false,
      body,
      apply,
      tear,
    });
  }
}
