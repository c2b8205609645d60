import type { DataEvents } from './DataEvents.ts';
import { TierSyncError } from './errors.ts';
import type { ApplyResult, ITier } from './interfaces/ITier.ts';
import type { KeyLoader } from './KeyLoader.ts';
import type { StoreTier, TakenChanges } from './tiers/StoreTier.ts';

export interface SyncHandlerOptions {
  readonly store: StoreTier;
  readonly local: ITier;
  readonly loader: KeyLoader;
  readonly events: DataEvents;
}

/** Carries what was written in memory to the slower tier. What could not be delivered stays in the journal. */
export class SyncHandler {
  readonly #o: SyncHandlerOptions;
  #underway: TakenChanges | null = null;

  constructor(options: SyncHandlerOptions) {
    this.#o = options;
  }

  /** Whether the latest write of an id is not durable yet. */
  isPending(entityName: string, id: string): boolean {
    const isUnderway = this.#underway?.changes.some((change) => change.id === id && change.entityName === entityName);
    return isUnderway === true || this.#o.store.isPending(entityName, id);
  }

  get hasPending(): boolean {
    return this.#underway !== null || this.#o.store.hasChanges;
  }

  /** Delivers everything written before the call. Not to be called again before it is done. */
  async flush(): Promise<void> {
    const { store, local, loader, events } = this.#o;
    const { unloadable, reason } = await this.#loadChangedKeys();
    const taken = store.takeChanges((key) => !unloadable.has(key));
    if (taken.changes.length > 0) {
      this.#underway = taken;
      let results: readonly ApplyResult[];
      try {
        results = await local.apply(taken.changes);
      } catch (error) {
        store.giveBack(taken);
        throw error;
      } finally {
        this.#underway = null;
      }
      loader.adopt(results.flatMap((result) => (result.outcome === 'superseded' ? [result.record] : [])));
      this.#refuse(taken, results);
      events.emit({ type: 'saved', ids: taken.changes.map(({ entityName, id }) => ({ entityName, id })) });
    }
    if (reason !== null) throw reason;
  }

  /** What is written to a key is only right once the key is known; a key that cannot be loaded does not hold up others. */
  async #loadChangedKeys(): Promise<{ unloadable: ReadonlySet<string>; reason: unknown }> {
    const { store, loader } = this.#o;
    const unloadable = new Set<string>();
    let reason: unknown = null;
    for (const key of new Set([...store.changedKeys(), ...loader.keysToClear()])) {
      try {
        await loader.load([key]);
      } catch (error) {
        unloadable.add(key);
        reason ??= error;
      }
    }
    return { unloadable, reason };
  }

  /** A refused change stays in the journal, and the flush says why. */
  #refuse(taken: TakenChanges, results: readonly ApplyResult[]): void {
    const refused = results.flatMap((result, i) => (result.outcome === 'rejected' ? [{ result, i }] : []));
    const [first] = refused;
    if (first === undefined) return;
    this.#o.store.giveBack({
      changes: refused.flatMap(({ i }) => taken.changes[i] ?? []),
      before: refused.map(({ i }) => taken.before[i]),
    });
    throw new TierSyncError(first.result.code, first.result.reason);
  }
}
