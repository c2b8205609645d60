import type { BlobHeader } from '../interfaces/EntityKeyData.ts';
import type { OutboxEntry } from '../interfaces/OutboxEntry.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { getOrAdd } from '../util/getOrAdd.ts';
import type { KeyGround } from './KeyGround.ts';
import { type KeyDataDraft, putRecord, recordAt, recordsIn, removeRecord } from './keyData.ts';
import { fromStoredEntry, toStoredEntry } from './outboxEntry.ts';
import { outboxOf, type StoredOutbox } from './outboxOf.ts';

/** A key that stands in a blob, which keeps up with what is decided. */
export class BlobGround implements KeyGround {
  readonly #data: KeyDataDraft;
  /** Of the entries, by name: to count them anew for each would make many of them cost their square. */
  readonly #counts = new Map<string, number>();
  /** There was one that could not be read, and another has taken its place. */
  hasNewOutbox = false;

  constructor(data: KeyDataDraft) {
    this.#data = data;
  }

  record(entityName: string, id: string): StoredRecord | undefined {
    return recordAt(this.#data, entityName, id);
  }

  records(): Iterable<StoredRecord> {
    return recordsIn(this.#data);
  }

  put(record: StoredRecord): void {
    putRecord(this.#data, record);
  }

  remove(entityName: string, id: string): void {
    removeRecord(this.#data, entityName, id);
  }

  entry(entityName: string, id: string): OutboxEntry | undefined {
    const ofName = ownField(outboxOf(this.#data), entityName);
    const stored = ofName === undefined ? undefined : ownField(ofName, id);
    return stored === undefined ? undefined : fromStoredEntry(entityName, id, stored);
  }

  *waiting(): Generator<readonly [entityName: string, id: string]> {
    for (const [entityName, ofName] of Object.entries(outboxOf(this.#data))) {
      for (const id of Object.keys(ofName)) yield [entityName, id];
    }
  }

  get waitingCount(): number {
    const outbox = outboxOf(this.#data);
    return Object.keys(outbox).reduce((sum, name) => sum + this.#countOf(outbox, name), 0);
  }

  /** Null: nothing waits to be sent any more. False: nothing did. */
  setEntry(entityName: string, id: string, entry: OutboxEntry | null): boolean {
    const outbox = outboxOf(this.#data);
    const ofName = ownField(outbox, entityName) ?? {};
    const isThere = Object.hasOwn(ofName, id);
    if (entry === null && !isThere) return false;
    const isNew = outbox !== this.#data.$['outbox'];
    if (isNew && this.#data.$['outbox'] !== undefined) this.hasNewOutbox = true;
    const count = this.#countOf(outbox, entityName) + Number(entry !== null) - Number(isThere);
    this.#counts.set(entityName, count);
    if (entry === null) delete ofName[id];
    else ofName[id] = toStoredEntry(entry);
    if (count === 0) delete outbox[entityName];
    else outbox[entityName] = ofName;
    if (Object.keys(outbox).length === 0) {
      const { outbox: _empty, ...header } = this.#data.$;
      this.#data.$ = header as BlobHeader;
    } else if (isNew) this.#data.$ = { ...this.#data.$, outbox };
    return true;
  }

  #countOf(outbox: StoredOutbox, entityName: string): number {
    return getOrAdd(this.#counts, entityName, () => Object.keys(ownField(outbox, entityName) ?? {}).length);
  }
}

const ownField = <T>(fields: { [name: string]: T }, name: string): T | undefined =>
  Object.hasOwn(fields, name) ? fields[name] : undefined;
