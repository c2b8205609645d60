import type { Observable } from 'rxjs';
import { defaultLogger } from './adapters/Logger.ts';
import { MemoryStore } from './adapters/MemoryStore.ts';
import { systemEnvironment } from './adapters/systemEnvironment.ts';
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
import { SyncHandler } from './SyncHandler.ts';
import { SyncScheduler } from './SyncScheduler.ts';
import { claimPackage } from './singlePackage.ts';
import { EntityKeyGlobalStrategy } from './strategies/EntityKeyGlobalStrategy.ts';
import type { PersistenceTier } from './tiers/PersistenceTier.ts';
import { StoreTier } from './tiers/StoreTier.ts';

export interface UnloadOptions {
  /** Also remove everything that this prefix holds on this device. */
  readonly clearLocal?: boolean;
  /** Needed with `clearLocal` where no other tier holds the data. */
  readonly discardUnsynced?: boolean;
}

/** 500 ms is short enough to lose little, and long enough to write once while somebody types. */
const defaultIntervals: Intervals = Object.freeze({ localQuietMs: 500, localMaxMs: 3_000 });

const tag = 'DataOrchestrator';

/** The place of the singleton; its instance is there once it is loaded. */
interface Slot {
  readonly prefix: string;
  readonly loaded: Promise<DataOrchestrator>;
  instance: DataOrchestrator | null;
}

let slot: Slot | null = null;
/** The unloading that a new load waits for, so that two never hold the same data. */
let leaving: Promise<unknown> = Promise.resolve();

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
    if (slot === null || slot.prefix !== options.prefix) slot = DataOrchestrator.#take(options, slot);
    return slot.loaded as unknown as Promise<DataOrchestrator<EntitiesOf<Options>>>;
  }

  static #take(options: OrchestratorOptions, earlier: Slot | null): Slot {
    const load = async (): Promise<DataOrchestrator> => {
      await (await earlier?.loaded.catch(() => null))?.unload();
      await leaving;
      mine.instance = (await DataOrchestrator.create(options)) as DataOrchestrator;
      return mine.instance;
    };
    const mine: Slot = { prefix: options.prefix, instance: null, loaded: Promise.resolve().then(load) };
    // A load that failed leaves the place to what is still there, or free for another try.
    mine.loaded.catch(() => {
      if (slot === mine) slot = earlier?.instance?.isOpen === true ? earlier : null;
    });
    return mine;
  }

  static getInstance(): DataOrchestrator {
    if (slot?.instance) return slot.instance;
    throw new TierSyncError('not-loaded', 'nothing is loaded; await DataOrchestrator.load({ prefix, ... }) first');
  }

  static async unload(options: UnloadOptions = {}): Promise<void> {
    const loaded = await slot?.loaded.catch(() => null);
    await (loaded?.unload(options) ?? leaving);
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
    const data = new DataOrchestrator<EntitiesOf<Options>>(options, environment, keys, local, metadata);
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
      indexesOf: (name) => indexFields(types.settingsOf(name)),
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
    let repository = this.#repositories.get(entityName);
    if (repository === undefined) {
      this.#keys.checkName(entityName);
      repository = new DataRepository<never>({
        entityName,
        data: this.#data,
        observables: this.#observables,
        events: this.#events,
        isPending: (name, id) => this.#handler?.isPending(name, id) ?? this.#data.peek(name, id) != null,
      });
      this.#repositories.set(entityName, repository);
    }
    return repository;
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
    this.#unloading ??= this.#leave(options);
    return this.#unloading;
  }

  get isOpen(): boolean {
    return this.#unloading === null;
  }

  #leave(options: UnloadOptions): Promise<void> {
    const mine = slot?.instance === (this as unknown) ? slot : null;
    if (mine !== null) slot = null;
    const done = this.#unload(options);
    leaving = done.catch(() => {
      this.#unloading = null;
      if (mine !== null) slot ??= mine;
    });
    return done;
  }

  async #unload(options: UnloadOptions): Promise<void> {
    checkUnloadOptions(options);
    const { clearLocal = false, discardUnsynced = false } = options;
    if (clearLocal && !discardUnsynced) {
      const message = 'no other tier holds this data: to delete it from this device, add discardUnsynced: true';
      throw new TierSyncError('unsynced', message);
    }
    // Until nothing is left, because somebody may save while this waits.
    while (!clearLocal && this.#handler?.hasPending) await this.#scheduler?.run();
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

/** What the app brings takes the place of the real thing, member by member; it may be an object of a class. */
function environmentOf(given: Partial<Environment> = {}): Environment {
  const environment: { [member: string]: unknown } = { ...systemEnvironment };
  for (const member of Object.keys(systemEnvironment) as (keyof Environment)[]) {
    if (given[member] !== undefined) environment[member] = given[member].bind(given);
  }
  return environment as unknown as Environment;
}
