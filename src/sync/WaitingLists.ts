import type { PendingRecord } from '../blob/KeyDraft.ts';
import type { StoredConflict } from '../blob/storedConflict.ts';
import type { DataEvents } from '../DataEvents.ts';
import type { SyncLists } from '../interfaces/SyncWork.ts';
import type { ConflictList } from '../tiers/ConflictList.ts';
import type { Outbox, OutboxChange } from '../tiers/Outbox.ts';
import type { ConflictJournal } from './ConflictJournal.ts';
import type { Refused } from './Refused.ts';

export interface WaitingListsOptions {
  readonly outbox: Outbox;
  readonly conflicts: ConflictList;
  readonly journal: ConflictJournal;
  readonly refused: Refused;
  readonly events: DataEvents;
  readonly onGone?: (gone: readonly PendingRecord[]) => void;
  readonly onConflicts?: (count: number) => void;
}

/** What waits for the cloud and for somebody who decides, as it stands in the blobs: lists, and an event for each change. */
export class WaitingLists {
  readonly #o: WaitingListsOptions;
  readonly #listeners = new Set<() => void>();
  readonly #stopListening: readonly (() => void)[];
  #lists: SyncLists | null = null;
  #isTelling = false;

  constructor(options: WaitingListsOptions) {
    this.#o = options;
    this.#stopListening = [
      options.outbox.onChange((change) => this.#noteOutbox(change)),
      options.conflicts.onChange((found) => this.#noteConflicts(found)),
    ];
  }

  lists(): SyncLists {
    this.#lists ??= listsOf(this.#o);
    return this.#lists;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** They may answer otherwise. However much changes in one turn, it is told once, when that is over. */
  changed(): void {
    this.#lists = null;
    if (this.#isTelling) return;
    this.#isTelling = true;
    queueMicrotask(() => {
      this.#isTelling = false;
      for (const listener of [...this.#listeners]) listener();
    });
  }

  close(): void {
    for (const stop of this.#stopListening) stop();
  }

  #noteOutbox({ gone, refused }: OutboxChange): void {
    const { events, onGone } = this.#o;
    onGone?.(gone);
    const ids = gone.map(({ entityName, id }) => ({ entityName, id }));
    if (ids.length > 0) events.emit({ type: 'synced', ids });
    for (const { entityName, id, entry } of refused) {
      if (entry.rejected) events.emit({ type: 'rejected', entityName, id, refusal: entry.rejected });
    }
    this.changed();
  }

  #noteConflicts(found: readonly StoredConflict[]): void {
    const { journal, onConflicts } = this.#o;
    onConflicts?.(found.length);
    journal.tell(found);
    this.changed();
  }
}

/** Each is made when somebody looks at it: an outbox may be long. */
function listsOf({ refused, journal }: Pick<WaitingListsOptions, 'refused' | 'journal'>): SyncLists {
  let pending: SyncLists['pending'] | undefined;
  let rejected: SyncLists['rejected'] | undefined;
  let conflicts: SyncLists['conflicts'] | undefined;
  return {
    get pending() {
      pending ??= refused.pending();
      return pending;
    },
    get rejected() {
      rejected ??= refused.rejected();
      return rejected;
    },
    get conflicts() {
      conflicts ??= journal.all();
      return conflicts;
    },
  };
}
