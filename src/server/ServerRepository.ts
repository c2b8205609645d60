import { EntityCodec } from '../blob/EntityCodec.ts';
import { givenTime } from '../blob/givenTime.ts';
import { readDraft } from '../blob/readDraft.ts';
import { tombstone } from '../blob/records.ts';
import { takeIn } from '../blob/takeIn.ts';
import type { EntityKeyHandler } from '../EntityKeyHandler.ts';
import type { AnyEntity, Draft, EntityFields, Patch, Stored } from '../interfaces/Entity.ts';
import type { QueryOptions } from '../interfaces/QueryOptions.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import type { DeletionRecord } from '../interfaces/SyncDocument.ts';
import { parseQuery } from '../query/parseQuery.ts';
import { runQuery } from '../query/runQuery.ts';
import { checkEntityName } from '../util/checkName.ts';
import { everywhere } from './permissions/Access.ts';
import { draftRow } from './push/draftRow.ts';
import type { RowDraft, SyncRow, SyncStore, TenantReader, TenantWriter } from './SyncStore.ts';

/** Where it writes to; `server.repo` says all of it. */
export interface ServerRepositoryOptions {
  readonly store: SyncStore;
  readonly tenant: string;
  readonly name: string;
  readonly keys: EntityKeyHandler;
  readonly now: () => number;
  /** Who is noted as the one who did it; null: the application. */
  readonly userId: string | null;
}

/**
 * The entities of one name in one tenant, for the application's own code on the server. What it saves and deletes reaches
 * devices like anything else; permissions are for those who come from outside.
 */
export class ServerRepository<E extends object = AnyEntity> {
  readonly #o: ServerRepositoryOptions;
  readonly #codec: EntityCodec;

  constructor(options: ServerRepositoryOptions) {
    checkEntityName(options.name);
    this.#o = options;
    this.#codec = new EntityCodec({ entityName: options.name, onMigrationError: () => {} });
  }

  /** Replaces all fields of the entity with that id, or makes a new one. Answers with the id. */
  async save(draft: Draft<E>): Promise<string> {
    const [id] = await this.saveMany([draft]);
    return id as string;
  }

  /** All or none, and one step for every device. */
  saveMany(drafts: readonly Draft<E>[]): Promise<string[]> {
    const given = drafts.map((draft) => readDraft(this.#o.name, draft) as Partial<EntityFields>);
    const ids = given.map((fields) => this.#idOf(fields));
    return this.#write(ids, (stampOf) => {
      const records = new Map<string, StoredRecord>();
      for (const [n, fields] of given.entries()) {
        const id = ids[n] as string;
        records.set(id, this.#next(id, fields, stampOf(id)));
      }
      return { records, result: ids };
    });
  }

  /** Changes the given fields; undefined removes one. Null: there is no such entity. */
  update(id: string, edit: Patch<E> | ((current: Stored<E>) => Patch<E>)): Promise<Stored<E> | null> {
    return this.#write([id], (stampOf) => {
      const { row, stamp } = stampOf(id);
      const current = this.#entity(row);
      if (current === null) return { records: new Map(), result: null };
      const patch = typeof edit === 'function' ? edit(current as Stored<E>) : edit;
      const fields = { ...current, ...readDraft(this.#o.name, patch), id };
      const record = this.#next(id, fields, { row, stamp });
      return { records: new Map([[id, record]]), result: this.#codec.decode(record) as Stored<E> };
    });
  }

  /** What is not there may be deleted too. */
  delete(id: string): Promise<void> {
    return this.deleteMany([id]);
  }

  /** What is not there is left alone. */
  async deleteMany(ids: readonly string[]): Promise<void> {
    await this.#write(ids, (stampOf) => {
      const records = new Map<string, StoredRecord>();
      for (const id of ids) {
        const { row, stamp } = stampOf(id);
        if (row?.record.isDeleted !== false) continue;
        records.set(id, tombstone(this.#o.name, id, new Date(stamp).toISOString()));
      }
      return { records, result: null };
    });
  }

  /** Deletes all entities of this name. */
  clear(): Promise<void> {
    return this.#o.store.write(this.#o.tenant, async (writer) => {
      const { now } = this.#o;
      const drafts = (await this.#rows(writer)).flatMap((row) => {
        if (row.record.isDeleted) return [];
        const stamp = Math.max(now(), row.record.stamp + 1);
        return this.#draft(tombstone(this.#o.name, row.record.id, new Date(stamp).toISOString()), row);
      });
      if (drafts.length > 0) await writer.put(drafts);
    });
  }

  /** Null: there is none. */
  get(id: string): Promise<Stored<E> | null> {
    const { store, tenant, name } = this.#o;
    return store.read(tenant, async (reader) => {
      const [row] = await reader.find([{ name, id }]);
      return this.#entity(row) as Stored<E> | null;
    });
  }

  /** Reads all entities of the name; for large collections ask by `ids`, or page on the devices. */
  async getAll(options: QueryOptions = {}): Promise<readonly Stored<E>[]> {
    const { store, tenant, keys, name } = this.#o;
    const { filters } = parseQuery(options);
    const within = filters === null ? null : new Set(keys.keysFor(name, filters));
    const query = parseQuery(options, within === null ? null : ({ id }) => within.has(keys.keyOf(id)));
    const rows = await store.read(tenant, (reader) => this.#rows(reader, query.ids));
    return runQuery(
      query,
      rows.flatMap((row) => this.#entity(row) ?? []),
    ) as unknown as readonly Stored<E>[];
  }

  /** What was deleted and is remembered, the latest first. */
  async deletions(): Promise<readonly DeletionRecord[]> {
    const { store, tenant, name: collection } = this.#o;
    const rows = await store.read(tenant, (reader) => this.#rows(reader));
    return rows
      .filter(({ record }) => record.isDeleted)
      .map(({ record: { id, stamp }, deletedBy }) => ({ id, collection, deletedAt: new Date(stamp), deletedBy }))
      .reverse();
  }

  #idOf({ id, ...fields }: Partial<EntityFields>): string {
    const { keys, name, now } = this.#o;
    if (id === undefined) return keys.generateId(name, { ...fields, createdAt: createdAtOf(name, fields, now()) });
    keys.checkId(id);
    return id;
  }

  #rows(reader: TenantReader, ids: readonly string[] | null = null): Promise<readonly SyncRow[]> {
    const { name } = this.#o;
    if (ids !== null) return reader.find(ids.map((id) => ({ name, id })));
    return reader.feed({ after: 0, reading: { access: everywhere, collections: [name] } });
  }

  /** What is over is not shown, also before somebody cleans up. */
  #entity(row: SyncRow | undefined): AnyEntity | null {
    if (row === undefined || row.record.isDeleted) return null;
    return row.expiresAt !== null && row.expiresAt <= this.#o.now() ? null : this.#codec.decode(row.record);
  }

  /** One commit over what is there now: each id with its row, and with a stamp later than that and than the clock. */
  #write<T>(
    ids: readonly string[],
    decide: (placeOf: (id: string) => Place) => { records: ReadonlyMap<string, StoredRecord>; result: T },
  ): Promise<T> {
    const { store, tenant, name, now } = this.#o;
    const about = ids.map((id) => ({ name, id }));
    return store.write(
      tenant,
      async (writer: TenantWriter) => {
        const { horizon } = await writer.head();
        const found = await writer.find(about);
        const rows = new Map(found.map((row) => [row.record.id, row]));
        const { records, result } = decide((id) => {
          const row = rows.get(id);
          // What is not here may have been deleted, and forgotten.
          return { row, stamp: Math.max(now(), (row?.record.stamp ?? horizon.stamp) + 1) };
        });
        const drafts = [...records].map(([id, record]) => this.#draft(record, rows.get(id)));
        if (drafts.length > 0) await writer.put(drafts);
        return result;
      },
      about,
    );
  }

  #next(id: string, given: Partial<EntityFields>, { row, stamp }: Place): StoredRecord {
    const { name } = this.#o;
    const current = row === undefined || row.record.isDeleted ? undefined : this.#codec.decode(row.record);
    const updatedAt = new Date(stamp);
    const createdAt = current?.createdAt ?? createdAtOf(name, given, stamp);
    const version = (current?.version ?? 0) + 1;
    return this.#codec.encode(takeIn(name, given, { id, createdAt, updatedAt, version }));
  }

  #draft(record: StoredRecord, row: SyncRow | undefined): RowDraft {
    const { keys, userId, now } = this.#o;
    return draftRow(row?.entityKey ?? keys.keyOf(record.id), record, row, { userId, device: null, now: now() });
  }
}

function createdAtOf(name: string, { createdAt }: Partial<EntityFields>, otherwise: number): Date {
  return givenTime(name, 'createdAt', createdAt) ?? new Date(otherwise);
}

interface Place {
  readonly row: SyncRow | undefined;
  readonly stamp: number;
}
