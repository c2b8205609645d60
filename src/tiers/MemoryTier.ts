import { activeIn } from '../blob/indexCounts.ts';
import { KeyDraft } from '../blob/KeyDraft.ts';
import type { KeyGround } from '../blob/KeyGround.ts';
import { toMetadata } from '../blob/KeySums.ts';
import { type KeyDataDraft, newKeyData } from '../blob/keyData.ts';
import { closedError, type TierSyncError } from '../errors.ts';
import type { BlobHeader, EntityKeyData } from '../interfaces/EntityKeyData.ts';
import type { ApplyResult, Change } from '../interfaces/ITier.ts';
import type { KeySummary, Metadata } from '../interfaces/Metadata.ts';
import type { OutboxEntry } from '../interfaces/OutboxEntry.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { takeLater } from '../reconcile/takeLater.ts';
import { getOrAdd } from '../util/getOrAdd.ts';
import { PlaceMap } from '../util/PlaceMap.ts';
import type { LocalTier } from './LocalTier.ts';
import type { Decide, Revise } from './revision.ts';

/** A key as it is held: its records, what of them waits to be sent, and what the engine keeps beside them. */
class HeldKey implements KeyGround {
  readonly stored = new PlaceMap<StoredRecord>();
  readonly entries = new PlaceMap<OutboxEntry>();
  header: BlobHeader = newKeyData().$;
  summary: KeySummary | undefined;

  record(entityName: string, id: string): StoredRecord | undefined {
    return this.stored.get(entityName, id);
  }

  records(): Iterable<StoredRecord> {
    return this.stored.values();
  }

  entry(entityName: string, id: string): OutboxEntry | undefined {
    return this.entries.get(entityName, id);
  }

  waiting(): Iterable<readonly [entityName: string, id: string]> {
    return this.entries.places();
  }

  get waitingCount(): number {
    return this.entries.size;
  }

  take(draft: KeyDraft): void {
    for (const [entityName, id, record] of draft.latest()) {
      if (record === undefined) this.stored.delete(entityName, id);
      else this.stored.set(entityName, id, record);
    }
    for (const [entityName, id, entry] of draft.latestEntries()) {
      if (entry === null) this.entries.delete(entityName, id);
      else this.entries.set(entityName, id, entry);
    }
    this.header = draft.data.$;
    this.summary = draft.summary();
  }
}

/**
 * The local tier of an app that lives in memory only, so that there too device and cloud meet in one place. Records are
 * held as what they are: nothing is serialised, and a change costs the same however much there is.
 */
export class MemoryTier implements LocalTier {
  readonly isComplete = true;
  readonly uncounted: readonly string[] = [];
  readonly lost: ReadonlySet<string> = new Set();
  readonly #onWaiting: (draft: KeyDraft) => void;
  readonly #keys = new Map<string, HeldKey>();
  #note: EntityKeyData | null = null;
  #active = 0;
  #isClosed = false;

  constructor(onWaiting: (draft: KeyDraft) => void) {
    this.#onWaiting = onWaiting;
  }

  async readMetadata(): Promise<Metadata> {
    return toMetadata(this.summaries());
  }

  /** Nothing makes room in memory. */
  readHeld(entityKey: string): Promise<readonly StoredRecord[]> {
    return this.readKey(entityKey);
  }

  async readKey(entityKey: string): Promise<readonly StoredRecord[]> {
    this.#assertOpen();
    return [...(this.#keys.get(entityKey)?.records() ?? [])];
  }

  async apply<C extends Change>(changes: readonly C[], decide: Decide<C> = takeLater): Promise<readonly ApplyResult[]> {
    this.#assertOpen();
    const drafts = new Map<string, KeyDraft>();
    const draftOf = (key: string): KeyDraft => getOrAdd(drafts, key, () => this.#draft(key));
    const results = changes.map((change) => decide(draftOf(change.entityKey), change));
    this.#keep(drafts.values());
    return results;
  }

  async revise(revisions: ReadonlyMap<string, Revise>): Promise<ReadonlyMap<string, TierSyncError>> {
    this.#assertOpen();
    const drafts: KeyDraft[] = [];
    for (const [key, revise] of revisions) {
      const draft = this.#draft(key);
      revise(draft);
      drafts.push(draft);
    }
    this.#keep(drafts);
    return new Map();
  }

  async readWaiting(): Promise<void> {
    for (const key of this.#keys.keys()) this.#onWaiting(this.#draft(key));
  }

  countActive(): number {
    return this.#active;
  }

  summaries(): ReadonlyMap<string, KeySummary> {
    return new Map([...this.#keys].flatMap(([key, { summary }]) => (summary ? [[key, summary] as const] : [])));
  }

  summaryOf(entityKey: string): KeySummary | undefined {
    return this.#keys.get(entityKey)?.summary;
  }

  async readNote(): Promise<KeyDataDraft | null> {
    return this.#note === null ? null : ({ ...newKeyData(), ...this.#note } as KeyDataDraft);
  }

  async writeNote(note: EntityKeyData): Promise<void> {
    this.#assertOpen();
    this.#note = note;
  }

  async clear(): Promise<void> {
    this.#keys.clear();
    this.#note = null;
    this.#active = 0;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #draft(key: string): KeyDraft {
    const held = this.#keys.get(key) ?? new HeldKey();
    return new KeyDraft(key, { $: held.header }, { summary: held.summary, held });
  }

  /** All of it, once everything is decided. */
  #keep(drafts: Iterable<KeyDraft>): void {
    const changed = [...drafts].filter(({ isChanged }) => isChanged);
    for (const draft of changed) {
      const held = getOrAdd(this.#keys, draft.entityKey, () => new HeldKey());
      this.#active -= activeIn(held.summary);
      held.take(draft);
      this.#active += activeIn(held.summary);
    }
    for (const draft of changed) this.#onWaiting(draft);
  }

  #assertOpen(): void {
    if (this.#isClosed) throw closedError();
  }
}
