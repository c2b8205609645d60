import type { AnyEntity, EntityFields } from '../interfaces/Entity.ts';
import type { JsonValue, StoredEntity } from '../interfaces/EntityKeyData.ts';
import type { Migration } from '../interfaces/EntitySettings.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { FrozenDate } from '../util/FrozenDate.ts';
import { isEngineField } from '../util/isEngineField.ts';
import { decodeInto } from './decodeValue.ts';
import { encodeFieldName, encodeValue } from './encodeValue.ts';
import { entityStart } from './entityStart.ts';
import { activeRecord, heldRecord } from './records.ts';
import { takeIn } from './takeIn.ts';

export interface EntityCodecOptions {
  readonly entityName: string;
  readonly memoryOnly?: readonly string[] | undefined;
  readonly migrate?: Migration | undefined;
  /** A migration that throws is reported, and the entity is shown as it was stored. */
  readonly onMigrationError: (error: unknown, id: string) => void;
}

const noDate = new FrozenDate(0);

/** Between the entities of one name in memory and their stored form. */
export class EntityCodec {
  readonly #options: EntityCodecOptions;
  readonly #memoryOnly: ReadonlySet<string>;
  readonly #Start = entityStart();
  /** The stored form of entities that do not show it: migrated views, and records that lacked a field of ours. */
  readonly #origins = new WeakMap<AnyEntity, StoredEntity>();
  /** What was decoded last. What was saved in one step shares its Dates again. */
  #latest: Pick<EntityFields, 'createdAt' | 'updatedAt'> = { createdAt: noDate, updatedAt: noDate };
  /** Of the entity that was encoded last. */
  #layout: { readonly given: readonly string[]; readonly sorted: readonly string[] } = { given: [], sorted: [] };

  constructor(options: EntityCodecOptions) {
    this.#options = options;
    this.#memoryOnly = new Set(options.memoryOnly);
  }

  encode(entity: AnyEntity): StoredRecord {
    const { entityName } = this.#options;
    const origin = this.#origins.get(entity);
    if (origin !== undefined) return activeRecord(entityName, entity.id, origin);
    return heldRecord(entityName, entity, this.#encode);
  }

  readonly #encode = (entity: AnyEntity): StoredEntity => {
    const fields: Record<string, JsonValue> = {};
    for (const field of this.#inOrder(entity)) {
      if (field === 'createdAt' || field === 'updatedAt') fields[field] = entity[field].toISOString();
      else if (!this.#memoryOnly.has(field)) fields[encodeFieldName(field)] = encodeValue(entity[field]);
    }
    return fields as unknown as StoredEntity;
  };

  /**
   * The fields of an entity, sorted as the one text of it has them: what is in order already is written several times as
   * fast. Entities of one name mostly have the same fields in the same order.
   */
  #inOrder(entity: AnyEntity): readonly string[] {
    const { given, sorted } = this.#layout;
    let i = 0;
    let isSame = true;
    for (const field in entity) isSame &&= field === given[i++];
    if (isSame && i === given.length) return sorted;
    const fields = Object.keys(entity);
    this.#layout = { given: fields, sorted: [...fields].sort() };
    return this.#layout.sorted;
  }

  /** A record as the app sees it, frozen. Throws where a value cannot be read. */
  decode(record: StoredRecord): AnyEntity {
    const value = record.value as StoredEntity;
    const plain = this.#plain(value);
    const entity = this.#options.migrate === undefined ? plain : this.#migrated(this.#options.migrate, plain);
    if (entity !== plain || value.version === undefined || value.createdAt === undefined) {
      this.#origins.set(entity, value);
    }
    return entity;
  }

  #migrated(migrate: Migration, stored: AnyEntity): AnyEntity {
    const { entityName } = this.#options;
    try {
      const view = migrate(stored);
      const { id, createdAt, updatedAt, version } = stored;
      return view === stored ? stored : takeIn(entityName, view, new this.#Start(id, createdAt, updatedAt, version));
    } catch (error) {
      this.#options.onMigrationError(error, stored.id);
      return stored;
    }
  }

  #plain(value: StoredEntity): AnyEntity {
    const updatedAt = dateOf(value.updatedAt, this.#latest.updatedAt);
    const createdAt = value.createdAt === undefined ? updatedAt : dateOf(value.createdAt, this.#latest.createdAt);
    const entity = new this.#Start(value.id, createdAt, updatedAt, value.version ?? 1);
    for (const field in value) if (!isEngineField(field)) decodeInto(entity, field, value[field] as JsonValue);
    this.#latest = entity;
    return Object.freeze(entity) as AnyEntity;
  }
}

const dateOf = (iso: string, latest: Date): Date =>
  latest.toISOString() === iso ? latest : new FrozenDate(Date.parse(iso), iso);
