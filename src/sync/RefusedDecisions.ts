import type { KeyDraft, PendingRecord } from '../blob/KeyDraft.ts';
import type { SyncOptions } from '../interfaces/SyncTypes.ts';
import type { Finding } from '../reconcile/Finding.ts';
import type { LocalSide } from './guardedLocal.ts';
import type { LinkState } from './LinkState.ts';
import type { MemorySide } from './MemorySide.ts';

export interface RefusedDecisionsOptions {
  readonly local: LocalSide;
  readonly memory: MemorySide;
  readonly state: LinkState;
  readonly options: Pick<SyncOptions, 'direction'>;
  readonly update: (entityName: string, id: string, patch: object) => Promise<unknown>;
  readonly pull: () => Promise<unknown>;
  readonly push: () => Promise<unknown>;
}

/** The decision is durable, whatever becomes of the run that follows: the status tells of that, and it is tried again. */
const ignore = (): void => {};

/**
 * Carries out what the app decides about a change that the cloud refused: to send it again, to undo it, or to edit it. Each
 * resolves when the decision is durable on this device; the run that follows is one like any other.
 */
export class RefusedDecisions {
  readonly #o: RefusedDecisionsOptions;

  constructor(options: RefusedDecisionsOptions) {
    this.#o = options;
  }

  /** Sends it again. */
  async retry(pending: PendingRecord): Promise<void> {
    await this.#decide(pending, (draft, { entityName, id }) => {
      const entry = draft.entry(entityName, id);
      if (entry !== undefined) draft.setEntry(entityName, id, { ...entry, rejected: null });
    });
    this.#o.push().catch(ignore);
  }

  async edit(pending: PendingRecord, patch: object): Promise<void> {
    await this.#o.update(pending.entityName, pending.id, patch);
    // The refusal was of the version before; the new one may be sent.
    await this.#o.memory.flush();
    await this.retry(pending);
  }

  /** What the cloud has takes its place. If that is not known, the key is fetched, and until then the entity is not here. */
  async discard(pending: PendingRecord): Promise<void> {
    const { entityKey, entityName, id } = pending;
    const { state, memory, options } = this.#o;
    // A device that only sends never fetches: what the cloud has stays unknown to it.
    const isUnknown = pending.entry.base === undefined && options.direction !== 'push';
    if (isUnknown && !state.remote.has(entityKey)) {
      // Stored first: after a crash in between, the key is fetched all the same.
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
    if (isUnknown) this.#o.pull().catch(ignore);
  }

  async #decide(pending: PendingRecord, decide: (draft: KeyDraft, pending: PendingRecord) => void): Promise<void> {
    const refused = await this.#o.local.revise(new Map([[pending.entityKey, (draft) => decide(draft, pending)]]));
    for (const error of refused.values()) throw error;
  }
}
