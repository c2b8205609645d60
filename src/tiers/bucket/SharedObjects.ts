import { fromBytes, toBytes } from '../../blob/envelope.ts';
import { PAGED_FORMAT } from '../../blob/keyData.ts';
import { TierSyncError } from '../../errors.ts';
import type { BucketEntry, IBucket, PutCondition } from '../../interfaces/IBucket.ts';
import { asTierSyncError } from '../../util/asTierSyncError.ts';
import { clockOffset } from '../../util/clockOffset.ts';

export interface SharedObjectsOptions {
  readonly bucket: IBucket;
  /** What the name of every object begins with, without the separator. */
  readonly prefix: string;
  readonly now: () => number;
}

/** An object as it was read, in its checked form. */
export interface Seen<T> {
  readonly value: T;
  readonly version: string;
  /** In bytes. */
  readonly size: number;
}

/** The border of a shared bucket: checked envelopes, errors in our words, and the clock of the store. */
export class SharedObjects {
  readonly prefix: string;
  readonly #bucket: IBucket;
  readonly #now: () => number;
  #clockOffset: number | null = null;

  constructor({ bucket, prefix, now }: SharedObjectsOptions) {
    this.prefix = prefix;
    this.#bucket = bucket;
    this.#now = now;
  }

  /** Milliseconds that the store's clock is ahead of ours; null: it does not tell. */
  get clockOffset(): number | null {
    return this.#clockOffset;
  }

  /** The time by the store's clock, or by ours where it does not tell. */
  now(): number {
    return this.#now() + (this.#clockOffset ?? 0);
  }

  /** What the check makes of an object. Bad bytes are read twice: it may be a passing fault of the way here. */
  async read<T>(
    name: string,
    parse: (where: string, raw: unknown) => T,
    options?: { readonly unlessVersion: string },
  ): Promise<Seen<T> | 'unchanged' | null> {
    try {
      return await this.#readOnce(name, parse, options);
    } catch (error) {
      if (!(error instanceof TierSyncError) || error.code !== 'corrupt') throw error;
      return await this.#readOnce(name, parse, undefined);
    }
  }

  put(
    name: string,
    value: object,
    format?: number,
  ): Promise<{ readonly version: string; readonly size: number } | 'conflict'> {
    return this.putBytes(name, toBytes(value, format));
  }

  async putBytes(
    name: string,
    bytes: Uint8Array,
    condition?: PutCondition,
  ): Promise<{ readonly version: string; readonly size: number } | 'conflict'> {
    const before = this.#now();
    const answer = await this.#ask(name, 'written', (place) => this.#bucket.put(place, bytes, condition));
    if (answer === 'conflict') return answer;
    if (answer.time !== undefined) {
      this.#clockOffset = clockOffset(answer.time.getTime(), before, this.#now(), this.#clockOffset);
    }
    return { version: answer.version, size: bytes.length };
  }

  async delete(name: string): Promise<void> {
    await this.#ask(name, 'removed', (place) => this.#bucket.delete(place));
  }

  /** All objects below the prefix, without it. Only ever a hint: some stores are late with their lists. */
  async *list(): AsyncGenerator<BucketEntry> {
    const start = `${this.prefix}/`;
    try {
      for await (const entry of this.#bucket.list(start)) yield { ...entry, name: entry.name.slice(start.length) };
    } catch (cause) {
      throw asTierSyncError(cause, `the objects below ${start} could not be listed`);
    }
  }

  /** The whole name, for people. */
  place(name: string): string {
    return `${this.prefix}/${name}`;
  }

  async #readOnce<T>(
    name: string,
    parse: (where: string, raw: unknown) => T,
    options: { readonly unlessVersion: string } | undefined,
  ): Promise<Seen<T> | 'unchanged' | null> {
    const found = await this.#ask(name, 'read', (place) => this.#bucket.get(place, options));
    if (found === null || found === 'unchanged') return found;
    const where = this.place(name);
    return {
      value: parse(where, fromBytes(where, found.bytes, PAGED_FORMAT)),
      version: found.version,
      size: found.bytes.length,
    };
  }

  async #ask<T>(name: string, done: string, request: (place: string) => Promise<T>): Promise<T> {
    const place = this.place(name);
    try {
      return await request(place);
    } catch (cause) {
      throw asTierSyncError(cause, `${place} could not be ${done}`);
    }
  }
}
