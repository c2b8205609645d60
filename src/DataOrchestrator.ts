import type { Observable } from 'rxjs';
import { defaultLogger } from './adapters/Logger.ts';
import { MemoryStore } from './adapters/MemoryStore.ts';
import { environmentOf } from './adapters/systemEnvironment.ts';
import { checkOptions, checkUnloadOptions, indexFields } from './checkOptions.ts';
import { DataEvents } from './DataEvents.ts';
import { DataManager } from './DataManager.ts';
import { DataRepository } from './DataRepository.ts';
import { EntityKeyHandler } from './EntityKeyHandler.ts';
import { EntityTypes } from './EntityTypes.ts';
import { TierSyncError } from './errors.ts';
import type { DataEvent } from './interfaces/DataEvent.ts';
import type { Environment } from './interfaces/Environment.ts';
import type { ILogger } from './interfaces/ILogger.ts';
import type { TierProblem } from './interfaces/ITier.ts';
import type { EntitiesOf, Intervals, OrchestratorOptions, Registered } from './interfaces/OrchestratorOptions.ts';
import { KeyLoader } from './KeyLoader.ts';
import { MetadataManager } from './MetadataManager.ts';
import { ObservableManager } from './ObservableManager.ts';
import type { FieldIndexes } from './query/FieldIndexes.ts';
import { Singleton } from './Singleton.ts';
import { SyncHandler } from './SyncHandler.ts';
import { SyncScheduler } from './SyncScheduler.ts';
import { claimPackage } from './singlePackage.ts';
import { EntityKeyGlobalStrategy } from './strategies/EntityKeyGlobalStrategy.ts';
import type { PersistenceTier } from './tiers/PersistenceTier.ts';
import { StoreTier } from './tiers/StoreTier.ts';
import { getOrAdd } from './util/getOrAdd.ts';

export interface UnloadOptions {
  /** Also remove everything that this prefix holds on this device. */
  readonly clearLocal?: boolean;
  /** Needed with `clearLocal` where no other tier holds the data. */
  readonly discardUnsynced?: boolean;
}

/** 500 ms is short enough to lose little, and long enough to write once while somebody types. */
const defaultIntervals: Intervals = Object.freeze({
  localQuietMs: 500,
  localMaxMs: 3_000,
  // A cloud is asked and paid by the request: a pause in the work is a good moment, a minute is what one may lose sight of.
  cloudQuietMs: 10_000,
  cloudMaxMs: 60_000,
  pullMs: 300_000,
});

/** A listener that saves on each `saved` event must not keep an app from unloading, or seem to. */
const maxFlushes = 20;

const tag = 'DataOrchestrator';

const singleton = new Singleton<DataOrchestrator>();

/** Puts the parts together, and is what an app holds: repositories, flushing, batches, events. */
export class DataOrchestrator<Entities = Registered> {
  readonly events$: Observable<DataEvent>;
  readonly #options: OrchestratorOptions;
  readonly #environment: Environment;
  readonly #logger: ILogger;
  readonly #events = new DataEvents();
  readonly #keys: EntityKeyHandler;
  readonly #repositories = new Map<string, DataRepository<never>>();
  readonly #store: StoreTier;
  readonly #local: PersistenceTier | null;
  readonly #data: DataManager;
  readonly #observables: ObservableManager;
  readonly #handler: SyncHandler | null;
  readonly #scheduler: SyncScheduler | null;
  readonly #stopListening: () => void;
  #unloading: Promise<void> | null = null;
  /** Nothing was written since the last try to flush before the end failed. */
  #isStuck = false;

  /**
   * The singleton. With the prefix that is loaded already: the same promise. With another prefix: the loaded one is
   * flushed and unloaded first.
   */
  static load<const Options extends OrchestratorOptions>(
    options: Options,
  ): Promise<DataOrchestrator<EntitiesOf<Options>>> {
    checkOptions(options);
    const create = (): Promise<DataOrchestrator> => DataOrchestrator.create(options) as Promise<DataOrchestrator>;
    const loaded: Promise<unknown> = singleton.load(options.prefix, create);
    return loaded as Promise<DataOrchestrator<EntitiesOf<Options>>>;
  }

  static getInstance(): DataOrchestrator {
    if (singleton.instance !== null) return singleton.instance;
    throw new TierSyncError('not-loaded', 'nothing is loaded; await DataOrchestrator.load({ prefix, ... }) first');
  }

  static async unload(options: UnloadOptions = {}): Promise<void> {
    await singleton.unload((loaded) => loaded.unload(options));
  }

  /** An instance that is not the singleton. */
  static async create<const Options extends OrchestratorOptions>(
    options: Options,
  ): Promise<DataOrchestrator<EntitiesOf<Options>>> {
    checkOptions(options);
    claimPackage();
    const environment = environmentOf(options.environment);
    const keys = new EntityKeyHandler({
      prefix: options.prefix,
      strategy: options.strategy ?? new EntityKeyGlobalStrategy(),
      createId: environment.createId,
    });
    const problems: TierProblem[] = [];
    let onProblem = (problem: TierProblem): void => void problems.push(problem);
    const local =
      options.local === undefined
        ? null
        : // Code that only a local tier needs is loaded with the first one.
          await (await import('./tiers/openLocal.ts')).openLocal({
            local: options.local,
            keyPrefix: keys.prefix + keys.separator,
            createId: environment.createId,
            onProblem: (problem) => onProblem(problem),
          });
    const index = (await local?.readMetadata()) ?? null;
    const uncounted = local?.uncounted ?? [];
    const metadata = new MetadataManager({ index, uncounted, isComplete: local?.isComplete ?? true });
    const isIndexed = Object.values(options.entities ?? {}).some(({ indexes = [] }) => indexes.length > 0);
    const Indexes = isIndexed ? (await import('./query/FieldIndexes.ts')).FieldIndexes : null;
    const data = new DataOrchestrator<EntitiesOf<Options>>(options, environment, keys, local, metadata, Indexes);
    onProblem = (problem) => data.#report(problem);
    problems.forEach(onProblem);
    return data;
  }

  private constructor(
    options: OrchestratorOptions,
    environment: Environment,
    keys: EntityKeyHandler,
    local: PersistenceTier | null,
    metadata: MetadataManager,
    Indexes: typeof FieldIndexes | null,
  ) {
    this.#options = options;
    this.#environment = environment;
    this.#keys = keys;
    this.#local = local;
    this.#logger = options.logger ?? defaultLogger();
    this.events$ = this.#events.stream;
    const events = this.#events;
    const now = (): number => environment.now();
    const keyOf = (id: string): string => keys.keyOf(id);
    const onNoted = (): void => this.#noteEdit();
    const types = new EntityTypes({
      settings: options.entities,
      onMigrationError: (error) => this.#fail('migrate', error),
    });
    const store = new StoreTier({
      store: options.store ?? new MemoryStore(),
      keyOf,
      codecOf: (name) => types.codecOf(name),
      onNoted: local === null ? null : onNoted,
    });
    const loader = new KeyLoader({ store, local, metadata, events, keyOf, now, onNoted });
    const freeze = options.freeze ?? true;
    this.#store = store;
    this.#data = new DataManager({
      keys,
      store,
      loader,
      metadata,
      events,
      logger: this.#logger,
      now,
      freeze,
      settingsOf: (name) => types.settingsOf(name),
    });
    this.#observables = new ObservableManager({
      keys,
      store,
      loading: loader,
      metadata,
      events,
      indexesOf: (name, source) => {
        const declared = indexFields(types.settingsOf(name));
        return Indexes === null || declared.length === 0 ? null : new Indexes(declared, source);
      },
    });
    this.#handler = local === null ? null : new SyncHandler({ store, local, loader, events });
    this.#scheduler = this.#handler === null ? null : this.#schedule(this.#handler);
    this.#stopListening = environment.onHidden(() => this.#flushOnHidden());
    if (local === null) this.#logger.i(tag, `${options.prefix}: no local tier, data lives in memory only`);
  }

  /** The entities of one name. Always the same object for the same name. */
  repo<Name extends keyof Entities & string>(entityName: Name): DataRepository<Entities[Name] & object>;
  repo<E extends object = Record<string, unknown>>(entityName: string): DataRepository<E>;
  repo(entityName: string): unknown {
    this.#data.assertOpen();
    return getOrAdd(this.#repositories, entityName, () => {
      this.#keys.checkName(entityName);
      return new DataRepository<never>({
        entityName,
        data: this.#data,
        observables: this.#observables,
        events: this.#events,
        isPending: (name, id) => this.#handler?.isPending(name, id) ?? this.#data.peek(name, id) != null,
      });
    });
  }

  /** Resolves when everything saved before the call is durable on this device. */
  async flush(): Promise<void> {
    this.#data.assertOpen();
    await this.#scheduler?.run();
  }

  /** All writes of a synchronous function in one step: one event, one emission; if it throws, none happened. */
  batch<T>(work: () => T): T {
    // Asynchronous functions and generators would run outside of the batch, or not at all.
    if (typeof work !== 'function' || work.constructor.name !== 'Function') {
      throw new TypeError('batch(fn) takes a synchronous function; await what you need before it');
    }
    return this.#data.batch(work);
  }

  /** Flushes, then ends all streams and refuses further calls. If that fails, nothing is unloaded. */
  unload(options: UnloadOptions = {}): Promise<void> {
    if (this.#unloading === null) {
      this.#unloading = this.#unload(options);
      this.#unloading.catch(() => {
        this.#unloading = null;
      });
      singleton.leave(this as unknown as DataOrchestrator, this.#unloading);
    } else if (options?.clearLocal) {
      const message =
        'this data was unloaded, and stays on this device; to clear it, load it and unload({ clearLocal })';
      return Promise.reject(new TierSyncError('closed', message));
    }
    return this.#unloading;
  }

  get isClosed(): boolean {
    return this.#data.isClosed;
  }

  async #unload(options: UnloadOptions): Promise<void> {
    checkUnloadOptions(options);
    const { clearLocal = false, discardUnsynced = false } = options;
    if (clearLocal && !discardUnsynced) {
      const message = 'no other tier holds this data: to delete it from this device, add discardUnsynced: true';
      throw new TierSyncError('unsynced', message);
    }
    // Until nothing is left, because somebody may save while this waits; but not for ever.
    for (let round = 0; !clearLocal && !this.isClosed && this.#handler?.hasPending; round++) {
      if (round === maxFlushes)
        throw new TierSyncError('unsynced', 'something saves again after each flush; end it first');
      await this.#scheduler?.run();
    }
    this.#data.close();
    this.#stopListening();
    this.#observables.close();
    this.#events.close();
    await this.#scheduler?.stop();
    if (clearLocal) await this.#local?.clear();
    await this.#local?.close();
  }

  #schedule(handler: SyncHandler): SyncScheduler {
    const { localQuietMs, localMaxMs } = { ...defaultIntervals, ...this.#options.intervals };
    return new SyncScheduler({
      environment: this.#environment,
      work: () => handler.flush(),
      quietMs: localQuietMs,
      maxMs: localMaxMs,
      onFailure: (error) => this.#fail('flush', error),
    });
  }

  #noteEdit(): void {
    this.#isStuck = false;
    this.#scheduler?.poke(this.#environment.now());
  }

  /** Once for what cannot be written: a process that is about to end would try for ever. */
  #flushOnHidden(): void {
    if (!this.#handler?.hasPending || this.#isStuck) return;
    this.#scheduler?.run().catch((error: unknown) => {
      this.#isStuck = true;
      this.#fail('flush', error);
    });
  }

  #fail(during: 'flush' | 'load' | 'migrate', cause: unknown): void {
    const error = TierSyncError.from(cause, `${during} failed`);
    this.#logger.e(tag, error.message, error);
    this.#events.emit({ type: 'failed', during, error });
  }

  /** A blob that was lost on disk is written again from memory, if it was loaded. */
  #report(problem: TierProblem): void {
    this.#logger.w(tag, problem.message, problem);
    this.#events.emit({ type: 'problem', problem });
    if (problem.code === 'upgrade-needed') return;
    this.#store.journalKey(problem.entityKey);
  }
}
