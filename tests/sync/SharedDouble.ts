import { KeySums, toMetadata } from '../../src/blob/KeySums.ts';
import type { Committed, Cursor, ISharedTier, Look } from '../../src/interfaces/ISharedTier.ts';
import type { ApplyResult, Change } from '../../src/interfaces/ITier.ts';
import type { Metadata } from '../../src/interfaces/Metadata.ts';
import type { StoredRecord } from '../../src/interfaces/StoredRecord.ts';
import { mergeRecords } from '../../src/reconcile/compareRecords.ts';
import { noHorizon } from '../../src/tiers/bucket/head.ts';
import { groupBy } from '../../src/util/groupBy.ts';
import { placeOf } from '../../src/util/placeOf.ts';
import type { Faults } from '../support/Faults.ts';

/** A backend with a history, which may refuse changes. It outlives the devices that reach it. */
export class Backend {
  readonly log: Change[] = [];
  /** Why a change is refused; null: it is not. */
  refuse: (change: Change) => string | null = () => null;
  /** Which part of it devices see; another name with every change of `mayRead`. */
  view = 'all';
  mayRead: (place: { readonly entityName: string; readonly id: string }) => boolean = () => true;

  /** From now on they see another part. */
  show(view: string, mayRead: Backend['mayRead']): void {
    this.view = view;
    this.mayRead = mayRead;
  }

  records(entityKey: string): readonly StoredRecord[] {
    const merged = new Map<string, StoredRecord>();
    for (const change of this.log) {
      if (change.entityKey !== entityKey || change.record === null || !this.mayRead(change)) continue;
      const place = placeOf(change.entityName, change.id);
      merged.set(place, mergeRecords(merged.get(place), change.record) as StoredRecord);
    }
    return [...merged.values()];
  }
}

/** One device's way to a backend: what a server would be to it. */
export class SharedDouble implements ISharedTier {
  readonly #backend: Backend;
  readonly #faults: Faults;

  constructor(backend: Backend, faults: Faults) {
    this.#backend = backend;
    this.#faults = faults;
  }

  changesSince(cursor: Cursor | null): Promise<Look> {
    return this.#ask('changesSince', async (): Promise<Look> => {
      const now = this.#cursor();
      if (cursor !== null && cursor.nonce !== now.nonce) {
        return { cursor: now, reach: 'behind', changes: [], horizon: { seq: now.seq, stamp: 0 }, isWithdrawing: true };
      }
      const changes = this.#backend.log.slice(cursor?.seq ?? 0).filter((change) => this.#backend.mayRead(change));
      return { cursor: now, reach: cursor === null ? 'first' : 'since', changes, horizon: noHorizon };
    });
  }

  readMetadata(): Promise<Metadata> {
    return this.#ask('readMetadata', async () => {
      const keys = [...groupBy(this.#backend.log, ({ entityKey }) => entityKey).keys()];
      return toMetadata(new Map(keys.map((key) => [key, KeySums.of(this.#backend.records(key)).summary()])));
    });
  }

  readKey(entityKey: string): Promise<readonly StoredRecord[]> {
    return this.#ask('readKey', async () => this.#backend.records(entityKey));
  }

  commit(changes: readonly Change[], since: Cursor | null): Promise<Committed | 'stale'> {
    return this.#ask('commit', async () => {
      if ((since?.seq ?? 0) !== this.#backend.log.length) return 'stale';
      const results = changes.map((change): ApplyResult => {
        const reason = this.#backend.refuse(change);
        if (reason !== null) return { outcome: 'rejected', code: 'invalid-entity', reason };
        this.#backend.log.push(change);
        return { outcome: 'applied' };
      });
      return { cursor: this.#cursor(), results };
    });
  }

  async apply(changes: readonly Change[]): Promise<readonly ApplyResult[]> {
    return ((await this.commit(changes, this.#cursor())) as Committed).results;
  }

  async close(): Promise<void> {}

  #cursor(): Cursor {
    const seq = this.#backend.log.length;
    return { lineage: 'backend', seq, nonce: this.#backend.view };
  }

  #ask<T>(method: string, work: () => Promise<T>): Promise<T> {
    return this.#faults.run({ method, key: '', work });
  }
}
