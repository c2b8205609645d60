import type { KeyDraft } from '../blob/KeyDraft.ts';
import type { StoredConflict } from '../blob/storedConflict.ts';
import { recordOfForm } from '../blob/storedForm.ts';
import { TierSyncError } from '../errors.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import type { Conflict } from '../interfaces/SyncTypes.ts';
import { broughtBack, type GivenWay, lostIn } from '../reconcile/givenWay.ts';
import type { ConflictList } from '../tiers/ConflictList.ts';
import { getOrAdd } from '../util/getOrAdd.ts';
import type { CloudLinkOptions } from './CloudLinkOptions.ts';
import type { LocalSide } from './guardedLocal.ts';

export interface ConflictJournalOptions
  extends Pick<CloudLinkOptions, 'keyOf' | 'show' | 'peek' | 'get' | 'save' | 'events'> {
  readonly local: LocalSide;
  readonly conflicts: ConflictList;
}

/** The conflicts that were decided, as the app sees them: both versions, and how to bring back what was lost. */
export class ConflictJournal {
  readonly #o: ConflictJournalOptions;
  /** What was shown once stays the same object. */
  readonly #shown = new WeakMap<StoredConflict, Conflict>();

  constructor(options: ConflictJournalOptions) {
    this.#o = options;
  }

  all(): readonly Conflict[] {
    return Object.freeze(this.#o.conflicts.all().map((conflict) => this.show(conflict)));
  }

  show(stored: StoredConflict): Conflict {
    return getOrAdd(this.#shown, stored, () => this.#shownAs(stored));
  }

  /** These were decided just now. */
  tell(found: readonly StoredConflict[]): void {
    for (const stored of found) this.#o.events.emit({ type: 'conflict', conflict: this.show(stored) });
  }

  #shownAs(stored: StoredConflict): Conflict {
    const { number, at, entityName, id, strategy, reason } = stored;
    const recordOf = (form: unknown): StoredRecord | null => recordOfForm(entityName, id, form ?? null) ?? null;
    const records = { local: recordOf(stored.local), remote: recordOf(stored.remote) };
    const [local, remote] = [this.#o.show(records.local), this.#o.show(records.remote)];
    const base = stored.base === undefined ? undefined : this.#o.show(recordOf(stored.base));
    const won = stored.winner;
    const winner = won === 'local' ? local : won === 'remote' ? remote : this.#o.show(recordOf(won));
    const ofLocal: GivenWay = { base, version: local, winner };
    const hasLocalLost = won === 'remote' || (won !== 'local' && lostIn(ofLocal).length > 0);
    // Where both gave way to a new version, it is what was made here that somebody may miss first.
    const given = hasLocalLost ? ofLocal : { ...ofLocal, version: remote };
    const lost = hasLocalLost ? records.local : records.remote;
    return {
      ...{ number, at: new Date(at), entityName, id, strategy, reason, base, local, remote, winner },
      lost: Object.freeze(lostIn(given)),
      restore: async () => {
        if (lost?.isDeleted === false && given.version === null) {
          throw new TierSyncError(
            'upgrade-needed',
            `${entityName} ${id}: a newer version of this app made what was lost`,
          );
        }
        await this.#restore(stored, given);
      },
      dismiss: () => this.#dismiss(stored),
    };
  }

  async #restore(stored: StoredConflict, given: GivenWay): Promise<void> {
    const { peek, get, save } = this.#o;
    const { entityName, id } = stored;
    if (peek(entityName, id) === undefined) await get(entityName, id);
    if (lostIn(given).length > 0) {
      // Looked at in the same turn as it is written: it may have been edited meanwhile.
      const fields = broughtBack(given, peek(entityName, id) ?? null);
      save(entityName, id, fields && { ...fields, id, createdAt: given.version?.['createdAt'] });
    }
    this.#dismiss(stored);
  }

  #dismiss({ number, id }: StoredConflict): void {
    const drop = (draft: KeyDraft): void => draft.dropConflicts((conflict) => conflict.number === number);
    this.#o.conflicts.drop(number);
    // What cannot be stored now is on the list again after a restart, and can be taken off it again.
    this.#o.local.revise(new Map([[this.#o.keyOf(id), drop]])).catch(() => {});
  }
}
