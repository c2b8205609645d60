import { TierSyncError } from '../errors.ts';
import type { Committed, Cursor, ISharedTier, Look } from '../interfaces/ISharedTier.ts';
import type { ApplyResult, Change } from '../interfaces/ITier.ts';
import type { Metadata } from '../interfaces/Metadata.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { nothingForgotten } from '../reconcile/Finding.ts';
import type { BackendOptions } from './Backend.ts';
import type { BackendCalls, Pages } from './BackendCalls.ts';
import { advanced, afresh, cursorOf, type Reading, readingOf } from './backendCursor.ts';
import { Delivery } from './Delivery.ts';
import { Snapshot } from './Snapshot.ts';

export interface BackendTierOptions extends Pick<BackendOptions, 'subscribe'> {
  readonly calls: BackendCalls;
  readonly batchSize: number;
  /** What the app knows of it; null: nothing. */
  readonly clockOffset: () => number | null;
}

interface Whole extends Pages {
  readonly snapshot: Snapshot;
}

const theBeginning: Reading = { lineage: '', seq: 0, cursor: null, horizon: nothingForgotten };

/**
 * A user's own backend as a cloud. It has a history and no index: what the engine wants to know of the whole is counted
 * from the whole, which is read from the beginning where it is needed and kept until the next look.
 */
export class BackendTier implements ISharedTier {
  readonly #o: BackendTierOptions;
  readonly #calls: BackendCalls;
  readonly #delivery: Delivery;
  #whole: Promise<Whole> | null = null;
  readonly watch?: (onPoke: () => void) => () => void;

  constructor(options: BackendTierOptions) {
    const { calls, batchSize, subscribe } = options;
    this.#o = options;
    this.#calls = calls;
    this.#delivery = new Delivery((changes, cursor) => calls.push(changes, cursor), batchSize);
    if (subscribe !== undefined) this.watch = subscribe;
  }

  get clockOffset(): number | null {
    return this.#o.clockOffset() ?? this.#calls.clockOffset;
  }

  async changesSince(cursor: Cursor | null): Promise<Look> {
    this.#whole = null;
    const before = readingOf(cursor);
    if (before === null) return this.#lookAtAll(null, null);
    const later = await this.#calls.pull(before.cursor, before.lineage);
    if ('forgotten' in later) return this.#lookAtAll(before, later.forgotten);
    const { changes } = later;
    this.#delivery.forget(changes);
    const now = advanced(before, later.cursor);
    return { cursor: cursorOf(now), reach: 'since', changes, horizon: now.horizon };
  }

  async readMetadata(): Promise<Metadata> {
    return (await this.#readWhole()).snapshot.metadata;
  }

  async readKey(entityKey: string): Promise<readonly StoredRecord[]> {
    return (await this.#readWhole()).snapshot.records(entityKey);
  }

  async commit(changes: readonly Change[], since: Cursor | null): Promise<Committed | 'stale'> {
    const before = readingOf(since) ?? theBeginning;
    const outcome = await this.#delivery.send(changes, before.cursor);
    if (outcome === 'stale') return 'stale';
    const { results, cursor } = outcome;
    return { results, cursor: cursorOf(cursor === undefined ? before : advanced(before, cursor)) };
  }

  async apply(changes: readonly Change[]): Promise<readonly ApplyResult[]> {
    const committed = await this.commit(changes, null);
    if (committed !== 'stale') return committed.results;
    throw new TierSyncError('unavailable', 'others have written to the backend; look again');
  }

  /** What is awaited is given up. The same tier may be attached again. */
  async close(): Promise<void> {
    this.#calls.abort();
    this.#whole = null;
  }

  async #lookAtAll(before: Reading | null, forgotten: number | null): Promise<Look> {
    const whole = await this.#readWhole();
    this.#delivery.forget(whole.changes);
    const now = afresh(before, whole, forgotten);
    const isBehind = now.horizon.seq === now.seq;
    return { cursor: cursorOf(now), reach: isBehind ? 'behind' : 'first', changes: [], horizon: now.horizon };
  }

  #readWhole(): Promise<Whole> {
    if (this.#whole === null) {
      const reading = this.#readAll();
      this.#whole = reading;
      // What failed is asked for again, and not remembered.
      reading.catch(() => {
        if (this.#whole === reading) this.#whole = null;
      });
    }
    return this.#whole;
  }

  async #readAll(): Promise<Whole> {
    const all = await this.#calls.pull(null, null);
    if ('forgotten' in all) throw new TierSyncError('unavailable', 'the backend was exchanged while it was read');
    return { ...all, snapshot: new Snapshot(all.changes) };
  }
}
