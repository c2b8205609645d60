import type { IStore } from '../interfaces/IStore.ts';
import { getOrAdd } from '../util/getOrAdd.ts';
import type { EntityLookup, Held } from './Held.ts';

/** The entities of one name; what is no map of the store itself hears of what comes and goes. */
export interface LiveLookup extends EntityLookup {
  arrived?(entityKey: string, id: string): void;
  left?(id: string): void;
}

/** Who tells a slower tier of what is written here. */
export interface WriteLog {
  beginStep(): void;
  note(entityName: string, id: string, held: Held, before: Held): void;
  takeBack(entityName: string, id: string): void;
}

export interface StoreTierOptions {
  readonly store: Pick<IStore, 'save' | 'delete'>;
  readonly lookup: (entityName: string) => LiveLookup;
  readonly keyOf: (id: string) => string;
  /** Null: there is no slower tier to be told of anything, yet. */
  readonly log: () => WriteLog | null;
}

/** All that memory knows of one entity name. */
interface NameRecords {
  readonly entities: LiveLookup;
  readonly graves: Map<string, number>;
}

/**
 * The tier in memory, over an `IStore`. The store keeps the active entities; the times of deletions are kept here. A
 * write costs the same however much there is: nothing is serialised or hashed before somebody takes the changes.
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
    this.#write(this.#records(entityName), entityName, id, held);
    this.#o.log()?.note(entityName, id, held, before);
  }

  /** Takes the latest write of an id back, as if it had not been; writes are taken back last one first. */
  takeBack(entityName: string, id: string, before: Held): void {
    this.#write(this.#records(entityName), entityName, id, before);
    this.#o.log()?.takeBack(entityName, id);
  }

  /** Writes one id without noting it: what a slower tier holds already, or a pending write made anew. */
  settle(entityName: string, id: string, held: Held): Held {
    const records = this.#records(entityName);
    const before = heldIn(records, id);
    this.#write(records, entityName, id, held);
    return before;
  }

  #write({ entities, graves }: NameRecords, entityName: string, id: string, held: Held): void {
    const { store, keyOf } = this.#o;
    const key = keyOf(id);
    if (typeof held === 'object') {
      store.save(key, entityName, held);
      if (graves.size > 0) graves.delete(id);
      entities.arrived?.(key, id);
    } else {
      store.delete(key, entityName, id);
      if (held === undefined) graves.delete(id);
      else graves.set(id, held);
      entities.left?.(id);
    }
  }

  #records(entityName: string): NameRecords {
    return getOrAdd(this.#names, entityName, () => ({ entities: this.#o.lookup(entityName), graves: new Map() }));
  }
}

const heldIn = ({ entities, graves }: NameRecords, id: string): Held =>
  entities.get(id) ?? (graves.size === 0 ? undefined : graves.get(id));
