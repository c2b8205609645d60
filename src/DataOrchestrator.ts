import type { Observable } from 'rxjs';
import { defaultLogger } from './adapters/Logger.ts';
import type { AttachOptions } from './compose/attachCloud.ts';
import { CloudSlot } from './compose/CloudSlot.ts';
import { Core } from './compose/Core.ts';
import { checkFlushOptions, checkOptions, checkUnloadOptions } from './compose/checkOptions.ts';
import { defaultIntervals } from './compose/intervals.ts';
import type { LocalPart, OpenedLocal } from './compose/LocalPart.ts';
import { openParts, type Parts } from './compose/openParts.ts';
import { Singleton } from './compose/Singleton.ts';
import { claimPackage } from './compose/singlePackage.ts';
import { DataRepository, type EntitySyncState } from './DataRepository.ts';
import type { EntityKeyHandler } from './EntityKeyHandler.ts';
import { TierSyncError } from './errors.ts';
import type { DataEvent } from './interfaces/DataEvent.ts';
import type { Environment } from './interfaces/Environment.ts';
import type { ILogger } from './interfaces/ILogger.ts';
import type { TierProblem } from './interfaces/ITier.ts';
import type { EntitiesOf, Intervals, OrchestratorOptions, Registered } from './interfaces/OrchestratorOptions.ts';
import type { SyncOptions } from './interfaces/SyncTypes.ts';
import type { FlushOptions, UnloadOptions } from './interfaces/UnloadOptions.ts';
import { SyncEngine } from './SyncEngine.ts';
import { getOrAdd } from './util/getOrAdd.ts';

/** A listener that saves on each `saved` event must not keep an app from unloading, or seem to. */
const maxFlushes = 20;

const tag = 'DataOrchestrator';

const singleton = new Singleton<DataOrchestrator>();

/** Puts the parts together, and is what an app holds: repositories, flushing, batches, events, syncing. */
export class DataOrchestrator<Entities = Registered> {
  readonly events$: Observable<DataEvent>;
  /** Syncing with the cloud, if there is one. */
  readonly sync: SyncEngine;
  readonly #options: OrchestratorOptions;
  readonly #environment: Environment;
  readonly #logger: ILogger;
  readonly #keys: EntityKeyHandler;
  readonly #repositories = new Map<string, DataRepository<never>>();
  readonly #core: Core;
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
    const problems: TierProblem[] = [];
    let onProblem = (problem: TierProblem): void => void problems.push(problem);
    const { Local, opened, ...parts } = await openParts(options, (problem) => onProblem(problem));
    const data = new DataOrchestrator<EntitiesOf<Options>>(options, parts);
    if (Local !== null && opened !== null) await data.#begin(data.#link(Local, opened));
    onProblem = (problem) => data.#report(problem);
    problems.forEach(onProblem);
    return data;
  }

  private constructor(options: OrchestratorOptions, parts: Parts) {
    const { environment, keys, isNoted } = parts;
    this.#options = options;
    this.#environment = environment;
    this.#keys = keys;
    this.#logger = options.logger ?? defaultLogger();
    this.#intervals = { ...defaultIntervals, ...options.intervals };
    this.#core = new Core({
      ...parts,
      options,
      logger: this.#logger,
      local: () => this.#local?.tier ?? null,
      cloud: () => this.#cloud,
      onNoted: () => this.#noteEdit(),
      onMigrationError: (error) => this.#fail('migrate', error),
    });
    const { store, events } = this.#core;
    this.events$ = events.stream;
    this.sync = new SyncEngine({
      environment,
      intervals: this.#intervals,
      logger: this.#logger,
      telemetry: options.telemetry,
      entityOf: (name, id) => store.entities(name).get(id) ?? null,
    });
    this.#cloud = new CloudSlot({ engine: this.sync, parts: (local) => this.#attachable(local) });
    this.#stopListening = environment.onHidden(() => this.#flushOnHidden());
    if (!isNoted) this.#logger.i(tag, `${options.prefix}: no local tier, data lives in memory only`);
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
    await this.#local?.scheduler.run();
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
      await local.scheduler.run();
    }
    this.#core.close();
    this.#stopListening();
    await this.#cloud.detach();
    await this.sync.destroy();
    this.#core.events.close();
    await local?.scheduler.stop();
    if (clearLocal) await local?.tier.clear();
    await local?.tier.close();
  }

  #assertSynced(): void {
    const { link } = this.#cloud;
    if (link?.isReady && !link.hasPending) return;
    const what = link === null ? 'no other tier holds this data' : 'the cloud does not hold all of this data yet';
    throw new TierSyncError('unsynced', `${what}: to delete it from this device, add discardUnsynced: true`);
  }

  /** The cloud that was given, or what was left to be sent to one. */
  async #begin(local: LocalPart): Promise<void> {
    const { cloud, sync = {} } = this.#options;
    await (cloud === undefined ? this.#cloud.resume(local) : this.#cloud.attach(cloud, sync, local));
  }

  /** What is in memory only is kept in memory twice: as it is, and as a cloud wants it. */
  async #keepInMemory(): Promise<LocalPart> {
    const { LocalPart: Local } = await import('./compose/LocalPart.ts');
    const opened = await Local.open(null, {
      keyPrefix: this.#keys.prefix + this.#keys.separator,
      createId: this.#environment.createId,
      onProblem: (problem) => this.#report(problem),
    });
    if (this.#local !== null) return this.#local;
    const local = this.#link(Local, opened);
    this.#core.store.noteAll();
    return local;
  }

  #link(Local: typeof LocalPart, opened: OpenedLocal): LocalPart {
    const local = new Local({
      ...opened,
      ...this.#core,
      environment: this.#environment,
      intervals: this.#intervals,
      rules: () => this.#cloud.rules(),
      onFailure: (error) => this.#fail('flush', error),
    });
    this.#local = local;
    return local;
  }

  /** What a link with a cloud is made of. */
  #attachable(local: LocalPart): AttachOptions {
    const { prefix, separator } = this.#keys;
    return {
      ...this.#core,
      prefix,
      keyPrefix: prefix + separator,
      keyOf: (id) => this.#keys.keyOf(id),
      environment: this.#environment,
      engine: this.sync,
      given: this.#options,
      local,
    };
  }

  #stateOf(entityName: string, id: string): EntitySyncState | null {
    const isHere = this.#core.data.peek(entityName, id) != null;
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
    this.#core.events.emit({ type: 'failed', during, error });
  }

  /** A blob that was lost on disk is written again from memory, if it was loaded. */
  #report(problem: TierProblem): void {
    this.#logger.w(tag, problem.message, problem);
    this.#core.events.emit({ type: 'problem', problem });
    if (problem.code === 'upgrade-needed') return;
    this.#core.store.journalKey(problem.entityKey);
  }
}
