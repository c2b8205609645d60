import { newKeyData } from '../blob/keyData.ts';
import { recordOfForm, storedForm } from '../blob/storedForm.ts';
import type { AnyEntity } from '../interfaces/Entity.ts';
import type { EntityKeyData, JsonValue } from '../interfaces/EntityKeyData.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import type { Conflict, ConflictStrategy } from '../interfaces/SyncTypes.ts';
import type { Finding, FoundConflict } from '../reconcile/Finding.ts';
import type { LocalSide } from './guardedLocal.ts';

export interface ConflictJournalOptions {
  readonly local: LocalSide;
  readonly now: () => number;
  readonly strategyOf: (entityName: string) => ConflictStrategy;
  /** As the app sees it. */
  readonly show: (record: StoredRecord | null) => AnyEntity | null;
  /** Saves a version anew; null: deletes. */
  readonly save: (entityName: string, id: string, version: AnyEntity | null) => void;
  readonly onChange: () => void;
}

interface Entry {
  readonly number: number;
  readonly at: number;
  readonly entityName: string;
  readonly id: string;
  readonly strategy: ConflictStrategy;
  readonly reason: string;
  readonly local: JsonValue;
  readonly remote: JsonValue;
  readonly winner: JsonValue;
}

/** Bounded, because nobody may ever look. */
const entriesAtMost = 100;
const bytesAtMost = 2_000_000;

/** The conflicts that were decided, with both versions, so that the one that lost can be brought back; durable. */
export class ConflictJournal {
  readonly #o: ConflictJournalOptions;
  #entries: readonly Entry[];
  #conflicts: readonly Conflict[] | null = null;
  readonly #noted = new WeakMap<FoundConflict, Conflict>();
  #stored: readonly Entry[];

  private constructor(options: ConflictJournalOptions, entries: readonly Entry[]) {
    this.#o = options;
    this.#entries = entries;
    this.#stored = entries;
  }

  static async open(options: ConflictJournalOptions): Promise<ConflictJournal> {
    const note = await options.local.readNote('conflicts');
    const stored: unknown = note?.['conflicts'];
    return new ConflictJournal(options, Array.isArray(stored) ? stored.filter(isEntry) : []);
  }

  all(): readonly Conflict[] {
    this.#conflicts ??= Object.freeze(this.#entries.map((entry) => this.#conflictOf(entry)));
    return this.#conflicts;
  }

  has(entityName: string, id: string): boolean {
    return this.#entries.some((entry) => entry.id === id && entry.entityName === entityName);
  }

  /**
   * Notes a conflict while it is decided: it is stored with the decision, so that the version that lost is never nowhere.
   * One that is found again, because the decision could not be stored, is the same one. Answers with it as the app sees it.
   */
  note({ entityName, id, conflict }: Finding): Conflict | null {
    if (conflict === null) return null;
    const noted = this.#noted.get(conflict);
    if (noted !== undefined) return noted;
    const shown = this.#conflictOf(this.#enter(entityName, id, conflict));
    this.#noted.set(conflict, shown);
    return shown;
  }

  async save(): Promise<void> {
    const entries = this.#entries;
    if (entries === this.#stored) return;
    await this.#o.local.writeNote('conflicts', noteOf(entries));
    this.#stored = entries;
  }

  #enter(entityName: string, id: string, conflict: FoundConflict): Entry {
    const entry: Entry = {
      number: (this.#entries.at(-1)?.number ?? 0) + 1,
      at: this.#o.now(),
      entityName,
      id,
      strategy: this.#o.strategyOf(entityName),
      reason: conflict.reason,
      local: storedForm(conflict.local),
      remote: storedForm(conflict.remote),
      winner: storedForm(conflict.winner),
    };
    const known = this.#entries.find((other) => sidesOf(other) === sidesOf(entry));
    if (known !== undefined) return known;
    this.#set([...this.#entries, entry]);
    this.#o.local.noteWithDecision('conflicts', noteOf(this.#entries));
    return entry;
  }

  #set(entries: readonly Entry[]): void {
    this.#entries = withinLimits(entries);
    this.#conflicts = null;
    this.#o.onChange();
  }

  #dismiss(number: number): void {
    this.#set(this.#entries.filter((entry) => entry.number !== number));
    // What cannot be stored now is stored with the next conflict; until then it only comes back after a restart.
    this.save().catch(() => {});
  }

  #conflictOf({ number, at, entityName, id, strategy, reason, ...forms }: Entry): Conflict {
    const shown = (form: JsonValue): AnyEntity | null => this.#o.show(recordOfForm(entityName, id, form) ?? null);
    const local = shown(forms.local);
    const remote = shown(forms.remote);
    const hasRemoteWon = JSON.stringify(forms.winner) === JSON.stringify(forms.remote);
    // Where both gave way to a new version, it is the one from here that somebody may miss.
    const lost = JSON.stringify(forms.winner) === JSON.stringify(forms.local) ? remote : local;
    return {
      number,
      at: new Date(at),
      entityName,
      id,
      strategy,
      reason,
      local,
      remote,
      winner: hasRemoteWon ? remote : shown(forms.winner),
      restore: () => {
        this.#o.save(entityName, id, lost);
        this.#dismiss(number);
      },
      dismiss: () => this.#dismiss(number),
    };
  }
}

const isEntry = (value: unknown): value is Entry => {
  const { number, at, entityName, id, strategy, reason } = Object(value) as { readonly [field: string]: unknown };
  const isText = [entityName, id, strategy, reason].every((text) => typeof text === 'string');
  return isText && Number.isSafeInteger(number) && Number.isSafeInteger(at);
};

const noteOf = (conflicts: readonly Entry[]): EntityKeyData =>
  ({ ...newKeyData(), conflicts }) as unknown as EntityKeyData;

const sidesOf = ({ entityName, id, local, remote, winner }: Entry): string =>
  JSON.stringify([entityName, id, local, remote, winner]);

/** The latest ones. */
function withinLimits(entries: readonly Entry[]): readonly Entry[] {
  let kept = entries.slice(-entriesAtMost);
  while (kept.length > 1 && JSON.stringify(kept).length > bytesAtMost) kept = kept.slice(1);
  return kept;
}
