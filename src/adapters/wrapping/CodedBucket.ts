import type { BucketEntry, BucketObject, IBucket, PutCondition } from '../../interfaces/IBucket.ts';
import { Calls } from './Calls.ts';
import type { Codec } from './Codec.ts';
import { endsOf } from './endsOf.ts';
import type { Layer, Wrapper } from './wrapOrder.ts';

/** A bucket whose objects are stored in another form in another bucket. Conditions, versions and times are that one's. */
export class CodedBucket implements IBucket, Wrapper {
  readonly layer: Layer;
  readonly #inner: IBucket;
  readonly #codec: Codec;
  readonly #calls = new Calls();
  readonly exclusive?: <T>(work: () => Promise<T>) => Promise<T>;
  readonly pageRecords?: number;
  readonly close?: () => Promise<void>;

  constructor(inner: IBucket, codec: Codec) {
    this.layer = codec.layer;
    this.#inner = inner;
    this.#codec = codec;
    Object.assign(
      this,
      endsOf(inner, this.#calls, () => codec.prepare()),
    );
  }

  get(name: string, options?: { readonly unlessVersion?: string }): Promise<BucketObject | 'unchanged' | null> {
    return this.#calls.run(async () => {
      checkObjectName(name);
      const place = await this.#codec.find(name);
      const found = place === null ? null : await this.#inner.get(place, options);
      if (found === null || found === 'unchanged') return found;
      return { ...found, bytes: await this.#codec.decode(name, found.bytes) };
    });
  }

  put(name: string, bytes: Uint8Array, condition?: PutCondition): ReturnType<IBucket['put']> {
    return this.#calls.run(async () => {
      checkObjectName(name);
      // At once: the caller may change them while keys are read.
      const content = new Uint8Array(bytes);
      const place = await this.#codec.claim(name);
      return this.#inner.put(place, await this.#codec.encode(name, content), condition);
    });
  }

  delete(name: string): Promise<void> {
    return this.#calls.run(async () => {
      checkObjectName(name);
      const place = await this.#codec.find(name);
      if (place !== null) await this.#inner.delete(place);
    });
  }

  async *list(prefix: string): AsyncIterable<BucketEntry> {
    const listing = await this.#calls.run(() => this.#codec.listing(prefix));
    if (listing === null) return;
    for await (const entry of this.#inner.list(listing.prefix)) {
      const name = await listing.nameOf(entry.name);
      if (name?.startsWith(prefix)) yield { ...entry, name, size: this.#codec.sizeOf(entry.size) };
    }
  }

  /** As it is: it may be set aside because it cannot be decoded. */
  setAside(name: string): Promise<string> {
    return this.#calls.run(async () => {
      checkObjectName(name);
      const place = await this.#codec.claim(name);
      return this.#inner.setAside === undefined ? moveAside(this.#inner, place) : this.#inner.setAside(place);
    });
  }
}

async function moveAside(bucket: IBucket, name: string): Promise<string> {
  const found = (await bucket.get(name)) as BucketObject | null;
  for (let number = 1; ; number++) {
    const place = `set-aside/${number}/${name}`;
    const answer = found === null ? null : await bucket.put(place, found.bytes, { ifAbsent: true });
    if (answer === 'conflict') continue;
    await bucket.delete(name);
    return place;
  }
}

function checkObjectName(name: string): void {
  if (name === '') throw new TypeError('an object needs a name of at least one character');
}
