import type { Observable } from 'rxjs';
import { defaultLogger } from './adapters/consoleLog.ts';
import { environmentOf } from './adapters/environmentOf.ts';
import { systemBasics } from './adapters/systemBasics.ts';
import { Core } from './compose/Core.ts';
import { checkFlushOptions, checkGroups, checkOptions, checkUnloadOptions } from './compose/checkOptions.ts';
import type { LinkLocal, LocalPart } from './compose/LocalPart.ts';
import { type Extras, loadExtras } from './compose/loadExtras.ts';
import { Singleton } from './compose/Singleton.ts';
import { claimPackage } from './compose/singlePackage.ts';
import { DataRepository, type EntitySyncState } from './DataRepository.ts';
import { EntityKeyHandler } from './EntityKeyHandler.ts';
import { TierSyncError } from './errors.ts';
import type { DataEvent } from './interfaces/DataEvent.ts';
import type { Basics } from './interfaces/Environment.ts';
import type { ILogger } from './interfaces/ILogger.ts';
import type { TierProblem } from './interfaces/ITier.ts';
import type { EntitiesOf, OrchestratorOptions, Registered } from './interfaces/OrchestratorOptions.ts';
import type { SyncOptions } from './interfaces/SyncTypes.ts';
import type { Tabs } from './interfaces/Tabs.ts';
import type { FlushOptions, UnloadOptions } from './interfaces/UnloadOptions.ts';
import { SyncEngine } from './SyncEngine.ts';
import { EntityKeyGlobalStrategy } from './strategies/EntityKeyGlobalStrategy.ts';
import { getOrAdd } from './util/getOrAdd.ts';

/** A listener that saves on each `saved` event must not keep an app from unloading, or seem to. */
const maxFlushes = 20;

/** What has to be there before anything can be put together. */
interface Parts {
  readonly environment: Basics;
  readonly keys: EntityKeyHandler;
  readonly extras: Extras;
}

const tag = 'DataOrchestrator';

const singleton = new Singleton<DataOrchestrator>();

/** Puts the parts together, and is what an app holds: repositories, flushing, batches, events, syncing. */
export class DataOrchestrator<Entities = Registered> {
  readonly events$: Observable<DataEvent>;
  /** Syncing with the cloud, if there is one. */
  readonly sync: SyncEngine;
  readonly #options: OrchestratorOptions;
  readonly #environment: Basics;
  readonly #logger: ILogger;
  readonly #keys: EntityKeyHandler;
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
    checkOptions(options);
    const create = (): Promise<DataOrchestrator> => DataOrchestrator.create(options) as Promise<DataOrchestrator>;
    const loaded: Promise<unknown> = singleton.load(options.prefix, () => checkGroups(options), create);
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
    await checkGroups(options);
    claimPackage();
    const environment = environmentOf(systemBasics, options.environment);
    const strategy = options.strategy ?? new EntityKeyGlobalStrategy();
    const keys = new EntityKeyHandler({ prefix: options.prefix, strategy, createId: environment.createId });
    const problems: TierProblem[] = [];
    let onProblem = (problem: TierProblem): void => void problems.push(problem);
    const extras = await loadExtras(options);
    // What is to be shared stands in a local tier first, if only one in memory.
    const isLocal = options.local !== undefined || options.cloud !== undefined;
    const given = { createId: environment.createId, tabs: options.environment?.tabs };
    const link = isLocal ? await openLocal(options.local, keys, given, (problem) => onProblem(problem)) : null;
    const data = new DataOrchestrator<EntitiesOf<Options>>(options, { environment, keys, extras });
    if (link === null) data.#logger.i(tag, `${options.prefix}: no local tier, data lives in memory only`);
    else await data.#link(link).begin();
    onProblem = (problem) => data.#report(problem);
    problems.forEach(onProblem);
    return data;
  }

  private constructor(options: OrchestratorOptions, parts: Parts) {
    const { environment, keys } = parts;
    this.#options = options;
    this.#environment = environment;
    this.#keys = keys;
    this.#logger = options.logger ?? defaultLogger();
    this.#core = new Core({
      ...parts,
      options,
      logger: this.#logger,
      log: () => this.#local?.journal ?? null,
      below: () => this.#local?.reads ?? null,
    });
    const { store, events } = this.#core;
    this.events$ = events.stream;
    this.sync = new SyncEngine({
      environment,
      entityOf: (name, id) => store.entities(name).get(id) ?? null,
    });
  }

  /** The entities of one name. Always the same object for the same name. */
  repo<Name extends keyof Entities & string>(entityName: Name): DataRepository<Entities[Name] & object>;
  repo<E extends object = Record<string, unknown>>(entityName: string): DataRepository<E>;
  repo(entityName: string): unknown {
    this.#core.data.assertOpen();
    return getOrAdd(this.#repositories, entityName, () => {
      this.#keys.checkName(entityName);
      return new DataRepository<never>({
        entityName,
        data: this.#core.data,
        observables: this.#core.observables,
        events: this.#core.events,
        stateOf: (name, id) => this.#stateOf(name, id),
      });
    });
  }

  /**
   * Resolves when everything saved before the call is durable on this device; with `'cloud'`, when the cloud has
   * confirmed it.
   */
  async flush(until: 'local' | 'cloud' = 'local', options: FlushOptions = {}): Promise<void> {
    this.#core.data.assertOpen();
    checkFlushOptions(until, options);
    await this.#local?.flush();
    if (until === 'cloud') await this.sync.flushCloud(options.timeoutMs);
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
    this.#core.data.assertOpen();
    if (cloud === null) return this.#local?.cloud.detach();
    checkOptions({ prefix: this.#options.prefix, cloud, sync: options });
    const local = this.#local ?? (await this.#keepInMemory());
    await local.cloud.attach(cloud, options);
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
    return this.#core.data.isClosed;
  }

  async #unload(options: UnloadOptions): Promise<void> {
    checkUnloadOptions(options);
    const { clearLocal = false, discardUnsynced = false } = options;
    if (clearLocal && !discardUnsynced) this.#assertSynced();
    const local = this.#local;
    // Until nothing is left, because somebody may save while this waits; but not for ever.
    for (let round = 0; !clearLocal && !this.isClosed && local?.flusher.hasPending; round++) {
      if (round === maxFlushes) throw new TierSyncError('unsynced', 'something saves after each flush; end it first');
      await local.flush();
    }
    this.#core.close();
    local?.stopListening();
    await local?.cloud.detach();
    await this.sync.destroy();
    this.#core.events.close();
    await local?.close(clearLocal);
  }

  #assertSynced(): void {
    const link = this.#local?.cloud.link ?? null;
    if (link?.isReady && !link.hasPending) return;
    const what = link === null ? 'no other tier holds this data' : 'the cloud does not hold all of this data yet';
    throw new TierSyncError('unsynced', `${what}: to delete it from this device, add discardUnsynced: true`);
  }

  /** What is in memory only is kept in memory twice: as it is, and as a cloud wants it. */
  async #keepInMemory(): Promise<LocalPart> {
    const given = { createId: this.#environment.createId, tabs: undefined };
    const link = await openLocal(undefined, this.#keys, given, (problem) => this.#report(problem));
    if (this.#local !== null) return this.#local;
    const local = this.#link(link);
    local.journal.noteAll();
    return local;
  }

  #link(link: LinkLocal): LocalPart {
    this.#local = link({
      core: this.#core,
      keys: this.#keys,
      engine: this.sync,
      logger: this.#logger,
      given: this.#options,
      onFailure: (during, error) => this.#fail(during, error),
    });
    return this.#local;
  }

  #stateOf(entityName: string, id: string): EntitySyncState | null {
    const isHere = this.#core.data.peek(entityName, id) != null;
    if (this.#local === null) return isHere ? 'pending' : null;
    return this.#local.stateOf(entityName, id, isHere);
  }

  #fail(during: 'flush' | 'migrate', cause: unknown): void {
    const error = TierSyncError.from(cause, `${during} failed`);
    this.#logger.e(tag, error.message, error);
    this.#core.events.emit({ type: 'failed', during, error });
  }

  /** A blob that was lost on disk is written again from memory, if it was loaded. */
  #report(problem: TierProblem): void {
    this.#logger.w(tag, problem.message, problem);
    this.#core.events.emit({ type: 'problem', problem });
    if (problem.code === 'upgrade-needed') return;
    this.#local?.journal.noteKey(problem.entityKey);
  }
}

/** The code of a local tier is loaded with the first. */
async function openLocal(
  local: OrchestratorOptions['local'],
  { prefix, separator }: EntityKeyHandler,
  given: Pick<Basics, 'createId'> & { readonly tabs: Tabs | undefined },
  onProblem: (problem: TierProblem) => void,
): Promise<LinkLocal> {
  const { openLocalPart } = await import('./compose/LocalPart.ts');
  return openLocalPart(local, { ...given, keyPrefix: prefix + separator, onProblem });
}
