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
  /** What was shown once stays the same object while nothing about it changes, so that lists are compared at a glance. */
  #shown: ReadonlyMap<string, RejectedChange> = new Map();
  #pending: readonly PendingChange[] = [];

  constructor(options: RefusedOptions) {
    this.#o = options;
  }

  pending(): readonly PendingChange[] {
    // Mostly one is edited, or comes last: each stands where it stood.
    const before = this.#pending;
    this.#pending = Object.freeze(this.#o.outbox.all().map((one, i) => pendingOf(one, before[i])));
    return this.#pending;
  }

  rejected(): readonly RejectedChange[] {
    const rejected = this.#o.outbox.all().filter(({ entry }) => entry.rejected !== null);
    const shown = rejected.map((one): [string, RejectedChange] => {
      const state = JSON.stringify([one.entityName, one.id, one.record?.hash, one.entry.rejected]);
      return [state, this.#shown.get(state) ?? this.#rejectedOf(one)];
    });
    this.#shown = new Map(shown);
    return Object.freeze(shown.map(([, one]) => one));
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

/** The one that was shown there before, if nobody could tell the two apart. */
function pendingOf({ entityName, id, entry, record }: PendingRecord, before?: PendingChange): PendingChange {
  const type = record?.isDeleted ? 'delete' : entry.base ? 'update' : 'create';
  const state = entry.rejected === null ? 'waiting' : 'rejected';
  const isStill =
    before?.id === id && before.entityName === entityName && before.type === type && before.state === state;
  return isStill ? before : Object.freeze({ entityName, id, type, state });
}
