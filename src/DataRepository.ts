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

/** Plain callbacks for those who want no streams; each may be left out. */
export interface CollectionListener<E> {
  /** Entities that were created or changed, by whomever; one call a step. */
  readonly onUpdate?: (entities: readonly Stored<E>[]) => void;
  /** Ids of entities that were deleted; one call a step. */
  readonly onDelete?: (ids: readonly string[]) => void;
  /** Something in the background failed, or one of the two above threw. */
  readonly onError?: (error: unknown) => void;
}

export interface RepositoryParts {
  readonly life: Lifespan;
  readonly events: DataEvents;
  readonly data: DataManager;
  readonly observables: ObservableManager;
}

/**
 * The entities of one name. Writes are synchronous and visible at once; reads load what they need. All that is handed
 * out is frozen.
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

  /** Creates the entity, or replaces all fields of the one with its id. Returns the id. */
  save(entity: Draft<E>): string {
    return this.#data.save(this.#name, entity);
  }

  /** All of them in one step, or none. */
  saveMany(entities: readonly Draft<E>[]): string[] {
    if (!Array.isArray(entities)) throw new TypeError('saveMany() takes an array of entities; for one, use save()');
    return this.#data.saveMany(this.#name, entities);
  }

  /** At once, and on all devices; what is not there may be deleted too. */
  delete(id: string): void {
    this.#data.deleteMany(this.#name, [id]);
  }

  /** All of them in one step. */
  deleteMany(ids: readonly string[]): void {
    if (!Array.isArray(ids)) throw new TypeError('deleteMany() takes an array of ids; for one, use delete()');
    this.#data.deleteMany(this.#name, ids);
  }

  /** Deletes all entities of this name. */
  clear(): void {
    this.#data.clear(this.#name);
  }

  /** Deletes without leaving more than others need to hear of it; where `sync` is false, without any trace. */
  hardDelete(id: string): void {
    this.#data.hardDelete(this.#name, id);
  }

  /** Changes some fields; `undefined` removes one. Resolves to the new entity, or null if there is none. */
  update(id: string, change: Patch<E> | ((current: Stored<E>) => Patch<E>)): Promise<Stored<E> | null> {
    return this.#data.update(this.#name, id, change as object) as Promise<Stored<E> | null>;
  }

  /** Changes some fields and re-creates the entity where its new values belong. Resolves to its id from now on. */
  move(id: string, patch: Patch<E>): Promise<string> {
    return this.#data.move(this.#name, id, patch);
  }

  /** Null: there is none. */
  get(id: string): Promise<Stored<E> | null> {
    return this.#data.get(this.#name, id) as Promise<Stored<E> | null>;
  }

  /** At once, without loading. Null: there is none. Undefined: not loaded yet. */
  peek(id: string): Stored<E> | null | undefined {
    return this.#data.peek(this.#name, id) as Stored<E> | null | undefined;
  }

  /** All of them, or what a query asks for. */
  getAll(options?: QueryOptions): Promise<readonly Stored<E>[]> {
    return this.#observables.getAll(this.#name, options) as Promise<readonly Stored<E>[]>;
  }

  /** How many `getAll` would give. */
  count(options?: QueryOptions): Promise<number> {
    return this.#observables.count(this.#name, options);
  }

  /** The entity now and after each change; null while there is none. Nothing before it is loaded. */
  observe(id: string): Observable<Stored<E> | null> {
    return this.#observables.observe(this.#name, id) as Observable<Stored<E> | null>;
  }

  /** The answer to a query now and after each change of it. */
  observeAll(options?: QueryOptions): Observable<readonly Stored<E>[]> {
    return this.#observables.observeAll(this.#name, options) as Observable<readonly Stored<E>[]>;
  }

  /** How many there are, now and after each change of that number. */
  observeCount(options?: QueryOptions): Observable<number> {
    return this.#observables.observeCount(this.#name, options);
  }

  /** What a query gained and lost, for those who keep a list of their own. */
  observeChanges(options?: QueryOptions): Observable<CollectionChanges<Stored<E>>> {
    return this.#observables.observeChanges(this.#name, options) as Observable<CollectionChanges<Stored<E>>>;
  }

  /** Hears of changes from any source; what is merely loaded from disk is not a change. Returns how to stop. */
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

  /** Null: there is no such entity in memory. */
  syncState(id: string): EntitySyncState | null {
    return this.#data.syncState(this.#name, id);
  }

  /** The same now and after each change of it. */
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
