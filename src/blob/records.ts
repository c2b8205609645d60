import type { StoredEntity } from '../interfaces/EntityKeyData.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { canonicalText } from './canonicalText.ts';
import { hashActive, hashTombstone } from './hash.ts';

/** Text, hash and stamp are made once, when somebody asks, and serve disk, wire and comparison alike. */
class LazyRecord implements StoredRecord {
  readonly entityName: string;
  readonly id: string;
  readonly value: StoredEntity | null;
  readonly time: string;
  #stamp: number | undefined;
  #text: string | undefined;
  #hash: number | undefined;

  constructor(entityName: string, id: string, value: StoredEntity | null, time: string, text?: string) {
    this.entityName = entityName;
    this.id = id;
    this.value = value;
    this.time = time;
    this.#text = text;
  }

  get stamp(): number {
    this.#stamp ??= Date.parse(this.time);
    return this.#stamp;
  }

  get isDeleted(): boolean {
    return this.value === null;
  }

  get version(): number {
    return this.value?.version ?? 0;
  }

  get text(): string {
    this.#text ??= this.value === null ? this.time : canonicalText(this.value);
    return this.#text;
  }

  get hash(): number {
    this.#hash ??=
      this.value === null
        ? hashTombstone(this.entityName, this.id, this.time)
        : hashActive(this.entityName, this.id, this.text);
    return this.#hash;
  }
}

/** The text of the value, where somebody has it already. */
export const activeRecord = (entityName: string, id: string, value: StoredEntity, text?: string): StoredRecord =>
  new LazyRecord(entityName, id, value, value.updatedAt, text);

export const tombstone = (entityName: string, id: string, deletedAt: string): StoredRecord =>
  new LazyRecord(entityName, id, null, deletedAt);
