import type { KeyDraft, PendingRecord } from '../blob/KeyDraft.ts';
import type { AnyEntity } from '../interfaces/Entity.ts';
import type { Refusal } from '../interfaces/OutboxEntry.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import type { PendingChange, RejectedChange, SyncOptions } from '../interfaces/SyncTypes.ts';
import type { Finding } from '../reconcile/Finding.ts';
import type { Outbox } from '../tiers/Outbox.ts';
import type { LocalSide } from './guardedLocal.ts';
import type { LinkState } from './LinkState.ts';
import type { MemorySide } from './MemorySide.ts';

export interface RefusedOptions {
  readonly local: LocalSide;
  readonly outbox: Outbox;
  readonly memory: MemorySide;
  readonly state: LinkState;
  readonly options: Pick<SyncOptions, 'direction'>;
  readonly show: (record: StoredRecord | null) => AnyEntity | null;
  readonly update: (entityName: string, id: string, patch: object) => Promise<unknown>;
  readonly pull: () => Promise<unknown>;
  readonly push: () => Promise<unknown>;
}

/** What waits to be sent, and what the cloud refused: sent again, taken back or changed when somebody says so. */
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
      retry: () => this.#again(pending),
      discard: () => this.#discard(pending),
      edit: async (patch) => {
        await this.#o.update(entityName, id, patch);
        // Whatever was changed, it is another version now, and may be sent.
        await this.#o.memory.flush();
        await this.#again(pending);
      },
    };
  }

  async #again(pending: PendingRecord): Promise<void> {
    await this.#decide(pending, (draft, { entityName, id }) => {
      const entry = draft.entry(entityName, id);
      if (entry !== undefined) draft.setEntry(entityName, id, { ...entry, rejected: null });
    });
    await this.#o.push();
  }

  /** What the cloud holds takes its place; where that is not known, it is asked for. */
  async #discard(pending: PendingRecord): Promise<void> {
    const { entityKey, entityName, id } = pending;
    const { state, memory, options } = this.#o;
    // A device that only sends knows of nothing but its own.
    const isUnknown = pending.entry.base === undefined && options.direction !== 'push';
    if (isUnknown && !state.remote.has(entityKey)) {
      // First, so that whatever comes in between, the gap is looked into.
      state.markRemote(entityKey, { names: null, stamp: 0, since: null });
      await state.save();
    }
    let finding: Finding | null = null;
    await this.#decide(pending, (draft) => {
      const entry = draft.entry(entityName, id);
      const before = draft.record(entityName, id);
      if (entry === undefined || before === undefined) return;
      const after = entry.base ?? null;
      draft.remove(entityName, id);
      if (after !== null) draft.put(after);
      finding = { entityKey, entityName, id, before, after };
    });
    if (finding !== null) await memory.adopt([finding], [entityKey], new Set());
    if (isUnknown) await this.#o.pull();
  }

  async #decide(pending: PendingRecord, decide: (draft: KeyDraft, pending: PendingRecord) => void): Promise<void> {
    const refused = await this.#o.local.revise(new Map([[pending.entityKey, (draft) => decide(draft, pending)]]));
    for (const error of refused.values()) throw error;
  }
}

function pendingOf({ entityName, id, entry, record }: PendingRecord): PendingChange {
  const type = record?.isDeleted ? 'delete' : entry.base ? 'update' : 'create';
  return Object.freeze({ entityName, id, type, state: entry.rejected === null ? 'waiting' : 'rejected' });
}
