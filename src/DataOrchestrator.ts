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

/** What is made of the options first: everything else is built from it. */
interface Parts {
  readonly taken: Taken;
  readonly keys: EntityKeyHandler;
}

const singleton = new Singleton<DataOrchestrator>();

/** What an app holds: its repositories, events, syncing. It makes all parts and is the only one that knows them all. */
export class DataOrchestrator<Entities = Registered> {
  /** Emits everything that happens to the data, whoever did it: changes, loads, saves, conflicts, failures. */
  readonly events$: Observable<DataEvent>;
  /** Syncing with the cloud. Also there without one; its status is `offline` then. */
  readonly sync: SyncEngine;
  readonly #options: OrchestratorOptions;
  readonly #logger: ILogger;
  readonly #repositories = new Map<string, DataRepository<never>>();
  readonly #core: Core;
  #local: LocalPart | null = null;
  #unloading: Promise<void> | null = null;

  /**
   * Loads the data, for the whole app: `getInstance()` returns the same object. Called again with the same prefix it returns
   * the same promise; with another prefix, it first flushes and unloads what is loaded.
   */
  static load<const Options extends OrchestratorOptions>(
    options: Options,
  ): Promise<DataOrchestrator<EntitiesOf<Options>>> {
    const create = (parts: Parts): Promise<DataOrchestrator> => DataOrchestrator.#create(options, parts);
    // `load()` without options has no prefix either; `prepare` refuses both alike.
    const loaded: Promise<unknown> = singleton.load(options?.prefix, () => prepare(options), create);
    return loaded as Promise<DataOrchestrator<EntitiesOf<Options>>>;
  }

  /** What `load` has loaded. Throws `not-loaded` if nothing is. */
  static getInstance(): DataOrchestrator {
    if (singleton.instance !== null) return singleton.instance;
    throw new TierSyncError('not-loaded', 'nothing is loaded; await DataOrchestrator.load({ prefix, ... }) first');
  }

  /** Flushes and unloads what `load` has loaded; does nothing if nothing is. */
  static async unload(options?: UnloadOptions): Promise<void> {
    await singleton.unload((loaded) => loaded.unload(options));
  }

  /** Like `load`, but the result is independent of `load` and `getInstance`: for tests, or several data sets at a time. */
  static async create<const Options extends OrchestratorOptions>(
    options: Options,
  ): Promise<DataOrchestrator<EntitiesOf<Options>>> {
    return DataOrchestrator.#create(options, await prepare(options));
  }

  static async #create<Entities>(options: OrchestratorOptions, parts: Parts): Promise<DataOrchestrator<Entities>> {
    claimPackage();
    const data = new DataOrchestrator<Entities>(options, parts);
    // Syncing always goes through a local tier; an app with a cloud and no `local` gets one in memory.
    if (options.local !== undefined || options.cloud !== undefined) await (await data.#open(options.local)).begin();
    parts.taken.chronicle?.(data, options, data.#logger);
    return data;
  }

  private constructor(options: OrchestratorOptions, parts: Parts) {
    this.#options = options;
    this.#logger = options.logger ?? defaultLogger();
    this.#core = new Core({
      ...parts,
      freeze: options.freeze ?? true,
      logger: this.#logger,
      log: () => this.#local?.journal ?? null,
      below: () => this.#local?.reads ?? null,
    });
    this.events$ = this.#core.events.stream;
    this.sync = new SyncEngine(this.#core.environment);
  }

  /** The repository of an entity name, as in `data.repo<Task>('Task')`. Always the same object for the same name. */
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
   * Resolves when everything saved before the call is durable on this device. `flush('cloud')` resolves when the cloud has
   * confirmed it, and rejects if that fails.
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

  /** How much the data takes on this device, by entity key, name and priority. Loads nothing into memory. */
  async storage(): Promise<StorageReport> {
    return (await import('./compose/storageOf.ts')).storageOf(this.#core.life, this.#local);
  }

  /** What each tier holds; for tools. */
  async inspect(): Promise<Inspection> {
    const { TierInspection } = await import('./compose/storageOf.ts');
    return new TierInspection(this.#core, this.sync, () => this.#local);
  }

  /**
   * Makes all writes of a synchronous function one step: observers see them at once, and if it throws, none of them happened.
   *
   *     data.batch(() => { for (const id of done) tasks.delete(id); });
   */
  batch<T>(work: () => T): T {
    return this.#core.data.batch(work);
  }

  /**
   * Attaches a cloud instead of the present one, for instance after signing in; null detaches it. Edits that were not sent
   * are kept and go to the next cloud. Does not wait for an answer of the cloud; `sync.ready()` does.
   */
  async setCloud(cloud: NonNullable<OrchestratorOptions['cloud']> | null, options: SyncOptions = {}): Promise<void> {
    this.#core.life.assertOpen();
    if (cloud === null) return this.#local?.cloud.detach();
    // An app that lived in memory only gets a local tier in memory now, and all its entities go there.
    if (this.#local === null) (await this.#open(undefined)).journal.noteAll();
    await this.#local?.cloud.attach(cloud, options);
  }

  /** Flushes, ends all streams and refuses further calls. If the flush fails, it rejects and nothing is unloaded. */
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

  /** Whether it was unloaded, or is being unloaded. */
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

  /** Also loads the code of a local tier, which an app in memory does without. */
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
