import type { Observable } from 'rxjs';
import { defaultLogger } from './adapters/consoleLog.ts';
import { Core } from './compose/Core.ts';
import type { LocalPart } from './compose/LocalPart.ts';
import { Singleton } from './compose/Singleton.ts';
import { claimPackage } from './compose/singlePackage.ts';
import { type Taken, takeOptions } from './compose/takeOptions.ts';
import { DataRepository } from './DataRepository.ts';
import { EntityKeyHandler } from './EntityKeyHandler.ts';
import { TierSyncError } from './errors.ts';
import type { DataEvent } from './interfaces/DataEvent.ts';
import type { ILogger } from './interfaces/ILogger.ts';
import type { Inspection } from './interfaces/Inspection.ts';
import type { EntitiesOf, OrchestratorOptions, Registered } from './interfaces/OrchestratorOptions.ts';
import type { StorageReport } from './interfaces/Storage.ts';
import type { SyncOptions } from './interfaces/SyncTypes.ts';
import type { FlushOptions, UnloadOptions } from './interfaces/UnloadOptions.ts';
import { SyncEngine } from './SyncEngine.ts';
import { checkEntityName } from './util/checkName.ts';
import { getOrAdd } from './util/getOrAdd.ts';

/** What has to be there before anything can be put together. */
interface Parts {
  readonly taken: Taken;
  readonly keys: EntityKeyHandler;
}

const singleton = new Singleton<DataOrchestrator>();

/** Puts the parts together, and is what an app holds: repositories, flushing, batches, events, syncing. */
export class DataOrchestrator<Entities = Registered> {
  /** All that happens to the data, whoever did it: changes, loads, saves, conflicts, failures. */
  readonly events$: Observable<DataEvent>;
  /** Syncing with the cloud, if there is one. */
  readonly sync: SyncEngine;
  readonly #options: OrchestratorOptions;
  readonly #logger: ILogger;
  readonly #repositories = new Map<string, DataRepository<never>>();
  readonly #core: Core;
  #local: LocalPart | null = null;
  #unloading: Promise<void> | null = null;

  /**
   * The singleton. With the prefix that is loaded already: the same promise. With another prefix: the loaded one is
   * flushed and unloaded first.
   */
  static load<const Options extends OrchestratorOptions>(
    options: Options,
  ): Promise<DataOrchestrator<EntitiesOf<Options>>> {
    const create = (parts: Parts): Promise<DataOrchestrator> => DataOrchestrator.#create(options, parts);
    // What is no object at all is refused as one without a prefix.
    const loaded: Promise<unknown> = singleton.load(options?.prefix, () => prepare(options), create);
    return loaded as Promise<DataOrchestrator<EntitiesOf<Options>>>;
  }

  /** The singleton that `load` has made; throws `not-loaded` where there is none. */
  static getInstance(): DataOrchestrator {
    if (singleton.instance !== null) return singleton.instance;
    throw new TierSyncError('not-loaded', 'nothing is loaded; await DataOrchestrator.load({ prefix, ... }) first');
  }

  /** Flushes and closes the singleton; harmless where there is none. */
  static async unload(options?: UnloadOptions): Promise<void> {
    await singleton.unload((loaded) => loaded.unload(options));
  }

  /** An instance that is not the singleton. */
  static async create<const Options extends OrchestratorOptions>(
    options: Options,
  ): Promise<DataOrchestrator<EntitiesOf<Options>>> {
    return DataOrchestrator.#create(options, await prepare(options));
  }

  static async #create<Entities>(options: OrchestratorOptions, parts: Parts): Promise<DataOrchestrator<Entities>> {
    claimPackage();
    const data = new DataOrchestrator<Entities>(options, parts);
    // What is to be shared stands in a local tier first, if only one in memory.
    if (options.local !== undefined || options.cloud !== undefined) await (await data.#open(options.local)).begin();
    parts.taken.chronicle?.(data, options, data.#logger);
    return data;
  }

  private constructor(options: OrchestratorOptions, parts: Parts) {
    this.#options = options;
    this.#logger = options.logger ?? defaultLogger();
    this.#core = new Core({
      ...parts,
      options,
      logger: this.#logger,
      log: () => this.#local?.journal ?? null,
      below: () => this.#local?.reads ?? null,
    });
    this.events$ = this.#core.events.stream;
    this.sync = new SyncEngine(this.#core.environment);
  }

  /** The entities of one name. Always the same object for the same name. */
  repo<Name extends keyof Entities & string>(entityName: Name): DataRepository<Entities[Name] & object>;
  repo<E extends object = Record<string, unknown>>(entityName: string): DataRepository<E>;
  repo(entityName: string): unknown {
    this.#core.life.assertOpen();
    return getOrAdd(this.#repositories, entityName, () => {
      checkEntityName(entityName);
      return new DataRepository<never>(entityName, this.#core);
    });
  }

  /**
   * Resolves when everything saved before the call is durable on this device; with `'cloud'`, when the cloud has
   * confirmed it.
   */
  async flush(until: 'local' | 'cloud' = 'local', options?: FlushOptions): Promise<void> {
    this.#core.life.assertOpen();
    if (until !== 'local' || options !== undefined) {
      const { checkFlush } = await import('./compose/checkOptions.ts');
      checkFlush(until, options);
    }
    await this.#local?.flush();
    if (until === 'cloud') await this.sync.flushCloud(options?.timeoutMs);
  }

  /** What stands on this device, counted key by key. Nothing of it comes into memory. */
  async storage(): Promise<StorageReport> {
    return (await import('./compose/storageOf.ts')).storageOf(this.#core.life, this.#local);
  }

  /** For tools: what stands in each tier. */
  async inspect(): Promise<Inspection> {
    const { TierInspection } = await import('./compose/storageOf.ts');
    return new TierInspection(this.#core, this.sync, () => this.#local);
  }

  /** All writes of a synchronous function in one step: one event, one emission; if it throws, none happened. */
  batch<T>(work: () => T): T {
    // Asynchronous functions and generators would run outside of the batch, or not at all.
    if (typeof work !== 'function' || work.constructor.name !== 'Function') {
      throw new TypeError('batch(fn) takes a synchronous function; await what you need before it');
    }
    return this.#core.data.batch(work);
  }

  /**
   * Attaches a cloud, in the place of the one there was; null: detaches it. What was not sent is kept and goes to the
   * next one. Does not wait for the cloud: `sync.ready()` does.
   */
  async setCloud(cloud: NonNullable<OrchestratorOptions['cloud']> | null, options: SyncOptions = {}): Promise<void> {
    this.#core.life.assertOpen();
    if (cloud === null) return this.#local?.cloud.detach();
    // What is in memory only is kept in memory twice: as it is, and as a cloud wants it.
    if (this.#local === null) (await this.#open(undefined)).journal.noteAll();
    await this.#local?.cloud.attach(cloud, options);
  }

  /** Flushes, then ends all streams and refuses further calls. If that fails, nothing is unloaded. */
  unload(options?: UnloadOptions): Promise<void> {
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

  /** It was unloaded, or is being unloaded. */
  get isClosed(): boolean {
    return this.#core.life.isOver;
  }

  async #unload(options: UnloadOptions | undefined): Promise<void> {
    if (options !== undefined) {
      const { checkUnload } = await import('./compose/checkOptions.ts');
      checkUnload(options, this.#local?.cloud.link ?? null);
    }
    if (this.#local !== null) return this.#local.unload(options?.clearLocal === true);
    this.#core.close();
    await this.sync.destroy();
  }

  /** The code of a local tier is loaded with the first. */
  async #open(local: OrchestratorOptions['local']): Promise<LocalPart> {
    const { openLocalPart } = await import('./compose/LocalPart.ts');
    const link = await openLocalPart(local, {
      core: this.#core,
      engine: this.sync,
      logger: this.#logger,
      given: this.#options,
    });
    this.#local ??= link();
    return this.#local;
  }
}

async function prepare(options: OrchestratorOptions): Promise<Parts> {
  const taken = await takeOptions(options);
  const { environment, strategy } = taken;
  const { prefix } = options ?? {};
  return { taken, keys: new EntityKeyHandler({ prefix, strategy, createId: environment.createId }) };
}
