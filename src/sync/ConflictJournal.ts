import type { KeyDraft } from '../blob/KeyDraft.ts';
import type { StoredConflict } from '../blob/storedConflict.ts';
import { recordOfForm } from '../blob/storedForm.ts';
import type { AnyEntity } from '../interfaces/Entity.ts';
import type { JsonValue } from '../interfaces/EntityKeyData.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import type { Conflict } from '../interfaces/SyncTypes.ts';
import type { ConflictList } from '../tiers/ConflictList.ts';
import { getOrAdd } from '../util/getOrAdd.ts';
import type { LocalSide } from './guardedLocal.ts';

export interface ConflictJournalOptions {
  readonly local: LocalSide;
  readonly conflicts: ConflictList;
  readonly keyOf: (id: string) => string;
  /** As the app sees it. */
  readonly show: (record: StoredRecord | null) => AnyEntity | null;
  /** Saves a version anew; null: deletes. */
  readonly save: (entityName: string, id: string, version: AnyEntity | null) => void;
}

/** The conflicts that were decided, as the app sees them: both versions, and how to bring back the one that lost. */
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

  #shownAs({ number, at, entityName, id, strategy, reason, ...forms }: StoredConflict): Conflict {
    const shown = (form: JsonValue): AnyEntity | null =>
      this.#o.show(recordOfForm(entityName, id, form ?? null) ?? null);
    const local = shown(forms.local);
    const remote = shown(forms.remote);
    // Where both gave way to a new version, it is the one from here that somebody may miss.
    const hasLocalWon = forms.winner === 'local';
    return {
      number,
      at: new Date(at),
      entityName,
      id,
      strategy,
      reason,
      local,
      remote,
      winner: hasLocalWon ? local : forms.winner === 'remote' ? remote : shown(forms.winner),
      restore: () => {
        this.#o.save(entityName, id, hasLocalWon ? remote : local);
        this.#dismiss(number, id);
      },
      dismiss: () => this.#dismiss(number, id),
    };
  }

  #dismiss(number: number, id: string): void {
    const drop = (draft: KeyDraft): void => draft.dropConflicts((conflict) => conflict.number === number);
    this.#o.conflicts.drop(number);
    // What cannot be stored now is on the list again after a restart, and can be taken off it again.
    this.#o.local.revise(new Map([[this.#o.keyOf(id), drop]])).catch(() => {});
  }
}
