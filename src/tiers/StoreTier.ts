import type { EntityCodec } from '../blob/EntityCodec.ts';
import { tombstone } from '../blob/records.ts';
import type { AnyEntity } from '../interfaces/Entity.ts';
import type { IStore } from '../interfaces/IStore.ts';
import type { Change } from '../interfaces/ITier.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { getOrAdd } from '../util/getOrAdd.ts';
import { type EntityLookup, ForeignEntities } from './foreignEntities.ts';

/** What memory holds of one id: the entity, or the time of its deletion, or nothing. */
export type Held = AnyEntity | number | undefined;

const heldIn = ({ entities, graves }: NameRecords, id: string): Held =>
  entities.get(id) ?? (graves.size === 0 ? undefined : graves.get(id));

const graveOf = (entityName: string, id: string, stamp: number): StoredRecord =>
  tombstone(entityName, id, new Date(stamp).toISOString());

export interface StoreTierOptions {
  readonly store: IStore;
  readonly keyOf: (id: string) => string;
  readonly codecOf: (entityName: string) => EntityCodec;
  /** Called with each write that a slower tier must be told of. Null: there is none, and nothing is noted. */
  readonly onNoted: (() => void) | null;
}

/** What stood at the slower tier before a delivery that may or may not have arrived: equal to nothing. */
const unknownBase: Held = Object.freeze({}) as AnyEntity;

/** All that memory knows of one entity name. */
interface NameRecords {
  readonly entities: EntityLookup;
  readonly graves: Map<string, number>;
  /** Ids in the order they were written, with what stood there before; the first of an id is its base. */
  ids: string[];
  before: Held[];
}

/**
 * The tier in memory, over an `IStore`. The store keeps the active entities; tombstones, sums and the journal of what a
 * slower tier has not seen are kept here. A write costs the same however much there is: nothing is serialised or
 * hashed before somebody takes the changes.
 */
export class StoreTier {
  readonly #store: IStore;
  readonly #options: StoreTierOptions;
  readonly #names = new Map<string, NameRecords>();

  constructor(options: StoreTierOptions) {
    this.#store = options.store;
    this.#options = options;
  }

  names(): IterableIterator<string> {
    return this.#names.keys();
  }

  entities(entityName: string): EntityLookup {
    return this.#records(entityName).entities;
  }

  held(entityName: string, id: string): Held {
    return heldIn(this.#records(entityName), id);
  }

  /** Writes one id in the place of what the caller saw there, and notes it for the slower tier. */
  put(entityName: string, id: string, held: Held, before: Held): void {
    const records = this.#records(entityName);
    this.#write(records, entityName, id, held);
    if (this.#options.onNoted === null) return;
    records.ids.push(id);
    records.before.push(before);
    this.#options.onNoted();
  }

  /** Takes the latest write of an id back, as if it had not been; writes are taken back last one first. */
  takeBack(entityName: string, id: string, before: Held): void {
    const records = this.#records(entityName);
    this.#write(records, entityName, id, before);
    records.ids.pop();
    records.before.pop();
  }

  /** Writes one id without noting it: what a slower tier holds already, or a pending write made anew. */
  settle(entityName: string, id: string, held: Held): Held {
    const records = this.#records(entityName);
    const before = heldIn(records, id);
    this.#write(records, entityName, id, held);
    return before;
  }

  /** A record in the form in which memory holds it. */
  decode(record: StoredRecord): AnyEntity | number {
    return record.isDeleted ? record.stamp : this.#options.codecOf(record.entityName).decode(record);
  }

  /** What memory holds of an id, in stored form. */
  recordOf(entityName: string, id: string): StoredRecord | null {
    return this.#record(entityName, id, this.held(entityName, id));
  }

  /** The base of an id that was written before its key was loaded turns out to be this. */
  rebase(entityName: string, id: string, base: Held): void {
    const records = this.#records(entityName);
    const first = records.ids.indexOf(id);
    if (first >= 0) records.before[first] = base;
  }

  /** Whether an id that was written and not delivered was deleted in between. */
  isCreatedAnew(entityName: string, id: string): boolean {
    const { ids, before } = this.#records(entityName);
    const first = ids.indexOf(id);
    return ids.some((other, i) => i > first && other === id && typeof before[i] !== 'object');
  }

  get hasChanges(): boolean {
    for (const records of this.#names.values()) if (records.ids.length > 0) return true;
    return false;
  }

  /** Whether the slower tier has not been told of the latest write of an id. */
  isPending(entityName: string, id: string): boolean {
    return this.#names.get(entityName)?.ids.includes(id) ?? false;
  }

  /** The ids of a key that were written and not delivered, by name. */
  pendingOf(entityKey: string): Map<string, Set<string>> {
    const pending = new Map<string, Set<string>>();
    for (const [entityName, { ids }] of this.#names) {
      const ofKey = ids.filter((id) => this.#options.keyOf(id) === entityKey);
      if (ofKey.length > 0) pending.set(entityName, new Set(ofKey));
    }
    return pending;
  }

  /** The keys that have changes in the journal. */
  changedKeys(): Set<string> {
    const keys = new Set<string>();
    for (const records of this.#names.values()) for (const id of records.ids) keys.add(this.#options.keyOf(id));
    return keys;
  }

  /** Empties the journal for the keys asked for: one change an id, the latest. */
  takeChanges(wanted: (entityKey: string) => boolean): Change[] {
    const changes: Change[] = [];
    for (const [entityName, records] of this.#names) {
      const { ids, before } = records;
      records.ids = [];
      records.before = [];
      const seen = new Set<string>();
      for (let i = 0; i < ids.length; i++) {
        const id = ids[i] as string;
        const entityKey = this.#options.keyOf(id);
        if (!wanted(entityKey)) {
          records.ids.push(id);
          records.before.push(before[i]);
        } else if (!seen.has(id)) {
          seen.add(id);
          const held = heldIn(records, id);
          if (held === before[i]) continue;
          changes.push({ entityKey, entityName, id, record: this.#record(entityName, id, held) });
        }
      }
    }
    return changes;
  }

  /** Changes that could not be delivered, as far as is known, stand in the journal again, before everything later. */
  giveBack(changes: readonly Change[]): void {
    for (const [entityName, records] of this.#names) {
      const ids = changes.filter((change) => change.entityName === entityName).map(({ id }) => id);
      records.ids = ids.concat(records.ids);
      records.before = ids.map((): Held => unknownBase).concat(records.before);
    }
  }

  /** Notes every record of a key as new, because the slower tier lost what it had. */
  journalKey(entityKey: string): void {
    for (const records of this.#names.values()) {
      const all = [...[...records.entities.values()].map(({ id }) => id), ...records.graves.keys()];
      const ids = all.filter((id) => this.#options.keyOf(id) === entityKey);
      records.ids = ids.concat(records.ids);
      records.before = ids.map((): Held => undefined).concat(records.before);
      if (ids.length > 0) this.#options.onNoted?.();
    }
  }

  /** Every record in memory, in stored form. */
  *records(): Generator<StoredRecord> {
    for (const [entityName, { entities, graves }] of this.#names) {
      const codec = this.#options.codecOf(entityName);
      for (const entity of entities.values()) yield codec.encode(entity);
      for (const [id, stamp] of graves) yield graveOf(entityName, id, stamp);
    }
  }

  #record(entityName: string, id: string, held: Held): StoredRecord | null {
    if (held === undefined) return null;
    if (typeof held === 'number') return graveOf(entityName, id, held);
    return this.#options.codecOf(entityName).encode(held);
  }

  #write(records: NameRecords, entityName: string, id: string, held: Held): void {
    const key = this.#options.keyOf(id);
    if (typeof held === 'object') {
      this.#store.save(key, entityName, held);
      if (records.graves.size > 0) records.graves.delete(id);
      if (records.entities instanceof ForeignEntities) records.entities.arrived(key, id);
    } else {
      this.#store.delete(key, entityName, id);
      if (held === undefined) records.graves.delete(id);
      else records.graves.set(id, held);
      if (records.entities instanceof ForeignEntities) records.entities.left(id);
    }
  }

  #records(entityName: string): NameRecords {
    return getOrAdd(this.#names, entityName, () => ({
      entities: this.#store.live?.(entityName) ?? new ForeignEntities(this.#store, entityName),
      graves: new Map(),
      ids: [],
      before: [],
    }));
  }
}
