import type { JsonValue } from '../interfaces/EntityKeyData.ts';
import type { Environment } from '../interfaces/Environment.ts';
import type { Change } from '../interfaces/ITier.ts';
import { clockOffset } from '../util/clockOffset.ts';
import type { BackendOptions } from './Backend.ts';
import { type Forgetful, type Outcome, type Page, readPulled, readPushed } from './backendAnswers.ts';
import { type KeyOf, toBackend, unreadable } from './backendRecord.ts';
import { failureOf } from './backendRefusal.ts';
import { TimedCalls } from './TimedCalls.ts';

export interface BackendCallsOptions extends Pick<BackendOptions, 'pull' | 'push'> {
  readonly batchSize: number;
  readonly timeoutMs: number;
  readonly keyOf: KeyOf;
  readonly environment: Pick<Environment, 'now' | 'setTimer' | 'clearTimer'>;
}

/** All pages of a pull as one. */
export type Pages = Pick<Page, 'changes' | 'cursor' | 'lineage'>;

/** Asks a backend, waits for so long, and checks what it answers. */
export class BackendCalls {
  readonly #o: BackendCallsOptions;
  readonly #calls: TimedCalls;
  #clockOffset: number | null = null;

  constructor(options: BackendCallsOptions) {
    this.#o = options;
    this.#calls = new TimedCalls({ ...options, who: 'backend' });
  }

  /** Milliseconds that the backend's clock is ahead; null: it has not told its time. */
  get clockOffset(): number | null {
    return this.#clockOffset;
  }

  /** Everything after a cursor. `lineage`: the history that the cursor is of; null: whatever there is. */
  async pull(from: JsonValue, lineage: string | null): Promise<Pages | Forgetful> {
    const changes: Change[] = [];
    for (let cursor = from, known = lineage; ; ) {
      const page = await this.#page(cursor);
      if ('forgotten' in page) return page;
      known ??= page.lineage;
      if (page.lineage !== known) return { forgotten: null };
      for (const change of page.changes) changes.push(change);
      if (!page.hasMore) return { changes, cursor: page.cursor, lineage: known };
      if (JSON.stringify(page.cursor) === JSON.stringify(cursor)) {
        throw unreadable('hasMore', true, 'false, as the cursor is the one that was given');
      }
      cursor = page.cursor;
    }
  }

  push(changes: readonly Change[], cursor: JsonValue): Promise<Outcome | 'stale'> {
    return this.#ask('push', async (signal) =>
      readPushed(await this.#o.push(changes.map(toBackend), { cursor, signal }), changes),
    );
  }

  /** Nobody waits for an answer any more. */
  abort(): void {
    this.#calls.abort();
  }

  async #page(cursor: JsonValue): Promise<Page | Forgetful> {
    const { pull, batchSize, environment, keyOf } = this.#o;
    const asked = environment.now();
    const options = { limit: batchSize };
    const page = await this.#ask('pull', async (signal) =>
      readPulled(await pull(cursor, { ...options, signal }), keyOf),
    );
    if ('serverTime' in page && page.serverTime !== null) {
      this.#clockOffset = clockOffset(page.serverTime, asked, environment.now(), this.#clockOffset);
    }
    return page;
  }

  async #ask<T>(what: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await this.#calls.ask(what, work);
    } catch (cause) {
      throw failureOf(what, cause);
    }
  }
}
