import type { Observable, Subscriber } from 'rxjs';
import type { DataEvents } from './DataEvents.ts';
import type { EntityKeyHandler } from './EntityKeyHandler.ts';
import type { Below } from './interfaces/Below.ts';
import type { CollectionChanges } from './interfaces/CollectionChanges.ts';
import type { EntityChange } from './interfaces/DataEvent.ts';
import type { AnyEntity } from './interfaces/Entity.ts';
import type { QueryOptions } from './interfaces/QueryOptions.ts';
import type { Lifespan } from './Lifespan.ts';
import { Collection } from './query/Collection.ts';
import type { EntitySource } from './query/EntitySource.ts';
import type { FieldIndexes } from './query/FieldIndexes.ts';
import type { LiveView } from './query/LiveView.ts';
import { type ParsedQuery, parseQuery, withoutWindow } from './query/parseQuery.ts';
import type { StoreTier } from './tiers/StoreTier.ts';
import { checkText } from './util/checkName.ts';
import { getOrAdd } from './util/getOrAdd.ts';
import { groupBy } from './util/groupBy.ts';
import { whenNew } from './util/whenNew.ts';

export interface ObservableManagerOptions {
  readonly life: Lifespan;
  readonly keys: EntityKeyHandler;
  readonly keyOf: (id: string) => string;
  readonly store: StoreTier;
  readonly below: () => Below | null;
  readonly events: DataEvents;
  /** Takes away what is over, before anybody looks. */
  readonly expiries: { sweep(): void };
  /** Null: no index was declared for that name. */
  readonly indexesOf: (entityName: string, source: EntitySource) => FieldIndexes | null;
}

/** One live query; everybody who asks the same shares it. */
interface SharedView {
  readonly view: LiveView;
  readonly rows: Set<Subscriber<readonly AnyEntity[]>>;
  readonly counts: Set<Subscriber<number>>;
  total: number;
}

/** What is watched of one entity name; it exists only while somebody watches or indexes are in use. */
interface Watched {
  readonly collection: Collection;
  readonly byId: Map<string, Set<(entity: AnyEntity | null) => void>>;
  readonly views: Map<string, SharedView>;
  readonly changes: Set<(changes: readonly EntityChange[]) => void>;
}

/**
 * The reading side: one-shot and live queries, and single entities. A change is routed by its id, and each live query
 * is changed, never run again. Nothing is emitted before what was asked for is loaded.
 */
export class ObservableManager {
  readonly #o: ObservableManagerOptions;
  readonly #watched = new Map<string, Watched>();

  constructor(options: ObservableManagerOptions) {
    this.#o = options;
    options.events.listen((event) => {
      if (event.type !== 'changed') return;
      const { changes } = event;
      if (changes.length === 1) this.#route((changes[0] as EntityChange).entityName, changes);
      else for (const [name, ofName] of groupBy(changes, (change) => change.entityName)) this.#route(name, ofName);
    });
  }

  async getAll(entityName: string, options: QueryOptions | undefined): Promise<readonly AnyEntity[]> {
    const query = await this.#ready(entityName, options);
    return Object.freeze(this.#of(entityName).collection.run(query));
  }

  /** The number of matches; `limit` and `offset` do not count. */
  async count(entityName: string, options: QueryOptions | undefined): Promise<number> {
    parseQuery(options);
    const query = await this.#ready(entityName, withoutWindow(options));
    const { collection } = this.#of(entityName);
    return query.matches === null ? this.#o.store.entities(entityName).size : collection.run(query).length;
  }

  observe(entityName: string, id: string): Observable<AnyEntity | null> {
    checkText('id', id);
    return this.#o.life.stream((subscriber) => {
      const show = whenNew((entity: AnyEntity | null) => subscriber.next(entity));
      const begin = (): void => {
        getOrAdd(this.#of(entityName).byId, id, () => new Set()).add(show);
        show(this.#o.store.entities(entityName).get(id) ?? null);
      };
      const stop = this.#whenHere(subscriber, entityName, (below) => below.bring(id), begin);
      return () => {
        stop();
        const byId = this.#watched.get(entityName)?.byId;
        const listeners = byId?.get(id);
        if (listeners?.delete(show) && listeners.size === 0) byId?.delete(id);
      };
    });
  }

  observeAll(entityName: string, options: QueryOptions | undefined): Observable<readonly AnyEntity[]> {
    return this.#live(entityName, options, (shared, subscriber) => {
      shared.rows.add(subscriber);
      subscriber.next(Object.freeze(shared.view.window()));
    });
  }

  observeCount(entityName: string, options: QueryOptions | undefined): Observable<number> {
    parseQuery(options);
    return this.#live(entityName, withoutWindow(options), (shared, subscriber) => {
      shared.counts.add(subscriber);
      subscriber.next(shared.total);
    });
  }

  /** Gains and losses of a query, for those who keep their own list: nothing is copied but what changed. */
  observeChanges(entityName: string, options: QueryOptions | undefined): Observable<CollectionChanges> {
    const query = this.#parse(entityName, options);
    if (query.limit !== Number.POSITIVE_INFINITY || query.offset > 0) {
      throw new TypeError('observeChanges() tells of all matches; leave limit and offset out, or use observeAll()');
    }
    const matches = query.matches ?? (() => true);
    return this.#o.life.stream((subscriber) => {
      const { changes } = this.#of(entityName);
      const listener = (written: readonly EntityChange[]): void => {
        const found = { added: [] as AnyEntity[], updated: [] as AnyEntity[], removed: [] as AnyEntity[] };
        for (const { entity, previous } of written) {
          const was = previous !== null && matches(previous);
          if (entity !== null && matches(entity)) found[was ? 'updated' : 'added'].push(entity);
          else if (was) found.removed.push(previous);
        }
        if (found.added.length + found.updated.length + found.removed.length > 0) subscriber.next(found);
      };
      const stop = this.#whenAllHere(subscriber, entityName, query, () => {
        changes.add(listener);
        subscriber.next({ added: this.#of(entityName).collection.run(query), updated: [], removed: [] });
      });
      return () => {
        stop();
        changes.delete(listener);
      };
    });
  }

  #live<T>(
    entityName: string,
    options: QueryOptions | undefined,
    join: (shared: SharedView, subscriber: Subscriber<T>) => void,
  ): Observable<T> {
    const query = this.#parse(entityName, options);
    return this.#o.life.stream<T>((subscriber) => {
      const { views } = this.#of(entityName);
      const stop = this.#whenAllHere(subscriber, entityName, query, () => {
        const shared = getOrAdd(views, query.canonical, (): SharedView => {
          const view = this.#of(entityName).collection.view(query);
          return { view, rows: new Set(), counts: new Set(), total: view.total };
        });
        join(shared, subscriber);
      });
      return () => {
        stop();
        const shared = views.get(query.canonical);
        shared?.rows.delete(subscriber as unknown as Subscriber<readonly AnyEntity[]>);
        shared?.counts.delete(subscriber as unknown as Subscriber<number>);
        if (shared?.rows.size === 0 && shared.counts.size === 0) views.delete(query.canonical);
      };
    });
  }

  #route(entityName: string, changes: readonly EntityChange[]): void {
    const watched = this.#watched.get(entityName);
    if (watched === undefined) return;
    watched.collection.apply(changes);
    if (watched.byId.size > 0) {
      for (const { id, entity } of changes) {
        const listeners = watched.byId.get(id);
        if (listeners !== undefined) for (const listener of listeners) listener(entity);
      }
    }
    for (const shared of watched.views.values()) this.#emitView(shared, changes);
    for (const listener of watched.changes) listener(changes);
  }

  #emitView(shared: SharedView, changes: readonly EntityChange[]): void {
    const { view, rows, counts } = shared;
    const isChanged = view.apply(changes);
    if (isChanged && rows.size > 0) {
      const window = Object.freeze(view.window());
      for (const subscriber of rows) subscriber.next(window);
    }
    if (view.total === shared.total) return;
    shared.total = view.total;
    for (const subscriber of counts) subscriber.next(view.total);
  }

  async #ready(entityName: string, options: QueryOptions | undefined): Promise<ParsedQuery> {
    this.#o.life.assertOpen();
    const query = this.#parse(entityName, options);
    await this.#o.below()?.bringAll(entityName, query);
    this.#o.life.assertOpen();
    return query;
  }

  #whenAllHere(subscriber: Subscriber<never>, entityName: string, query: ParsedQuery, begin: () => void): () => void {
    return this.#whenHere(subscriber, entityName, (below) => below.bringAll(entityName, query), begin);
  }

  /** Calls back once that is in memory: at once if it is, so that the first value comes in the same turn. */
  #whenHere(
    subscriber: Subscriber<never>,
    entityName: string,
    bring: (below: Below) => Promise<void> | null,
    begin: () => void,
  ): () => void {
    this.#o.life.assertOpen();
    const { below, events } = this.#o;
    let isWanted = true;
    // From now on, what arrives of that name is brought into memory, so that nothing is missed on the way.
    const stopWatching = events.watch(entityName);
    const beginSettled = (): void => events.whenSettled(() => isWanted && begin());
    const tiers = below();
    const bringing = tiers && bring(tiers);
    if (bringing === null) beginSettled();
    else bringing.then(beginSettled, (error: unknown) => isWanted && subscriber.error(error));
    return () => {
      isWanted = false;
      stopWatching();
    };
  }

  /** Filters that are the key strategy's narrow the query to the keys that it names. */
  #parse(entityName: string, options: QueryOptions | undefined): ParsedQuery {
    const query = parseQuery(options);
    if (query.filters === null) return query;
    const keys = new Set(this.#o.keys.keysFor(entityName, query.filters));
    return parseQuery(options, ({ id }) => keys.has(this.#o.keyOf(id)));
  }

  #of(entityName: string): Watched {
    this.#o.expiries.sweep();
    return getOrAdd(this.#watched, entityName, () => {
      const source = this.#o.store.entities(entityName);
      const collection = new Collection(source, this.#o.indexesOf(entityName, source));
      return { collection, byId: new Map(), views: new Map(), changes: new Set() };
    });
  }
}
