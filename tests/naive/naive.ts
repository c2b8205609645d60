import { defer, from, map, type Observable, switchMap } from 'rxjs';
import { MetadataManager, newDefaultMetadata } from './metadata.ts';
import { ObservableManager } from './observables.ts';
import { type Entity, loadBlob, type MetadataEntity, type NaiveOptions, type Query } from './shapes.ts';
import { SyncHandler, SyncScheduler } from './sync.ts';

/**
 * The original text taken literally, with the nineteen defects that its implementations had. It shows that the tests in
 * `tests/defects` can fail. One `NaiveProcess` stands for one run of a program: what was static in it is shared.
 */
export class NaiveProcess {
  private readonly defaults: MetadataEntity = newDefaultMetadata();

  load(options: NaiveOptions): Promise<NaiveOrchestrator> {
    return NaiveOrchestrator.load(options, this.defaults);
  }
}

export class NaiveOrchestrator {
  private readonly options: NaiveOptions;
  private readonly metadata: MetadataManager;
  private readonly scheduler: SyncScheduler;
  private readonly observables: ObservableManager;
  private readonly timers = new Set<unknown>();

  private constructor(options: NaiveOptions, defaults: MetadataEntity) {
    this.options = options;
    this.metadata = new MetadataManager(options, defaults);
    this.scheduler = new SyncScheduler(new SyncHandler(this.metadata, options), options);
    this.observables = new ObservableManager(options.store);
  }

  static async load(options: NaiveOptions, defaults: MetadataEntity): Promise<NaiveOrchestrator> {
    const { store, local, cloud } = options;
    const instance = new NaiveOrchestrator(options, defaults);
    // A cloud that is not there ends it here: [D04].
    if (cloud) await instance.scheduler.sync(local, cloud);
    await instance.scheduler.sync(local, store);
    instance.every(2_000, () => instance.scheduler.triggerSync(store, local));
    if (cloud) instance.every(300_000, () => instance.scheduler.triggerSync(local, cloud));
    return instance;
  }

  repo(entityName: string): NaiveRepository {
    return new NaiveRepository(entityName, this.options, this.metadata, this.observables);
  }

  syncLocal(): Promise<void> {
    return this.scheduler.sync(this.options.store, this.options.local);
  }

  syncCloud(): Promise<void> {
    return this.scheduler.sync(this.options.local, this.options.cloud!);
  }

  /** Without a last sync: [D05]. */
  async unload(): Promise<void> {
    for (const timer of this.timers) this.options.environment.clearTimer(timer);
    this.timers.clear();
    await this.scheduler.gracefullyShutdown();
  }

  private every(ms: number, work: () => void): void {
    const { environment } = this.options;
    const timer = environment.setTimer(() => {
      this.timers.delete(timer);
      this.every(ms, work);
      work();
    }, ms);
    this.timers.add(timer);
  }
}

export class NaiveRepository {
  private readonly name: string;
  private readonly options: NaiveOptions;
  private readonly metadata: MetadataManager;
  private readonly observables: ObservableManager;

  constructor(name: string, options: NaiveOptions, metadata: MetadataManager, observables: ObservableManager) {
    this.name = name;
    this.options = options;
    this.metadata = metadata;
    this.observables = observables;
  }

  /** An id that is not in memory is replaced by a new one: [D06]. The time is the wall clock's: [D15]. */
  save(entity: Entity): string {
    const { store, strategy, environment } = this.options;
    const known = entity.id !== undefined && store.get(this.keyOf(entity.id), this.name, entity.id);
    if (!known) {
      const logicalKey = strategy.getKey(this.name, entity);
      entity.id = logicalKey + strategy.separator + environment.createId(strategy.identifierLength);
    }
    entity.createdAt ??= new Date(environment.now());
    entity.updatedAt = new Date(environment.now());
    entity.version = (entity.version ?? 0) + 1;
    store.save(this.keyOf(entity.id!), this.name, entity);
    this.emit(entity.id!);
    return entity.id!;
  }

  delete(id: string): void {
    this.options.store.delete(this.keyOf(id), this.name, id);
    this.emit(id);
  }

  async get(id: string): Promise<Entity | null> {
    await this.hydrate(this.keyOf(id));
    return this.options.store.get(this.keyOf(id), this.name, id) ?? null;
  }

  /** Sorted key by key, then joined: [D14]. */
  async getAll(query?: Query): Promise<Entity[]> {
    const keys = this.keysFor(query);
    await Promise.all(keys.map((key) => this.hydrate(key)));
    return keys.flatMap((key) => select(this.options.store.getAll(key, this.name), query));
  }

  observe(id: string): Observable<Entity | null> {
    const key = this.keyOf(id);
    return defer(() => from(this.hydrate(key))).pipe(switchMap(() => this.observables.one(key, this.name, id)));
  }

  observeAll(query?: Query): Observable<Entity[]> {
    const keys = this.keysFor(query);
    return defer(() => from(Promise.all(keys.map((key) => this.hydrate(key))))).pipe(
      switchMap(() => this.observables.all(keys, this.name)),
      map((lists) => lists.flatMap((list) => select(list, query))),
    );
  }

  private keysFor(query?: Query): string[] {
    return this.options.strategy.entityKeyFilter(this.options.prefix, this.name, query);
  }

  private keyOf(id: string): string {
    const { prefix, strategy } = this.options;
    const parts = id.split(strategy.separator);
    const logicalKey = parts.length <= 1 ? 'global' : parts.slice(0, -1).join(strategy.separator);
    return prefix + strategy.separator + logicalKey;
  }

  private emit(id: string): void {
    const key = this.keyOf(id);
    this.observables.changed(key, this.name, id);
    void this.metadata.touch(key);
  }

  private async hydrate(key: string): Promise<void> {
    const { store, local, cloud } = this.options;
    if (await this.metadata.contains(store, key)) return;
    if (await this.metadata.contains(local, key)) return store.storeData(key, await loadBlob(local, key));
    if (!cloud || !(await this.metadata.contains(cloud, key))) return;
    const blob = await loadBlob(cloud, key);
    await local.storeData(key, blob);
    await store.storeData(key, blob);
  }
}

/** Each sort field in turn, so that the last one wins; Dates are compared as objects in `where`: [D14], [D13]. */
function select(entities: Entity[], query: Query = {}): Entity[] {
  const { ids, where = {}, sort = [] } = query;
  const chosen = entities
    .filter((entity) => !ids || ids.includes(entity.id!))
    .filter((entity) => Object.entries(where).every(([field, value]) => entity[field] === value));
  for (const { field, direction } of sort) {
    const sign = direction === 'desc' ? -1 : 1;
    chosen.sort((x, y) => (x[field] < y[field] ? -sign : x[field] > y[field] ? sign : 0));
  }
  return chosen;
}
