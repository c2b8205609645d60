import type { AnyEntity } from '../interfaces/Entity.ts';
import type { StoredEntity } from '../interfaces/EntityKeyData.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { canonicalText } from './canonicalText.ts';
import { hashActive, hashTombstone } from './hash.ts';

/** Makes the stored form of an entity in memory. What is stored already is taken as it is. */
type Encode = (content: AnyEntity) => StoredEntity;

const asItIs = (content: object): StoredEntity => content as StoredEntity;

/**
 * Value, text, hash and stamp are made once, when somebody asks, and serve disk, wire and comparison alike. Of an entity in
 * memory, mostly nobody asks for more than the stamp: it tells which of two is later.
 */
class LazyRecord implements StoredRecord {
  readonly entityName: string;
  readonly id: string;
  readonly time: string;
  /** Null means that it was deleted. */
  readonly #content: AnyEntity | StoredEntity | null;
  readonly #encode: Encode;
  #value: StoredEntity | null | undefined;
  #stamp: number | undefined;
  #text: string | undefined;
  #hash: number | undefined;

  constructor(
    entityName: string,
    id: string,
    time: string,
    content: AnyEntity | StoredEntity | null,
    encode: Encode,
    text?: string,
  ) {
    this.entityName = entityName;
    this.id = id;
    this.time = time;
    this.#content = content;
    this.#encode = encode;
    this.#text = text;
  }

  static areOfOne(a: object, b: object): boolean {
    return #content in a && #content in b && a.#content !== null && a.#content === b.#content;
  }

  get value(): StoredEntity | null {
    this.#value ??= this.#content && this.#encode(this.#content as AnyEntity);
    return this.#value;
  }

  get stamp(): number {
    this.#stamp ??= Date.parse(this.time);
    return this.#stamp;
  }

  get isDeleted(): boolean {
    return this.#content === null;
  }

  get version(): number {
    return (this.#content?.version as number | undefined) ?? 0;
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
  new LazyRecord(entityName, id, value.updatedAt, value, asItIs, text);

export const heldRecord = (entityName: string, entity: AnyEntity, encode: Encode): StoredRecord =>
  new LazyRecord(entityName, entity.id, entity.updatedAt.toISOString(), entity, encode);

export const tombstone = (entityName: string, id: string, deletedAt: string): StoredRecord =>
  new LazyRecord(entityName, id, deletedAt, null, asItIs);

/** Tells whether both are of one object in memory, so that nothing has to be compared. */
export const areOfOne: (a: object, b: object) => boolean = LazyRecord.areOfOne;
