import type { BucketEntry, BucketObject, IBucket, PutCondition } from 'tiersync';

type Races = { readonly puts: number; readonly lost: number; readonly lostInARow: number };

const none: Races = { puts: 0, lost: 0, lostInARow: 0 };

/** Another bucket, and how the races for its head went. */
export class MeasuredHeads implements IBucket {
  readonly #inner: IBucket;
  #races = none;
  #inARow = 0;

  constructor(inner: IBucket) {
    this.#inner = inner;
  }

  /** Since it was asked last. */
  take(): Races {
    const races = this.#races;
    this.#races = none;
    return races;
  }

  async put(name: string, bytes: Uint8Array, condition?: PutCondition): ReturnType<IBucket['put']> {
    const answer = await this.#inner.put(name, bytes, condition);
    if (name.endsWith('/head')) this.#note(answer === 'conflict');
    return answer;
  }

  get(name: string, options?: { readonly unlessVersion?: string }): Promise<BucketObject | 'unchanged' | null> {
    return this.#inner.get(name, options);
  }

  delete(name: string): Promise<void> {
    return this.#inner.delete(name);
  }

  list(prefix: string): AsyncIterable<BucketEntry> {
    return this.#inner.list(prefix);
  }

  #note(isLost: boolean): void {
    const { puts, lost, lostInARow } = this.#races;
    this.#inARow = isLost ? this.#inARow + 1 : 0;
    this.#races = {
      puts: puts + 1,
      lost: lost + Number(isLost),
      lostInARow: Math.max(lostInARow, this.#inARow),
    };
  }
}
