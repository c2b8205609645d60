import type { PendingRecord } from '../blob/KeyDraft.ts';
import type { AnyEntity } from '../interfaces/Entity.ts';
import type { Refusal } from '../interfaces/OutboxEntry.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import type { PendingChange, RejectedChange } from '../interfaces/SyncTypes.ts';
import type { Outbox } from '../tiers/Outbox.ts';
import type { RefusedDecisions } from './RefusedDecisions.ts';

export interface RefusedOptions {
  readonly outbox: Outbox;
  readonly show: (record: StoredRecord | null) => AnyEntity | null;
  readonly decisions: Pick<RefusedDecisions, 'retry' | 'discard' | 'edit'>;
}

/** What waits to be sent, and what the cloud refused, as the app sees it. */
export class Refused {
  readonly #o: RefusedOptions;
  /** What was shown once stays the same object while nothing about it changes. */
  #shown: ReadonlyMap<string, RejectedChange> = new Map();

  constructor(options: RefusedOptions) {
    this.#o = options;
  }

  lists(): { readonly pending: readonly PendingChange[]; readonly rejected: readonly RejectedChange[] } {
    const all = this.#o.outbox.all();
    const rejected = all.filter(({ entry }) => entry.rejected !== null);
    const shown = rejected.map((one): [string, RejectedChange] => {
      const state = JSON.stringify([one.entityName, one.id, one.record?.hash, one.entry.rejected]);
      return [state, this.#shown.get(state) ?? this.#rejectedOf(one)];
    });
    this.#shown = new Map(shown);
    return { pending: Object.freeze(all.map(pendingOf)), rejected: Object.freeze(shown.map(([, one]) => one)) };
  }

  #rejectedOf(pending: PendingRecord): RejectedChange {
    const { entityName, id, entry, record } = pending;
    const { code, reason } = entry.rejected as Refusal;
    return {
      entityName,
      id,
      code,
      reason,
      entity: this.#o.show(record ?? null),
      retry: () => this.#o.decisions.retry(pending),
      discard: () => this.#o.decisions.discard(pending),
      edit: (patch) => this.#o.decisions.edit(pending, patch),
    };
  }
}

function pendingOf({ entityName, id, entry, record }: PendingRecord): PendingChange {
  const type = record?.isDeleted ? 'delete' : entry.base ? 'update' : 'create';
  return Object.freeze({ entityName, id, type, state: entry.rejected === null ? 'waiting' : 'rejected' });
}
