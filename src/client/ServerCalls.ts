import { TierSyncError } from '../errors.ts';
import type { Environment } from '../interfaces/Environment.ts';
import type { Horizon } from '../interfaces/ISharedTier.ts';
import type { Change } from '../interfaces/ITier.ts';
import type { Metadata } from '../interfaces/Metadata.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { answerFault } from '../protocol/answerFaults.ts';
import type { Operations, PullAnswer, PushAnswer, PushRequest, WireCursor } from '../protocol/messages.ts';
import { fromWire } from '../protocol/wireChange.ts';
import { clockOffset } from '../util/clockOffset.ts';
import { groupBy } from '../util/groupBy.ts';
import { isSameView } from './serverCursor.ts';

export interface ServerCallsOptions {
  readonly operations: Operations;
  /** Empty: all that may be read. */
  readonly collections: readonly string[];
  readonly environment: Pick<Environment, 'now'>;
}

/** All pages of a pull as one. */
export interface Pages {
  readonly cursor: WireCursor;
  readonly reach: PullAnswer['reach'];
  readonly changes: readonly Change[];
  readonly horizon: Horizon;
}

type Asked = Exclude<keyof Operations, 'push'>;

/** Asks a server, page by page, and checks what it answers. */
export class ServerCalls {
  readonly #operations: Operations;
  readonly #environment: ServerCallsOptions['environment'];
  readonly #which: { readonly collections?: readonly string[] };
  #clockOffset: number | null = null;

  constructor({ operations, collections, environment }: ServerCallsOptions) {
    this.#operations = operations;
    this.#environment = environment;
    this.#which = collections.length === 0 ? {} : { collections };
  }

  /** Milliseconds that the clock of the server is ahead; null: it has not told its time. */
  get clockOffset(): number | null {
    return this.#clockOffset;
  }

  async pull(since: WireCursor | null): Promise<Pages> {
    const changes: Change[] = [];
    for (let cursor = since; ; ) {
      const page = await this.#ask('pull', { cursor, ...this.#which });
      const { reach, horizon } = page;
      // What came until now may be no part of what is to be seen any more.
      if (reach !== 'since') return { cursor: page.cursor, reach, changes: [], horizon };
      for (const change of page.changes) changes.push(fromWire('the server', change));
      if (!page.hasMore) return { cursor: page.cursor, reach, changes, horizon };
      if (page.cursor.seq === cursor?.seq) throw unreadable('pull', 'says that there is more, and does not go on');
      cursor = page.cursor;
    }
  }

  /** `seen`: the view that it has to be of. */
  async metadata(seen: WireCursor): Promise<Metadata> {
    const { cursor, metadata } = await this.#ask('metadata', this.#which);
    checkView(cursor, seen);
    return metadata;
  }

  /** The records of each key, of those that hold any. */
  async keys(keys: readonly string[], seen: WireCursor): Promise<ReadonlyMap<string, readonly StoredRecord[]>> {
    const changes: Change[] = [];
    for (let after: string | null | undefined; after !== null; ) {
      const from: { readonly after?: string } = after === undefined ? {} : { after };
      const page = await this.#ask('keys', { keys, ...this.#which, ...from });
      checkView(page.cursor, seen);
      for (const change of page.changes) changes.push(fromWire('the server', change));
      if (page.next === after) throw unreadable('keys', 'says that there is more, and does not go on');
      after = page.next;
    }
    const byKey = groupBy(changes, ({ entityKey }) => entityKey);
    return new Map([...byKey].map(([key, ofKey]) => [key, ofKey.flatMap(({ record }) => record ?? [])]));
  }

  async push(request: PushRequest): Promise<PushAnswer> {
    const answer = await this.#timed(() => this.#operations.push(request));
    checkAnswer('push', answer);
    if ('results' in answer && answer.results.length !== request.changes.length) {
      throw unreadable('push', `has ${answer.results.length} results for ${request.changes.length} changes`);
    }
    return answer;
  }

  async #ask<Name extends Asked>(name: Name, request: Parameters<Operations[Name]>[0]): Promise<AnswerOf<Name>> {
    const ask = this.#operations[name].bind(this.#operations) as (
      request: Parameters<Operations[Name]>[0],
    ) => Promise<AnswerOf<Name>>;
    const answer = await this.#timed(() => ask(request));
    checkAnswer(name, answer);
    return answer;
  }

  async #timed<T extends { readonly now: number }>(ask: () => Promise<T>): Promise<T> {
    const asked = this.#environment.now();
    const answer = await ask();
    const { now } = Object(answer) as { readonly now?: unknown };
    const answered = this.#environment.now();
    if (typeof now === 'number') this.#clockOffset = clockOffset(now, asked, answered, this.#clockOffset);
    return answer;
  }
}

type AnswerOf<Name extends Asked> = Awaited<ReturnType<Operations[Name]>>;

function checkAnswer(name: keyof Operations, answer: unknown): void {
  const fault = answerFault(name, answer);
  if (fault !== undefined) throw unreadable(name, `is not as agreed: ${fault}`);
}

function checkView(cursor: WireCursor, seen: WireCursor): void {
  if (isSameView(cursor, seen)) return;
  throw new TierSyncError('unavailable', 'what this device may see has changed while it was read; look again');
}

const unreadable = (name: string, what: string): TierSyncError =>
  new TierSyncError('cloud-unreadable', `the answer of the server to ${name} ${what}`);
