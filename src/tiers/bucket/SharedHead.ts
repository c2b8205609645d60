import { TierSyncError } from '../../errors.ts';
import { type Head, headBytes } from './head.ts';
import { headName } from './names.ts';
import { parseHead } from './parseHead.ts';
import type { Seen, SharedObjects } from './SharedObjects.ts';

/** The head as it was last seen, and the one way to change it. */
export class SharedHead {
  readonly #objects: SharedObjects;
  #seen: Seen<Head> | null = null;

  constructor(objects: SharedObjects) {
    this.#objects = objects;
  }

  /** As last seen; null: never, or there was none. */
  get seen(): Seen<Head> | null {
    return this.#seen;
  }

  /** Reads it, if it changed. */
  async look(): Promise<Seen<Head> | null> {
    this.#seen = await this.#read();
    return this.#seen;
  }

  /** Whether the head still stands on the checkpoint with that index. Changes nothing of what was seen. */
  async standsOn(index: string | null): Promise<boolean> {
    return (await this.#read())?.value.checkpoint.index === index;
  }

  /** The first head, if there is none. Whoever wrote it, it says nothing but that there is a history now. */
  async create(head: Head): Promise<Seen<Head>> {
    const answer = await this.#objects.putBytes(headName, headBytes(head), { ifAbsent: true });
    if (answer !== 'conflict') this.#seen = { value: head, ...answer };
    const seen = answer === 'conflict' ? await this.look() : this.#seen;
    if (seen === null) throw this.#refused();
    return seen;
  }

  /**
   * Puts the next head in the place of the one seen. False: the head is another one now, and `seen` shows which; what
   * was sent may be in it. Rejects where it stays open whether the write will happen.
   */
  async swap(next: Head, from: Seen<Head>): Promise<boolean> {
    try {
      const answer = await this.#objects.putBytes(headName, headBytes(next), { ifVersion: from.version });
      if (answer !== 'conflict') {
        this.#seen = { value: next, ...answer };
        return true;
      }
    } catch (error) {
      // If nothing changed yet, what was sent may still be on its way.
      if ((await this.#lookAfter(error))?.version === from.version) throw error;
      return false;
    }
    // A client that repeats requests by itself is refused by its own success.
    if ((await this.look())?.version === from.version) throw this.#refused();
    return false;
  }

  async #lookAfter(error: unknown): Promise<Seen<Head> | null> {
    try {
      return await this.look();
    } catch {
      throw error;
    }
  }

  async #read(): Promise<Seen<Head> | null> {
    const known = this.#seen;
    try {
      const options = known === null ? undefined : { unlessVersion: known.version };
      const found = await this.#objects.read(headName, parseHead, options);
      return found === 'unchanged' ? known : found;
    } catch (error) {
      if (!(error instanceof TierSyncError) || error.code !== 'corrupt') throw error;
      const message = `${error.message}, so nothing is read from this cloud and nothing written; restore that object`;
      throw new TierSyncError('cloud-unreadable', message, { cause: error });
    }
  }

  #refused(): TierSyncError {
    const place = this.#objects.place(headName);
    return new TierSyncError('unavailable', `the store refused to write ${place}, though nobody else has written it`);
  }
}
