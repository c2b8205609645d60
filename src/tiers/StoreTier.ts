import type { AnyEntity } from '../interfaces/Entity.ts';
import { getOrAdd } from '../util/getOrAdd.ts';
import type { EntityLookup, Held } from './Held.ts';

/** The entities of one name: a Map, or what stands for one. */
export interface EntityMap extends EntityLookup {
  set(id: string, entity: AnyEntity): unknown;
  delete(id: string): unknown;
}

/** Who tells a slower tier of what is written here. */
export interface WriteLog {
  beginStep(): void;
  note(entityName: string, id: string, held: Held, before: Held): void;
  takeBack(entityName: string, id: string): void;
}

export interface StoreTierOptions {
  readonly entitiesOf: (entityName: string) => EntityMap;
  /** Null: there is no slower tier to be told of anything, yet. */
  readonly log: () => WriteLog | null;
}

/** All that memory knows of one entity name. */
interface NameRecords {
  readonly entities: EntityMap;
  readonly graves: Map<string, number>;
}

/**
 * The tier in memory. Active entities are in one map a name, or in the store that the app brings; the times of deletions
 * are kept here. A write costs the same however much there is: nothing is serialised or hashed before somebody takes the
 * changes.
 */
export class StoreTier {
  readonly #o: StoreTierOptions;
  readonly #names = new Map<string, NameRecords>();

  constructor(options: StoreTierOptions) {
    this.#o = options;
  }

  names(): IterableIterator<string> {
    return this.#names.keys();
  }

  entities(entityName: string): EntityLookup {
    return this.#records(entityName).entities;
  }

  /** When each entity that was deleted was. */
  graves(entityName: string): ReadonlyMap<string, number> {
    return this.#records(entityName).graves;
  }

  held(entityName: string, id: string): Held {
    return heldIn(this.#records(entityName), id);
  }

  /** What is written from now on belongs together. */
  beginStep(): void {
    this.#o.log()?.beginStep();
  }

  /** Writes one id in the place of what the caller saw there, and notes it for the slower tier. */
  put(entityName: string, id: string, held: Held, before: Held): void {
    write(this.#records(entityName), id, held);
    this.#o.log()?.note(entityName, id, held, before);
  }

  /** Takes the latest write of an id back, as if it had not been; writes are taken back last one first. */
  takeBack(entityName: string, id: string, before: Held): void {
    write(this.#records(entityName), id, before);
    this.#o.log()?.takeBack(entityName, id);
  }

  /** Writes one id without noting it: what a slower tier holds already, or a pending write made anew. */
  settle(entityName: string, id: string, held: Held): Held {
    const records = this.#records(entityName);
    const before = heldIn(records, id);
    write(records, id, held);
    return before;
  }

  #records(entityName: string): NameRecords {
    return getOrAdd(this.#names, entityName, () => ({ entities: this.#o.entitiesOf(entityName), graves: new Map() }));
  }
}

function write({ entities, graves }: NameRecords, id: string, held: Held): void {
  if (typeof held === 'object') {
    entities.set(id, held);
    if (graves.size > 0) graves.delete(id);
  } else {
    entities.delete(id);
    if (held === undefined) graves.delete(id);
    else graves.set(id, held);
  }
}

const heldIn = ({ entities, graves }: NameRecords, id: string): Held =>
  entities.get(id) ?? (graves.size === 0 ? undefined : graves.get(id));
