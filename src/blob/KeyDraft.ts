import type { BlobChange, BlobPath } from '../interfaces/BlobPatch.ts';
import type { BlobHeader, JsonValue } from '../interfaces/EntityKeyData.ts';
import type { KeySummary } from '../interfaces/Metadata.ts';
import type { OutboxEntry } from '../interfaces/OutboxEntry.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { PlaceMap } from '../util/PlaceMap.ts';
import { placeOf } from '../util/placeOf.ts';
import { BlobGround } from './BlobGround.ts';
import { valueAt } from './blobPath.ts';
import type { KeyGround } from './KeyGround.ts';
import { KeySums } from './KeySums.ts';
import { type KeyDataDraft, newKeyData } from './keyData.ts';
import { outboxOf } from './outboxOf.ts';
import { isStoredConflict, type StoredConflict, withinLimits } from './storedConflict.ts';

/** Something that waits to be sent, with the record as it stands beside it. */
export interface PendingRecord {
  readonly entityKey: string;
  readonly entityName: string;
  readonly id: string;
  readonly entry: OutboxEntry;
  readonly record: StoredRecord | undefined;
}

/** What waits at a place now; undefined: nothing. */
export type WaitingChange = readonly [entityName: string, id: string, pending: PendingRecord | undefined];

export interface KeyDraftOptions {
  /** What a trusted index says of it; without one the records are counted. */
  readonly summary?: KeySummary | undefined;
  /** The places whose records were read, each by `placeOf`; left out: all of them. What waits is always read whole. */
  readonly part?: ReadonlySet<string> | undefined;
  /** Whether somebody wants to know what it takes. */
  readonly isCounted?: boolean;
  /** Where records and entries stand that are held as what they are; left out: in the blob. */
  readonly held?: KeyGround | undefined;
}

/** One key while it is decided what becomes of it: records, outbox entries, and sums that keep up. */
export class KeyDraft {
  readonly entityKey: string;
  /** Its blob; only the header, where the rest is held elsewhere. */
  readonly data: KeyDataDraft;
  /** Null: as the summary says. */
  #sums: KeySums | null;
  #summary: KeySummary | null;
  #isRecounted = false;
  readonly #isCounted: boolean;
  readonly #part: ReadonlySet<string> | undefined;
  readonly #ground: KeyGround;
  /** Null: nothing has to keep up with what is decided. */
  readonly #blob: BlobGround | null;
  /** What was put here (undefined: taken away), and the entries that were made (null: dropped). */
  readonly #records = new PlaceMap<StoredRecord | undefined>();
  readonly #entries = new PlaceMap<OutboxEntry | null>();
  readonly #headers = new Set<string>();
  /** Where a stub was put, or taken away. */
  readonly #stubs: BlobPath[] = [];
  #waitingCount: number | null = null;

  constructor(entityKey: string, data: KeyDataDraft | null, { summary, part, held, isCounted }: KeyDraftOptions = {}) {
    this.entityKey = entityKey;
    this.data = data ?? newKeyData();
    this.#part = part;
    this.#isCounted = isCounted ?? false;
    this.#blob = held === undefined ? new BlobGround(this.data) : null;
    this.#ground = held ?? (this.#blob as BlobGround);
    this.#sums = summary === undefined ? KeySums.of(this.#ground.records()) : null;
    this.#summary = summary ?? null;
  }

  get isChanged(): boolean {
    return this.#records.size > 0 || this.#entries.size > 0 || this.#headers.size > 0;
  }

  /** What becomes of the blob. */
  changes(): BlobChange[] {
    if (!this.isChanged) return [];
    const paths: BlobPath[] = [['$', 'format']];
    for (const [entityName, id] of this.#records.places()) paths.push([entityName, id], ['deleted', entityName, id]);
    for (const [entityName, id] of this.#entries.places()) paths.push(['$', 'outbox', entityName, id]);
    const isReplaced = this.data.$['outbox'] === undefined || this.#blob?.hasNewOutbox;
    if (this.#entries.size > 0 && isReplaced) paths.push(['$', 'outbox']);
    for (const field of this.#headers) paths.push(['$', field]);
    return [...paths, ...this.#stubs].map((path) => [path, valueAt(this.data, path)]);
  }

  /** Whether there is something that waits: for a cloud, or for somebody to look at it. */
  get isWaiting(): boolean {
    return this.#countWaiting() > 0 || this.conflicts().length > 0;
  }

  get isEmpty(): boolean {
    return this.#ownSums().isEmpty && !this.isWaiting;
  }

  summary(): KeySummary {
    this.#summary ??= this.#ownSums().localSummary(this.#isCounted);
    return this.#summary;
  }

  /** Adds up anew what only ever grows while records come and go. */
  recount(): void {
    this.#sums = KeySums.of(this.records());
    this.#summary = null;
    this.#isRecounted = true;
  }

  get isRecounted(): boolean {
    return this.#isRecounted;
  }

  #ownSums(): KeySums {
    this.#sums ??= KeySums.from(this.#summary ?? undefined);
    return this.#sums;
  }

  record(entityName: string, id: string): StoredRecord | undefined {
    const latest = this.#records.get(entityName, id);
    if (latest !== undefined || this.#records.has(entityName, id)) return latest;
    if (this.#part !== undefined && !this.#part.has(placeOf(entityName, id))) {
      throw new Error(`${this.entityKey}: ${entityName} ${id} was not read, and something is decided about it`);
    }
    return this.#ground.record(entityName, id);
  }

  records(): StoredRecord[] {
    if (this.#part !== undefined) throw new Error(`${this.entityKey} was read in part, and all of it is asked for`);
    const untouched = [...this.#ground.records()].filter(({ entityName, id }) => !this.#records.has(entityName, id));
    return [...untouched, ...[...this.#records.values()].filter((record) => record !== undefined)];
  }

  /** The places at which something else stands now; undefined: nothing does. */
  latest(): Iterable<[entityName: string, id: string, record: StoredRecord | undefined]> {
    return this.#records.entries();
  }

  put(record: StoredRecord, before: StoredRecord | undefined = this.record(record.entityName, record.id)): void {
    this.#blob?.put(record);
    this.#ownSums().replace(before, record);
    this.#note(record.entityName, record.id, before, record);
  }

  /** Takes every trace of an id away, what waits to be sent too. */
  remove(entityName: string, id: string): void {
    const before = this.record(entityName, id);
    this.setEntry(entityName, id, null);
    if (before === undefined) return;
    this.#blob?.remove(entityName, id);
    this.#ownSums().replace(before, undefined);
    this.#note(entityName, id, before, undefined);
  }

  entry(entityName: string, id: string): OutboxEntry | undefined {
    const latest = this.#entries.get(entityName, id);
    return latest === undefined ? this.#ground.entry(entityName, id) : (latest ?? undefined);
  }

  /** Null: nothing waits to be sent any more. */
  setEntry(entityName: string, id: string, entry: OutboxEntry | null): void {
    const isThere = this.entry(entityName, id) !== undefined;
    if (entry === null && !isThere) return;
    this.#waitingCount = this.#countWaiting() + Number(entry !== null) - Number(isThere);
    this.#blob?.setEntry(entityName, id, entry);
    this.#entries.set(entityName, id, entry);
  }

  /** All that waits to be sent. */
  pending(): PendingRecord[] {
    const found: PendingRecord[] = [];
    const known = new PlaceMap<true>();
    for (const [entityName, id] of this.#ground.waiting()) {
      known.set(entityName, id, true);
      const pending = this.#pendingAt(entityName, id);
      if (pending !== undefined) found.push(pending);
    }
    for (const [entityName, id, entry] of this.#entries.entries()) {
      if (entry !== null && !known.has(entityName, id)) found.push(this.#pendingAt(entityName, id) as PendingRecord);
    }
    return found;
  }

  /** What waits now where something was decided. */
  *waitingChanges(): Generator<WaitingChange> {
    for (const [entityName, id] of this.#records.places()) {
      if (!this.#entries.has(entityName, id)) yield [entityName, id, this.#pendingAt(entityName, id)];
    }
    for (const [entityName, id] of this.#entries.places()) yield [entityName, id, this.#pendingAt(entityName, id)];
  }

  /** The entries that were decided about; null: dropped. */
  latestEntries(): Iterable<[entityName: string, id: string, entry: OutboxEntry | null]> {
    return this.#entries.entries();
  }

  conflicts(): readonly StoredConflict[] {
    return conflictsOf(this.data);
  }

  noteConflict(conflict: StoredConflict): void {
    this.#setHeader('conflicts', withinLimits([...this.conflicts(), conflict]) as unknown as JsonValue);
  }

  dropConflicts(isMeant: (conflict: StoredConflict) => boolean): void {
    const all = this.conflicts();
    const left = all.filter((conflict) => !isMeant(conflict));
    if (left.length === all.length) return;
    this.#setHeader('conflicts', left.length === 0 ? undefined : (left as unknown as JsonValue));
  }

  #pendingAt(entityName: string, id: string): PendingRecord | undefined {
    const entry = this.entry(entityName, id);
    const { entityKey } = this;
    return entry && { entityKey, entityName, id, entry, record: this.record(entityName, id) };
  }

  #countWaiting(): number {
    this.#waitingCount ??= this.#ground.waitingCount;
    return this.#waitingCount;
  }

  #setHeader(field: string, value: JsonValue | undefined): void {
    const { [field]: _before, ...header } = this.data.$;
    this.data.$ = (value === undefined ? header : { ...header, [field]: value }) as BlobHeader;
    this.#headers.add(field);
  }

  #note(entityName: string, id: string, before: StoredRecord | undefined, record: StoredRecord | undefined): void {
    if (before?.isEvicted || record?.isEvicted) this.#stubs.push(['$', 'evicted', entityName, id]);
    this.#records.set(entityName, id, record);
    this.#summary = null;
  }
}

function conflictsOf(data: KeyDataDraft): readonly StoredConflict[] {
  const conflicts: unknown = data.$['conflicts'];
  return Array.isArray(conflicts) ? conflicts.filter(isStoredConflict) : [];
}

/** Whether something in a blob waits: for a cloud, or for somebody to look at it. */
export const hasWaiting = (data: KeyDataDraft | null): boolean =>
  data !== null && (Object.keys(outboxOf(data)).length > 0 || conflictsOf(data).length > 0);
