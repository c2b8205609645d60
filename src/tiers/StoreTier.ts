import type { EntityCodec } from '../blob/EntityCodec.ts';
import { tombstone } from '../blob/records.ts';
import type { AnyEntity } from '../interfaces/Entity.ts';
import type { IStore } from '../interfaces/IStore.ts';
import type { Change } from '../interfaces/ITier.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import type { Edit } from '../reconcile/applyEdit.ts';
import { getOrAdd } from '../util/getOrAdd.ts';
import { placeOf } from '../util/placeOf.ts';
import { type EntityLookup, ForeignEntities } from './foreignEntities.ts';
import { type Held, heldIn, type NameRecords, prepend, stampOf, Uncertain, whatStays } from './NameRecords.ts';
import { Written } from './Written.ts';

const graveOf = (entityName: string, id: string, stamp: number): StoredRecord =>
  tombstone(entityName, id, new Date(stamp).toISOString());

export interface StoreTierOptions {
  readonly store: IStore;
  readonly keyOf: (id: string) => string;
  readonly codecOf: (entityName: string) => EntityCodec;
  /** Called with each write that is noted. */
  readonly onNoted: () => void;
  /** False: there is no slower tier to be told of anything, yet. */
  readonly isNoted: boolean;
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
  /** Stamps of what was taken away without a trace, until the slower tier knows: what comes in its place is later. */
  readonly #erased = new Map<string, number>();
  #step = 0;
  #isNoted: boolean;

  constructor(options: StoreTierOptions) {
    this.#store = options.store;
    this.#options = options;
    this.#isNoted = options.isNoted;
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

  /** What is written from now on belongs together. */
  beginStep(): void {
    this.#step++;
  }

  /** The stamp of what was taken away without a trace, and may still stand on a slower tier. */
  erasedStamp(entityName: string, id: string): number {
    return this.#erased.size === 0 ? 0 : (this.#erased.get(placeOf(entityName, id)) ?? 0);
  }

  /** Writes one id in the place of what the caller saw there, and notes it for the slower tier. */
  put(entityName: string, id: string, held: Held, before: Held): void {
    const records = this.#records(entityName);
    this.#write(records, entityName, id, held);
    if (!this.#isNoted) return;
    records.ids.push(id);
    records.before.push(before);
    records.steps.push(this.#step);
    if (held === undefined && before !== undefined) this.#erased.set(placeOf(entityName, id), stampOf(before));
    this.#options.onNoted();
  }

  /** Takes the latest write of an id back, as if it had not been; writes are taken back last one first. */
  takeBack(entityName: string, id: string, before: Held): void {
    const records = this.#records(entityName);
    this.#write(records, entityName, id, before);
    records.ids.pop();
    records.before.pop();
    records.steps.pop();
    if (this.#erased.size > 0 && !records.ids.includes(id)) this.#erased.delete(placeOf(entityName, id));
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

  /** Whether an id that was written and not delivered was an entity at any time since. */
  wasThere(entityName: string, id: string): boolean {
    const { ids, before } = this.#records(entityName);
    return ids.some((other, i) => other === id && typeof before[i] === 'object');
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

  /**
   * Empties the journal for the keys asked for: one change an id, the latest. A deletion waits for what was written in the
   * same step and must stay: half a move would be neither here nor there after a crash. What turned out to be no change
   * at all is only named.
   */
  takeChanges(
    wanted: (entityKey: string) => boolean,
    onIdle: (entityName: string, id: string) => void = () => {},
  ): Edit[] {
    const changes: Edit[] = [];
    const staying = whatStays(this.#names, (id) => wanted(this.#options.keyOf(id)));
    for (const [entityName, records] of this.#names) {
      const { ids, before, steps } = records;
      records.ids = [];
      records.before = [];
      records.steps = [];
      const seen = new Set<string>();
      for (const [i, id] of ids.entries()) {
        if (staying.has(placeOf(entityName, id))) {
          records.ids.push(id);
          records.before.push(before[i]);
          records.steps.push(steps[i] as number);
        } else if (!seen.has(id)) {
          seen.add(id);
          const held = heldIn(records, id);
          if (held === before[i]) {
            if (held === undefined) this.#erased.delete(placeOf(entityName, id));
            onIdle(entityName, id);
            continue;
          }
          const encode = (other: Held): StoredRecord | null => this.#record(entityName, id, other);
          changes.push(new Written(this.#options.keyOf(id), { entityName, id, held }, before[i], encode));
        }
      }
    }
    return changes;
  }

  /** The slower tier holds these now. */
  delivered(changes: readonly Change[]): void {
    if (this.#erased.size === 0) return;
    for (const { entityName, id } of changes) {
      // What was taken away again in the meantime has its own delivery before it.
      if (!this.isPending(entityName, id)) this.#erased.delete(placeOf(entityName, id));
    }
  }

  /** Changes that could not be delivered, as far as is known, stand in the journal again, before everything later. */
  giveBack(changes: readonly Edit[]): void {
    for (const [entityName, records] of this.#names) {
      const ofName = changes.filter((change) => change.entityName === entityName);
      const before = ofName.map(({ base, record }) => new Uncertain(base, record ?? undefined));
      prepend(
        records,
        ofName.map(({ id }) => id),
        before,
      );
    }
  }

  /** Notes every record of a key as new, because the slower tier lost what it had. */
  journalKey(entityKey: string): void {
    for (const records of this.#names.values()) {
      const noted = new Set(records.ids);
      const all = [...[...records.entities.values()].map(({ id }) => id), ...records.graves.keys()];
      const ids = all.filter((id) => !noted.has(id) && this.#options.keyOf(id) === entityKey);
      prepend(
        records,
        ids,
        ids.map(() => new Uncertain(undefined, undefined)),
      );
      if (ids.length > 0) this.#options.onNoted();
    }
  }

  /** From now on there is a slower tier, and it has nothing yet. */
  noteAll(): void {
    this.#isNoted = true;
    for (const key of new Set([...this.records()].map(({ id }) => this.#options.keyOf(id)))) this.journalKey(key);
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
      steps: [],
    }));
  }
}
