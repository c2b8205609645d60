import type { DataEvents } from './DataEvents.ts';
import { TierSyncError } from './errors.ts';
import type { ApplyResult } from './interfaces/ITier.ts';
import type { Room } from './interfaces/Room.ts';
import type { Adoption, KeyLoader } from './KeyLoader.ts';
import { applyEdit, type Edit } from './reconcile/applyEdit.ts';
import type { LinkRules } from './reconcile/Finding.ts';
import { takeLater } from './reconcile/takeLater.ts';
import type { Journal } from './tiers/Journal.ts';
import type { LocalTier } from './tiers/LocalTier.ts';
import { nothingUnderway, Underway } from './tiers/Underway.ts';
import { isFull } from './util/isFull.ts';
import { SerialQueue } from './util/SerialQueue.ts';

export interface FlushHandlerOptions {
  readonly journal: Journal;
  readonly local: LocalTier;
  readonly loader: KeyLoader;
  readonly events: DataEvents;
  /** How edits are noted for a cloud; null while there is none. */
  readonly rules: () => LinkRules | null;
  readonly room: Pick<Room, 'makeRoom'>;
}

/** Somebody who writes to a new key each time another is loaded must not keep a flush from ending. */
const maxRounds = 20;

type SavedId = { readonly entityName: string; readonly id: string };

/** Carries what was written in memory to the slower tier. What could not be delivered stays in the journal. */
export class FlushHandler {
  readonly #o: FlushHandlerOptions;
  readonly #queue = new SerialQueue();
  #underway = nothingUnderway;
  #hasFoundLoss = false;

  constructor(options: FlushHandlerOptions) {
    this.#o = options;
    options.events.listen((event) => {
      if (event.type === 'problem') this.#hasFoundLoss = true;
    });
  }

  /** Whether the latest write of an id is not durable yet. */
  isPending(entityName: string, id: string): boolean {
    return this.#o.journal.isPending(entityName, id) || this.#underway.has(entityName, id);
  }

  /** Whether anything of a key is not durable yet. */
  isPendingIn(entityKey: string): boolean {
    return this.#o.journal.isPendingIn(entityKey) || this.#underway.hasKey(entityKey);
  }

  /** Every edit that is not durable yet; what is under way may not arrive. */
  get pending(): readonly Edit[] {
    return [...this.#underway.edits, ...this.#o.journal.pending()];
  }

  get hasPending(): boolean {
    return this.#underway.edits.length > 0 || this.#o.journal.hasChanges || this.#o.loader.hasClears;
  }

  /**
   * Delivers everything written before the call. One at a time, whoever asks: what another one has under way is not
   * durable before that one is done.
   */
  flush(): Promise<void> {
    return this.#queue.run(() => this.#flushOrMakeRoom());
  }

  async #flushOrMakeRoom(): Promise<void> {
    try {
      await this.#flush();
    } catch (error) {
      if (!isFull(error) || !(await this.#o.room.makeRoom())) throw error;
      await this.#flush();
    }
  }

  /** Has edits arrive at the slower tier, and noted for a cloud if there is one. */
  apply(edits: readonly Edit[]): Promise<readonly ApplyResult[]> {
    const rules = this.#o.rules();
    return this.#o.local.apply(edits, (draft, edit) =>
      rules === null ? takeLater(draft, edit) : applyEdit(draft, edit, rules),
    );
  }

  async #flush(): Promise<void> {
    this.#hasFoundLoss = false;
    await this.#deliver();
    // What the slower tier turned out to have lost stands in the journal again, and was promised to be durable.
    if (!this.#hasFoundLoss) return;
    this.#hasFoundLoss = false;
    await this.#deliver();
    if (this.#hasFoundLoss)
      throw new TierSyncError('unavailable', 'what is written to the local tier does not stay there');
  }

  async #deliver(): Promise<void> {
    const { journal, loader } = this.#o;
    const { loaded, reason } = await this.#loadChangedKeys();
    const idle: SavedId[] = [];
    const changes = journal.takeChanges(
      (key) => loaded.has(key),
      (entityName, id) => idle.push({ entityName, id }),
    );
    if (idle.length > 0) this.#o.events.emit({ type: 'saved', ids: idle });
    if (changes.length > 0) {
      this.#underway = new Underway(changes);
      let results: readonly ApplyResult[];
      try {
        results = await this.apply(changes);
      } catch (error) {
        journal.giveBack(changes);
        throw error;
      } finally {
        this.#underway = nothingUnderway;
      }
      const superseded = changes.flatMap((change, i) => supersededBy(change, results[i]));
      if (superseded.length > 0) await loader.adopt(superseded, (name, id) => this.isPending(name, id));
      loader.noteWhole(new Set(changes.map(({ entityKey }) => entityKey)));
      this.#settle(changes, results);
    }
    if (reason !== null) throw reason;
  }

  /**
   * What is written to a key is only right once the key is known, and a key that cannot be loaded does not hold up others.
   * Keys that are written while others are loaded are loaded too: an edit that was promised may have moved to one.
   */
  async #loadChangedKeys(): Promise<{ loaded: ReadonlySet<string>; reason: unknown }> {
    const { journal, loader } = this.#o;
    const loaded = new Set<string>();
    const failed = new Set<string>();
    let reason: unknown = null;
    for (let round = 0; round < maxRounds; round++) {
      const keys = [...journal.changedKeys(), ...loader.keysToClear()];
      const next = keys.filter((key) => !loaded.has(key) && !failed.has(key));
      if (next.length === 0) break;
      for (const key of new Set(next)) {
        try {
          if (!loader.isHere(key)) await loader.load([key]);
          loaded.add(key);
        } catch (error) {
          failed.add(key);
          reason ??= error;
        }
      }
    }
    return { loaded, reason };
  }

  /** Tells what is durable now. A refused change stays in the journal, and the flush says why. */
  #settle(changes: readonly Edit[], results: readonly ApplyResult[]): void {
    const refused = changes.filter((_, i) => results[i]?.outcome === 'rejected');
    this.#o.journal.giveBack(refused);
    const saved = changes.filter((_, i) => results[i]?.outcome !== 'rejected');
    this.#o.journal.delivered(saved);
    if (saved.length > 0) {
      this.#o.events.emit({ type: 'saved', ids: saved.map(({ entityName, id }) => ({ entityName, id })) });
    }
    for (const result of results) {
      if (result.outcome === 'rejected') throw new TierSyncError(result.code, result.reason);
    }
  }
}

/** What the slower tier holds in the place of what it was sent. */
function supersededBy({ entityKey, entityName, id, record }: Edit, result: ApplyResult | undefined): Adoption[] {
  if (result?.outcome !== 'superseded') return [];
  return [{ entityKey, entityName, id, before: record ?? undefined, after: result.record }];
}
