import { activeIn } from '../blob/indexCounts.ts';
import { type HeldRecords, hasWaiting, KeyDraft } from '../blob/KeyDraft.ts';
import { toMetadata } from '../blob/KeySums.ts';
import { type KeyDataDraft, newKeyData } from '../blob/keyData.ts';
import { closedError, type TierSyncError } from '../errors.ts';
import type { BlobHeader, EntityKeyData, JsonValue } from '../interfaces/EntityKeyData.ts';
import type { ApplyResult, Change } from '../interfaces/ITier.ts';
import type { KeySummary, Metadata } from '../interfaces/Metadata.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { takeLater } from '../reconcile/takeLater.ts';
import { getOrAdd } from '../util/getOrAdd.ts';
import type { LocalTier } from './LocalTier.ts';
import type { Decide, Revise } from './revision.ts';

/** By entity name and id. */
type Records = Map<string, Map<string, StoredRecord>>;

/** A key as it is held: its records, and what the engine keeps beside them. */
interface HeldKey {
  readonly records: Records;
  readonly header: BlobHeader;
  readonly summary: KeySummary;
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
    return toMetadata(new Map([...this.#keys].map(([key, { summary }]) => [key, summary])));
  }

  async readKey(entityKey: string): Promise<readonly StoredRecord[]> {
    this.#assertOpen();
    return [...allOf(this.#keys.get(entityKey)?.records ?? new Map())];
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
    const found = this.#keys.get(key);
    const { records, header, summary } = found ?? { records: new Map() as Records, ...nothing };
    const held: HeldRecords = {
      of: (entityName, id) => records.get(entityName)?.get(id),
      all: () => allOf(records),
    };
    return new KeyDraft(key, { $: ownHeader(header) }, { summary, held });
  }

  /** All of it, once everything is decided. */
  #keep(drafts: Iterable<KeyDraft>): void {
    const changed = [...drafts].filter(({ isChanged }) => isChanged);
    const wasWaiting = new Set(changed.map(({ entityKey }) => entityKey).filter((key) => this.#isWaiting(key)));
    for (const draft of changed) {
      const before = this.#keys.get(draft.entityKey);
      const records: Records = before?.records ?? new Map();
      for (const { entityName, id, record } of draft.latest()) {
        const ofName = getOrAdd(records, entityName, () => new Map<string, StoredRecord>());
        if (record === undefined) ofName.delete(id);
        else ofName.set(id, record);
      }
      const summary = draft.summary();
      this.#active += activeIn(summary) - activeIn(before?.summary);
      this.#keys.set(draft.entityKey, { records, header: draft.data.$, summary });
    }
    for (const draft of changed) if (draft.isWaiting || wasWaiting.has(draft.entityKey)) this.#onWaiting(draft);
  }

  #isWaiting(key: string): boolean {
    const header = this.#keys.get(key)?.header;
    return header !== undefined && hasWaiting({ $: header });
  }

  #assertOpen(): void {
    if (this.#isClosed) throw closedError();
  }
}

function* allOf(records: Records): Generator<StoredRecord> {
  for (const ofName of records.values()) yield* ofName.values();
}

const nothing = { header: newKeyData().$, summary: undefined };

/** Entries are changed where they stand while something is decided. */
function ownHeader(header: BlobHeader): BlobHeader {
  const { outbox } = header;
  if (outbox === undefined) return header;
  const names = Object.entries(outbox as { [name: string]: JsonValue });
  return { ...header, outbox: Object.fromEntries(names.map(([name, ofName]) => [name, { ...Object(ofName) }])) };
}
