import type { BlobChange, BlobPath } from '../interfaces/BlobPatch.ts';
import type { BlobHeader, JsonValue } from '../interfaces/EntityKeyData.ts';
import type { KeySummary } from '../interfaces/Metadata.ts';
import type { OutboxEntry } from '../interfaces/OutboxEntry.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { getOrAdd } from '../util/getOrAdd.ts';
import { isFields } from '../util/jsonChecks.ts';
import { placeOf } from '../util/placeOf.ts';
import { valueAt } from './blobPath.ts';
import { KeySums } from './KeySums.ts';
import { type KeyDataDraft, newKeyData, putRecord, recordAt, recordsIn, removeRecord } from './keyData.ts';
import { fromStoredEntry, toStoredEntry } from './outboxEntry.ts';
import { isStoredConflict, type StoredConflict, withinLimits } from './storedConflict.ts';

type Outbox = { [entityName: string]: { [id: string]: JsonValue } };

/** Something that waits to be sent, with the record as it stands beside it. */
export interface PendingRecord {
  readonly entityKey: string;
  readonly entityName: string;
  readonly id: string;
  readonly entry: OutboxEntry;
  readonly record: StoredRecord | undefined;
}

/** The records of a key, where they are held as what they are. */
export interface HeldRecords {
  of(entityName: string, id: string): StoredRecord | undefined;
  all(): Iterable<StoredRecord>;
}

/** What stands at a place now; undefined: nothing. */
interface LatestRecord {
  readonly entityName: string;
  readonly id: string;
  readonly record: StoredRecord | undefined;
}

export interface KeyDraftOptions {
  /** What a trusted index says of it; without one the records are counted. */
  readonly summary?: KeySummary | undefined;
  /** The places whose records were read, each by `placeOf`; left out: all of them. What waits is always read whole. */
  readonly part?: ReadonlySet<string> | undefined;
  /** Left out: they stand in the blob. */
  readonly held?: HeldRecords | undefined;
}

/** The blob of one key while it is decided what becomes of it: records, outbox entries, and sums that keep up. */
export class KeyDraft {
  readonly entityKey: string;
  readonly data: KeyDataDraft;
  /** Null: as the summary says. */
  #sums: KeySums | null;
  #summary: KeySummary | null;
  readonly #part: ReadonlySet<string> | undefined;
  readonly #held: HeldRecords;
  /** What was put here and what was taken away, by place. */
  readonly #latest = new Map<string, LatestRecord>();
  readonly #changed: BlobPath[] = [];
  /** Of the entries, by name: to count them anew for each would make many of them cost their square. */
  readonly #counts = new Map<string, number>();

  constructor(entityKey: string, data: KeyDataDraft | null, { summary, part, held }: KeyDraftOptions = {}) {
    this.entityKey = entityKey;
    this.data = data ?? newKeyData();
    this.#part = part;
    this.#held = held ?? {
      of: (entityName, id) => recordAt(this.data, entityName, id),
      all: () => recordsIn(this.data),
    };
    this.#sums = summary === undefined ? KeySums.of(this.#held.all()) : null;
    this.#summary = summary ?? null;
  }

  get isChanged(): boolean {
    return this.#changed.length > 0;
  }

  /** What becomes of the blob. */
  changes(): BlobChange[] {
    if (!this.isChanged) return [];
    const paths = new Map<string, BlobPath>();
    for (const path of [['$', 'format'], ...this.#changed]) paths.set(path.join('\u0000'), path);
    return [...paths.values()].map((path) => [path, valueAt(this.data, path)]);
  }

  /** Whether there is something that waits: for a cloud, or for somebody to look at it. */
  get isWaiting(): boolean {
    return hasWaiting(this.data);
  }

  get isEmpty(): boolean {
    return this.#ownSums().isEmpty && !this.isWaiting;
  }

  summary(): KeySummary {
    this.#summary ??= this.#ownSums().summary();
    return this.#summary;
  }

  #ownSums(): KeySums {
    this.#sums ??= KeySums.from(this.#summary ?? undefined);
    return this.#sums;
  }

  record(entityName: string, id: string): StoredRecord | undefined {
    const latest = this.#latest.size === 0 ? undefined : this.#latest.get(placeOf(entityName, id));
    if (latest !== undefined) return latest.record;
    if (this.#part !== undefined && !this.#part.has(placeOf(entityName, id))) {
      throw new Error(`${this.entityKey}: ${entityName} ${id} was not read, and something is decided about it`);
    }
    return this.#held.of(entityName, id);
  }

  records(): StoredRecord[] {
    if (this.#part !== undefined) throw new Error(`${this.entityKey} was read in part, and all of it is asked for`);
    if (this.#latest.size === 0) return [...this.#held.all()];
    const all = new Map([...this.#held.all()].map((record) => [placeOf(record.entityName, record.id), record]));
    for (const [place, { record }] of this.#latest) {
      if (record === undefined) all.delete(place);
      else all.set(place, record);
    }
    return [...all.values()];
  }

  /** The places at which something else stands now. */
  latest(): Iterable<LatestRecord> {
    return this.#latest.values();
  }

  put(record: StoredRecord, before: StoredRecord | undefined = this.record(record.entityName, record.id)): void {
    putRecord(this.data, record);
    this.#ownSums().replace(before, record);
    this.#noteRecord(record.entityName, record.id, record);
  }

  /** Takes every trace of an id away, what waits to be sent too. */
  remove(entityName: string, id: string): void {
    const before = this.record(entityName, id);
    this.setEntry(entityName, id, null);
    if (before === undefined) return;
    removeRecord(this.data, entityName, id);
    this.#ownSums().replace(before, undefined);
    this.#noteRecord(entityName, id, undefined);
  }

  entry(entityName: string, id: string): OutboxEntry | undefined {
    const ofName = ownField(outboxOf(this.data), entityName);
    const stored = ofName === undefined ? undefined : ownField(ofName, id);
    return stored === undefined ? undefined : fromStoredEntry(entityName, id, stored);
  }

  pending(): PendingRecord[] {
    const { entityKey } = this;
    return Object.entries(outboxOf(this.data)).flatMap(([entityName, ofName]) =>
      Object.entries(ofName).map(([id, stored]) => {
        const entry = fromStoredEntry(entityName, id, stored);
        return { entityKey, entityName, id, entry, record: this.record(entityName, id) };
      }),
    );
  }

  /** Null: nothing waits to be sent any more. */
  setEntry(entityName: string, id: string, entry: OutboxEntry | null): void {
    const outbox = outboxOf(this.data);
    const isReadable = [undefined, outbox].includes(this.data.$['outbox'] as Outbox | undefined);
    const ofName = ownField(outbox, entityName) ?? {};
    const isThere = Object.hasOwn(ofName, id);
    if (entry === null && !isThere) return;
    const before = getOrAdd(this.#counts, entityName, () => Object.keys(ofName).length);
    const count = before + Number(entry !== null) - Number(isThere);
    this.#counts.set(entityName, count);
    if (entry === null) delete ofName[id];
    else ofName[id] = toStoredEntry(entry);
    if (count === 0) delete outbox[entityName];
    else outbox[entityName] = ofName;
    this.#note(isReadable ? ['$', 'outbox', entityName, id] : ['$', 'outbox']);
    const isEmpty = Object.keys(outbox).length === 0;
    if (isEmpty) this.#setHeader('outbox', undefined);
    else if (outbox !== this.data.$['outbox']) this.data.$ = { ...this.data.$, outbox };
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

  #setHeader(field: string, value: JsonValue | undefined): void {
    const { [field]: _before, ...header } = this.data.$;
    this.data.$ = (value === undefined ? header : { ...header, [field]: value }) as BlobHeader;
    this.#note(['$', field]);
  }

  #noteRecord(entityName: string, id: string, record: StoredRecord | undefined): void {
    this.#latest.set(placeOf(entityName, id), { entityName, id, record });
    this.#note([entityName, id]);
    this.#note(['deleted', entityName, id]);
    this.#summary = null;
  }

  #note(path: BlobPath): void {
    this.#changed.push(path);
  }
}

const ownField = <T>(fields: { [name: string]: T }, name: string): T | undefined =>
  Object.hasOwn(fields, name) ? fields[name] : undefined;

/** The places of a blob in which something waits to be sent. */
export const waitingIn = (data: KeyDataDraft): { readonly entityName: string; readonly id: string }[] =>
  Object.entries(outboxOf(data)).flatMap(([entityName, ofName]) =>
    Object.keys(ofName).map((id) => ({ entityName, id })),
  );

/** The outbox of a blob; one that cannot be read holds nothing. */
function outboxOf(data: KeyDataDraft): Outbox {
  const outbox: unknown = data.$['outbox'];
  if (!isFields(outbox) || !Object.values(outbox as object).every(isFields)) return {};
  return outbox as Outbox;
}

function conflictsOf(data: KeyDataDraft): readonly StoredConflict[] {
  const conflicts: unknown = data.$['conflicts'];
  return Array.isArray(conflicts) ? conflicts.filter(isStoredConflict) : [];
}

/** Whether something in a blob waits: for a cloud, or for somebody to look at it. */
export const hasWaiting = (data: KeyDataDraft | null): boolean =>
  data !== null && (Object.keys(outboxOf(data)).length > 0 || conflictsOf(data).length > 0);
