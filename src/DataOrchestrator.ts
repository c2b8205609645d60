import type { Observable } from 'rxjs';
import { defaultLogger } from './adapters/Logger.ts';
import { MemoryStore } from './adapters/MemoryStore.ts';
import { environmentOf } from './adapters/systemEnvironment.ts';
import type { AttachOptions } from './attachCloud.ts';
import { CloudSlot } from './CloudSlot.ts';
import { checkFlushOptions, checkOptions, checkUnloadOptions, indexFields } from './checkOptions.ts';
import { DataEvents } from './DataEvents.ts';
import { DataManager } from './DataManager.ts';
import { DataRepository, type EntitySyncState } from './DataRepository.ts';
import { EntityKeyHandler } from './EntityKeyHandler.ts';
import { EntityTypes } from './EntityTypes.ts';
import { TierSyncError } from './errors.ts';
import type { DataEvent } from './interfaces/DataEvent.ts';
import type { Environment } from './interfaces/Environment.ts';
import type { ILogger } from './interfaces/ILogger.ts';
import type { TierProblem } from './interfaces/ITier.ts';
import type { EntitiesOf, Intervals, OrchestratorOptions, Registered } from './interfaces/OrchestratorOptions.ts';
import type { SyncOptions } from './interfaces/SyncTypes.ts';
import { defaultIntervals } from './intervals.ts';
import { KeyLoader } from './KeyLoader.ts';
import type { LocalPart, OpenedLocal } from './LocalPart.ts';
import { MetadataManager } from './MetadataManager.ts';
import { ObservableManager } from './ObservableManager.ts';
import type { FieldIndexes } from './query/FieldIndexes.ts';
import { ReadThrough } from './ReadThrough.ts';
import { Singleton } from './Singleton.ts';
import { SyncEngine } from './SyncEngine.ts';
import { claimPackage } from './singlePackage.ts';
import { EntityKeyGlobalStrategy } from './strategies/EntityKeyGlobalStrategy.ts';
import { StoreTier } from './tiers/StoreTier.ts';
import { getOrAdd } from './util/getOrAdd.ts';

export interface UnloadOptions {
  /** Also remove everything that this prefix holds on this device. */
  readonly clearLocal?: boolean;
  /** Needed with `clearLocal` where no other tier holds the data. */
  readonly discardUnsynced?: boolean;
}

export interface FlushOptions {
  /** Rejects when the cloud has not confirmed by then. Nothing is lost by that. */
  readonly timeoutMs?: number;
}

/** A listener that saves on each `saved` event must not keep an app from unloading, or seem to. */
const maxFlushes = 20;

const tag = 'DataOrchestrator';

const singleton = new Singleton<DataOrchestrator>();

interface Given {
  readonly options: OrchestratorOptions;
  readonly environment: Environment;
  readonly keys: EntityKeyHandler;
  readonly metadata: MetadataManager;
  /** Null: no index is declared. */
  readonly Indexes: typeof FieldIndexes | null;
  /** Whether a slower tier is to hear of what is written. */
  readonly isNoted: boolean;
}

/** Puts the parts together, and is what an app holds: repositories, flushing, batches, events, syncing. */
export class DataOrchestrator<Entities = Registered> {
  readonly events$: Observable<DataEvent>;
  /** Syncing with the cloud, if there is one. */
  readonly sync: SyncEngine;
  readonly #options: OrchestratorOptions;
  readonly #environment: Environment;
  readonly #logger: ILogger;
  readonly #events = new DataEvents();
  readonly #keys: EntityKeyHandler;
  readonly #types: EntityTypes;
  readonly #repositories = new Map<string, DataRepository<never>>();
  readonly #store: StoreTier;
  readonly #metadata: MetadataManager;
  readonly #loader: KeyLoader;
  readonly #data: DataManager;
  readonly #observables: ObservableManager;
  readonly #cloud: CloudSlot;
  readonly #intervals: Intervals;
  readonly #stopListening: () => void;
  #local: LocalPart | null = null;
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
    const { cloud, sync = {}, local: given = cloud && new MemoryStore() } = options as OrchestratorOptions;
    const environment = environmentOf(options.environment);
    const keys = new EntityKeyHandler({
      prefix: options.prefix,
      strategy: options.strategy ?? new EntityKeyGlobalStrategy(),
      createId: environment.createId,
    });
    const problems: TierProblem[] = [];
    let onProblem = (problem: TierProblem): void => void problems.push(problem);
    // Code that only a local tier needs is loaded with the first one.
    const Local = given === undefined ? null : (await import('./LocalPart.ts')).LocalPart;
    const opened =
      Local === null || given === undefined
        ? null
        : await Local.open(given, {
            keyPrefix: keys.prefix + keys.separator,
            createId: environment.createId,
            onProblem: (problem) => onProblem(problem),
          });
    const tier = opened?.tier;
    const index = (await tier?.readMetadata()) ?? null;
    const metadata = new MetadataManager({
      index,
      uncounted: tier?.uncounted ?? [],
      isComplete: tier?.isComplete ?? true,
    });
    const isIndexed = Object.values(options.entities ?? {}).some(({ indexes = [] }) => indexes.length > 0);
    const Indexes = isIndexed ? (await import('./query/FieldIndexes.ts')).FieldIndexes : null;
    const parts = { options, environment, keys, metadata, Indexes, isNoted: opened !== null };
    const data = new DataOrchestrator<EntitiesOf<Options>>(parts);
    if (Local !== null && opened !== null) data.#link(Local, opened);
    if (cloud !== undefined && data.#local !== null) await data.#cloud.attach(cloud, sync, data.#local);
    else if (data.#local !== null) await data.#cloud.resume(data.#local);
    onProblem = (problem) => data.#report(problem);
    problems.forEach(onProblem);
    return data;
  }

  private constructor({ options, environment, keys, metadata, Indexes, isNoted }: Given) {
    this.#options = options;
    this.#environment = environment;
    this.#keys = keys;
    this.#metadata = metadata;
    this.#logger = options.logger ?? defaultLogger();
    this.#intervals = { ...defaultIntervals, ...options.intervals };
    this.events$ = this.#events.stream;
    const events = this.#events;
    const now = (): number => environment.now();
    const keyOf = (id: string): string => keys.keyOf(id);
    const onNoted = (): void => this.#noteEdit();
    const types = new EntityTypes({
      settings: options.entities,
      onMigrationError: (error) => this.#fail('migrate', error),
    });
    const settingsOf = types.settingsOf.bind(types);
    const codecOf = types.codecOf.bind(types);
    const store = new StoreTier({ store: options.store ?? new MemoryStore(), keyOf, codecOf, onNoted, isNoted });
    const local = (): LocalPart | null => this.#local;
    const loader = new KeyLoader({ store, local: () => local()?.tier ?? null, metadata, events, keyOf, now, onNoted });
    const loading = new ReadThrough({ loader, metadata, cloud: () => this.#cloud });
    const freeze = options.freeze ?? true;
    const logger = this.#logger;
    this.#types = types;
    this.#store = store;
    this.#loader = loader;
    this.#data = new DataManager({ keys, store, loader, loading, metadata, events, logger, now, freeze, settingsOf });
    this.#observables = new ObservableManager({
      keys,
      store,
      loading,
      metadata,
      events,
      indexesOf: (name, source) => {
        const declared = indexFields(settingsOf(name));
        return Indexes === null || declared.length === 0 ? null : new Indexes(declared, source);
      },
    });
    this.sync = new SyncEngine({
      environment,
      intervals: this.#intervals,
      logger,
      telemetry: options.telemetry,
      entityOf: (name, id) => store.entities(name).get(id) ?? null,
    });
    this.#cloud = new CloudSlot({ engine: this.sync, parts: (part) => this.#attachable(part) });
    this.#stopListening = environment.onHidden(() => this.#flushOnHidden());
    if (!isNoted) logger.i(tag, `${options.prefix}: no local tier, data lives in memory only`);
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
        stateOf: (name, id) => this.#stateOf(name, id),
      });
    });
  }

  /**
   * Resolves when everything saved before the call is durable on this device; with `'cloud'`, when the cloud has
   * confirmed it.
   */
  async flush(until: 'local' | 'cloud' = 'local', options: FlushOptions = {}): Promise<void> {
    this.#data.assertOpen();
    checkFlushOptions(until, options);
    await this.#local?.scheduler.run();
    if (until === 'cloud') await this.sync.flushCloud(options.timeoutMs);
  }

  /** All writes of a synchronous function in one step: one event, one emission; if it throws, none happened. */
  batch<T>(work: () => T): T {
    // Asynchronous functions and generators would run outside of the batch, or not at all.
    if (typeof work !== 'function' || work.constructor.name !== 'Function') {
      throw new TypeError('batch(fn) takes a synchronous function; await what you need before it');
    }
    return this.#data.batch(work);
  }

  /**
   * Attaches a cloud, in the place of the one there was; null: detaches it. What was not sent is kept and goes to the
   * next one. Does not wait for the cloud: `sync.ready()` does.
   */
  async setCloud(cloud: NonNullable<OrchestratorOptions['cloud']> | null, options: SyncOptions = {}): Promise<void> {
    this.#data.assertOpen();
    if (cloud === null) return this.#cloud.detach();
    checkOptions({ prefix: this.#options.prefix, cloud, sync: options });
    const local = this.#local ?? (await this.#keepInMemory());
    await this.#cloud.attach(cloud, options, local);
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
    if (clearLocal && !discardUnsynced) this.#assertSynced();
    const local = this.#local;
    // Until nothing is left, because somebody may save while this waits; but not for ever.
    for (let round = 0; !clearLocal && !this.isClosed && local?.flusher.hasPending; round++) {
      if (round === maxFlushes)
        throw new TierSyncError('unsynced', 'something saves again after each flush; end it first');
      await local.scheduler.run();
    }
    this.#data.close();
    this.#stopListening();
    this.#observables.close();
    await this.#cloud.detach();
    await this.sync.destroy();
    this.#events.close();
    await local?.scheduler.stop();
    if (clearLocal) await local?.tier.clear();
    await local?.tier.close();
  }

  #assertSynced(): void {
    const { link } = this.#cloud;
    if (link !== null && link.isReady && !link.hasPending) return;
    const what = link === null ? 'no other tier holds this data' : 'the cloud does not hold all of this data yet';
    throw new TierSyncError('unsynced', `${what}: to delete it from this device, add discardUnsynced: true`);
  }

  /** What is in memory only is kept in memory twice: as it is, and as a cloud wants it. */
  async #keepInMemory(): Promise<LocalPart> {
    const { LocalPart: Local } = await import('./LocalPart.ts');
    const opened = await Local.open(new MemoryStore(), {
      keyPrefix: this.#keys.prefix + this.#keys.separator,
      createId: this.#environment.createId,
      onProblem: (problem) => this.#report(problem),
    });
    if (this.#local !== null) return this.#local;
    const local = this.#link(Local, opened);
    this.#store.noteAll();
    return local;
  }

  #link(Local: typeof LocalPart, opened: OpenedLocal): LocalPart {
    const local = new Local({
      ...opened,
      store: this.#store,
      loader: this.#loader,
      events: this.#events,
      environment: this.#environment,
      intervals: this.#intervals,
      rules: () => this.#cloud.rules(),
      onFindings: (findings) => this.#cloud.noteFindings(findings),
      onFailure: (error) => this.#fail('flush', error),
    });
    this.#local = local;
    return local;
  }

  /** What a link with a cloud is made of. */
  #attachable(local: LocalPart): AttachOptions {
    return {
      prefix: this.#keys.prefix,
      keyPrefix: this.#keys.prefix + this.#keys.separator,
      environment: this.#environment,
      loader: this.#loader,
      metadata: this.#metadata,
      events: this.#events,
      data: this.#data,
      types: this.#types,
      engine: this.sync,
      given: this.#options,
      local,
    };
  }

  #stateOf(entityName: string, id: string): EntitySyncState | null {
    const isHere = this.#data.peek(entityName, id) != null;
    if (this.#local?.flusher.isPending(entityName, id) ?? isHere) return 'pending';
    return isHere ? (this.#cloud.stateOf(entityName, id, this.#keys.keyOf(id)) ?? 'local') : null;
  }

  #noteEdit(): void {
    this.#isStuck = false;
    this.#local?.scheduler.poke(this.#environment.now());
    this.sync.noteEdit();
  }

  /** Once for what cannot be written: a process that is about to end would try for ever. */
  #flushOnHidden(): void {
    if (!this.#local?.flusher.hasPending || this.#isStuck) return;
    this.#local.scheduler.run().catch((error: unknown) => {
      this.#isStuck = true;
      this.#fail('flush', error);
    });
  }

  #fail(during: 'flush' | 'migrate', cause: unknown): void {
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
