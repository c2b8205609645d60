import type { Observable } from 'rxjs';
import type { DataEvents } from './DataEvents.ts';
import type { DataManager } from './DataManager.ts';
import type { CollectionChanges } from './interfaces/CollectionChanges.ts';
import type { Draft, Patch, Stored } from './interfaces/Entity.ts';
import type { EntitySyncState } from './interfaces/EntitySyncState.ts';
import type { QueryOptions } from './interfaces/QueryOptions.ts';
import type { Lifespan } from './Lifespan.ts';
import type { ObservableManager } from './ObservableManager.ts';
import { whenNew } from './util/whenNew.ts';

/** Callbacks for `subscribe`; each may be left out. A save, a batch or a sync is one call, however much it changed. */
export interface CollectionListener<E> {
  /** Gets the entities that were created or changed, here or elsewhere. */
  readonly onUpdate?: (entities: readonly Stored<E>[]) => void;
  /** Gets the ids of the entities that were deleted, here or elsewhere. */
  readonly onDelete?: (ids: readonly string[]) => void;
  /** Something in the background failed, or one of the other two callbacks threw. */
  readonly onError?: (error: unknown) => void;
}

export interface RepositoryParts {
  readonly life: Lifespan;
  readonly events: DataEvents;
  readonly data: DataManager;
  readonly observables: ObservableManager;
}

/**
 * The entities of one name. Writes are synchronous and visible at once; reads load what they need. Entities that are handed
 * out are deeply frozen: to change one, `save` or `update` it.
 */
export class DataRepository<E extends object = Record<string, unknown>> {
  readonly #name: string;
  readonly #data: DataManager;
  readonly #observables: ObservableManager;
  readonly #events: DataEvents;
  readonly #life: Lifespan;

  constructor(entityName: string, { life, events, data, observables }: RepositoryParts) {
    this.#name = entityName;
    this.#data = data;
    this.#observables = observables;
    this.#events = events;
    this.#life = life;
  }

  /**
   * Saves an entity and returns its id. Without an `id` it is a new one; with the `id` of an existing one, all fields are
   * replaced (`update` changes some).
   */
  save(entity: Draft<E>): string {
    return this.#data.save(this.#name, entity);
  }

  /** Saves several entities in one step: if one is refused, none is saved. Returns their ids. */
  saveMany(entities: readonly Draft<E>[]): string[] {
    if (!Array.isArray(entities)) throw new TypeError('saveMany() takes an array of entities; for one, use save()');
    return this.#data.saveMany(this.#name, entities);
  }

  /** Deletes an entity here at once, and on all devices with the next sync. If there is none, nothing happens. */
  delete(id: string): void {
    this.#data.deleteMany(this.#name, [id]);
  }

  /** Deletes several entities in one step. */
  deleteMany(ids: readonly string[]): void {
    if (!Array.isArray(ids)) throw new TypeError('deleteMany() takes an array of ids; for one, use delete()');
    this.#data.deleteMany(this.#name, ids);
  }

  /**
   * Deletes all entities of this name, also those that are not loaded. What only the cloud has is deleted when it comes: a
   * restart before the next sync forgets that, and it is there again.
   */
  clear(): void {
    this.#data.clear(this.#name);
  }

  /**
   * Deletes an entity for good. Names with `sync: false` keep no trace of it; for others only the id and the time of the
   * deletion are kept, so that other devices hear of it.
   */
  hardDelete(id: string): void {
    this.#data.hardDelete(this.#name, id);
  }

  /**
   * Changes some fields, once the entity is loaded: `update(id, { done: true })`, or by a function of the present entity:
   * `update(id, ({ count }) => ({ count: count + 1 }))`. `undefined` removes a field. Resolves to the new version, or to null
   * if there is no such entity.
   */
  update(id: string, change: Patch<E> | ((current: Stored<E>) => Patch<E>)): Promise<Stored<E> | null> {
    return this.#data.update(this.#name, id, change as object) as Promise<Stored<E> | null>;
  }

  /**
   * Changes some fields that decide about the entity key: the entity is created anew in the key of its new values, and
   * deleted in the old one. Resolves to its new id, or to the same id if the key stays the same.
   */
  move(id: string, patch: Patch<E>): Promise<string> {
    return this.#data.move(this.#name, id, patch);
  }

  /** Loads an entity if need be. Null: there is none. */
  get(id: string): Promise<Stored<E> | null> {
    return this.#data.get(this.#name, id) as Promise<Stored<E> | null>;
  }

  /** What is in memory now, without waiting or loading. Null: there is no such entity. Undefined: its key is not loaded. */
  peek(id: string): Stored<E> | null | undefined {
    return this.#data.peek(this.#name, id) as Stored<E> | null | undefined;
  }

  /** The entities that a query asks for; without options all of this name. Loads their keys if need be. */
  getAll(options?: QueryOptions): Promise<readonly Stored<E>[]> {
    return this.#observables.getAll(this.#name, options) as Promise<readonly Stored<E>[]>;
  }

  /** How many entities `getAll` would return. */
  count(options?: QueryOptions): Promise<number> {
    return this.#observables.count(this.#name, options);
  }

  /** Emits the entity once it is loaded and after each change; null while there is no such entity. */
  observe(id: string): Observable<Stored<E> | null> {
    return this.#observables.observe(this.#name, id) as Observable<Stored<E> | null>;
  }

  /**
   * Emits the result of a query once it is loaded, and again whenever the result changes:
   * `observeAll({ where: { done: false } }).subscribe(render)`.
   */
  observeAll(options?: QueryOptions): Observable<readonly Stored<E>[]> {
    return this.#observables.observeAll(this.#name, options) as Observable<readonly Stored<E>[]>;
  }

  /** Emits how many entities match once they are loaded, and again whenever that number changes. */
  observeCount(options?: QueryOptions): Observable<number> {
    return this.#observables.observeCount(this.#name, options);
  }

  /** Emits what the result of a query gained and lost, for those who keep a list of their own up to date. */
  observeChanges(options?: QueryOptions): Observable<CollectionChanges<Stored<E>>> {
    return this.#observables.observeChanges(this.#name, options) as Observable<CollectionChanges<Stored<E>>>;
  }

  /**
   * Calls back on every change of these entities, here or elsewhere; loading them is no change. Returns a function that ends
   * this. For the state rather than the changes, use `observeAll`.
   */
  subscribe(listener: CollectionListener<E>): () => void {
    const { onUpdate, onDelete, onError } = checkedListener(listener);
    this.#life.assertOpen();
    const guarded = (call: () => void): void => {
      try {
        call();
      } catch (error) {
        if (onError === undefined) throw error;
        onError(error);
      }
    };
    const stopWatching = this.#events.watch(this.#name);
    const stopListening = this.#events.listen((event) => {
      if (event.type === 'failed') onError?.(event.error);
      if (event.type !== 'changed' || event.source === 'hydration') return;
      const mine = event.changes.filter(({ entityName }) => entityName === this.#name);
      const updated = mine.flatMap(({ entity }) => (entity === null ? [] : [entity as unknown as Stored<E>]));
      const deleted = mine.flatMap(({ entity, id }) => (entity === null ? [id] : []));
      if (updated.length > 0) guarded(() => onUpdate?.(updated));
      if (deleted.length > 0) guarded(() => onDelete?.(deleted));
    });
    return () => {
      stopWatching();
      stopListening();
    };
  }

  /** How far the latest version of an entity has got. Null: there is no such entity in memory. */
  syncState(id: string): EntitySyncState | null {
    return this.#data.syncState(this.#name, id);
  }

  /** Emits the same now and after each change of it. */
  observeSyncState(id: string): Observable<EntitySyncState | null> {
    return this.#life.stream((subscriber) => {
      const show = whenNew((state: EntitySyncState | null) => subscriber.next(state));
      // To look is quicker than to search what an event tells of for this id.
      const look = (): void => show(this.syncState(id));
      look();
      return this.#events.listen(look);
    });
  }
}

function checkedListener<E>(listener: CollectionListener<E>): CollectionListener<E> {
  const known = ['onUpdate', 'onDelete', 'onError'];
  const isGood = ([name, value]: [string, unknown]): boolean =>
    known.includes(name) && (value === undefined || typeof value === 'function');
  if (typeof listener === 'object' && listener !== null && Object.entries(listener).every(isGood)) return listener;
  throw new TypeError('subscribe() takes { onUpdate, onDelete, onError }, each a function or left out');
}
