import { environmentOf } from '../adapters/environmentOf.ts';
import { systemEnvironment } from '../adapters/systemEnvironment.ts';
import type { KeyDraft } from '../blob/KeyDraft.ts';
import { EntityTypes } from '../EntityTypes.ts';
import { TierSyncError } from '../errors.ts';
import { FlushHandler } from '../FlushHandler.ts';
import type { ILogger } from '../interfaces/ILogger.ts';
import type { IPersistence } from '../interfaces/IPersistence.ts';
import type { TierProblem } from '../interfaces/ITier.ts';
import type { OrchestratorOptions } from '../interfaces/OrchestratorOptions.ts';
import { KeyLoader } from '../KeyLoader.ts';
import { MetadataManager } from '../MetadataManager.ts';
import { ReadThrough } from '../ReadThrough.ts';
import type { SyncEngine } from '../SyncEngine.ts';
import { SyncScheduler } from '../SyncScheduler.ts';
import { ConflictList } from '../tiers/ConflictList.ts';
import { Journal } from '../tiers/Journal.ts';
import type { LocalTier } from '../tiers/LocalTier.ts';
import { Outbox } from '../tiers/Outbox.ts';
import { openLocal } from '../tiers/openLocal.ts';
import type { LeavablePersistence, PartingNotes } from '../tiers/PartingNotes.ts';
import { StoredForms } from '../tiers/StoredForms.ts';
import { asTierSyncError } from '../util/asTierSyncError.ts';
import { CloudSlot } from './CloudSlot.ts';
import type { Core } from './Core.ts';
import { defaultIntervals } from './intervals.ts';
import { RetentionSlot } from './RetentionSlot.ts';
import type { OpenedTabs, TabsPart } from './TabsPart.ts';

/** For those who look into memory where there is no local tier: their code is part of what is loaded for one. */
export { EntityTypes, StoredForms };

interface OpenedLocal {
  readonly tier: LocalTier;
  readonly outbox: Outbox;
  readonly conflicts: ConflictList;
  readonly metadata: MetadataManager;
  /** Null: no other tab can have it open. */
  readonly tabs: OpenedTabs | null;
  /** Null: nothing can be noted while a page is left. */
  readonly notes: PartingNotes | null;
}

export interface LocalPartOptions {
  readonly core: Core;
  readonly engine: SyncEngine;
  readonly logger: ILogger;
  readonly given: OrchestratorOptions;
}

const tag = 'DataOrchestrator';

/** A listener that saves on each `saved` event must not keep an app from unloading, or seem to. */
const maxFlushes = 20;

/**
 * What an app with a local tier has more: the tier, what of it is not in memory, what waits for it and there for a
 * cloud, and the place where a cloud is attached.
 */
export class LocalPart {
  readonly tier: LocalTier;
  readonly outbox: Outbox;
  readonly conflicts: ConflictList;
  readonly metadata: MetadataManager;
  readonly types: EntityTypes;
  readonly journal: Journal;
  readonly loader: KeyLoader;
  readonly reads: ReadThrough;
  readonly flusher: FlushHandler;
  readonly cloud: CloudSlot;
  readonly room: RetentionSlot;
  /** The other tabs that have it open; null: there can be none. */
  readonly tabs: TabsPart | null;
  readonly #stopListening: () => void;
  readonly #o: LocalPartOptions;
  readonly #notes: PartingNotes | null;
  readonly #scheduler: SyncScheduler;
  #ended: Promise<void> | null = null;
  /** Nothing was written since the last try to flush before the end failed. */
  #isStuck = false;

  constructor({ tier, outbox, conflicts, metadata, tabs, notes }: OpenedLocal, options: LocalPartOptions) {
    const { core, engine, logger, given } = options;
    const environment = environmentOf(systemEnvironment, given.environment);
    const intervals = { ...defaultIntervals, ...given.intervals };
    const { keys, store, events } = core;
    const keyOf = (id: string): string => keys.keyOf(id);
    const onNoted = (): void => this.#noteEdit(environment.now());
    const types = new EntityTypes({
      settingsOf: core.settingsOf,
      onMigrationError: (error) => this.#fail('migrate', error),
    });
    const forms = new StoredForms({ store, codecOf: (name) => types.codecOf(name) });
    const journal = new Journal({ store, forms, keyOf, onNoted });
    const now = (): number => environment.now();
    const loader = new KeyLoader({
      store,
      forms,
      journal,
      local: tier,
      metadata,
      events,
      expiries: core.expiries,
      isAlone: tabs === null,
      keyOf,
      now,
      onNoted,
    });
    const cloud = new CloudSlot({
      prefix: keys.prefix,
      keyPrefix: keys.prefix + keys.separator,
      keyOf,
      environment,
      loader,
      metadata,
      events,
      data: core.data,
      types,
      validated: core.validated,
      engine,
      intervals,
      logger,
      given,
      local: this,
    });
    const room = new RetentionSlot({ ...options, local: this, environment });
    const flusher = new FlushHandler({ journal, local: tier, loader, events, rules: () => cloud.rules, room });
    this.#o = options;
    this.room = room;
    this.#notes = notes;
    this.tier = tier;
    this.outbox = outbox;
    this.conflicts = conflicts;
    this.metadata = metadata;
    this.types = types;
    this.journal = journal;
    this.loader = loader;
    this.cloud = cloud;
    this.reads = new ReadThrough({ keys, loader, journal, flusher, metadata, cloud, room });
    this.flusher = flusher;
    this.#scheduler = new SyncScheduler({
      environment,
      work: () => this.#flush(),
      quietMs: intervals.localQuietMs,
      maxMs: intervals.localMaxMs,
      onFailure: (error) => this.#fail('flush', error),
    });
    const stops = [
      environment.onHidden(() => this.#flushOnHidden()),
      events.listen(({ type }) => void (type === 'saved' && room.look())),
    ];
    this.#stopListening = () => {
      for (const stop of stops) stop();
    };
    this.tabs = tabs?.join({ local: this, events, environment, engine }) ?? null;
  }

  /** The cloud that was given, or what was left to be sent to one; and what a page that was left had not written. */
  async begin(): Promise<void> {
    const { cloud, sync = {} } = this.#o.given;
    await (cloud === undefined ? this.cloud.resume() : this.cloud.attach(cloud, sync));
    if (await this.#notes?.deliver(this)) this.#o.engine.noteEdit();
    void this.room.look();
  }

  flush(): Promise<void> {
    return this.#scheduler.run();
  }

  /** A blob that was lost on disk is written again from memory, if it was loaded. What waited in it may meet others' edits. */
  report(problem: TierProblem): void {
    report(this.#o, problem);
    if (problem.code === 'upgrade-needed') return;
    this.journal.noteKey(problem.entityKey, this.outbox.ofKey(problem.entityKey));
  }

  /** Flushes, unless all is to be removed, and ends everything. If it cannot flush, nothing has ended. */
  async unload(clear: boolean): Promise<void> {
    const { core } = this.#o;
    // Until nothing is left, because somebody may save while this waits; but not for ever.
    for (let round = 0; !clear && !core.life.isOver && this.flusher.hasPending; round++) {
      if (round === maxFlushes) throw new TierSyncError('unsynced', 'something saves after each flush; end it first');
      await this.flush();
    }
    this.#ended ??= this.#end(clear);
    await this.#ended;
  }

  /** Another tab has cleared the data, because somebody said so: what is in memory here is not to come back. */
  leave(): void {
    if (this.flusher.hasPending) this.#fail('flush', new TierSyncError('closed', 'another tab has cleared this data'));
    this.#ended ??= this.#end(false);
    this.#ended.catch(() => {});
  }

  async #end(clear: boolean): Promise<void> {
    const { core, engine } = this.#o;
    core.close();
    this.#stopListening();
    await this.cloud.detach();
    await engine.destroy();
    await this.room.close();
    await this.#scheduler.stop();
    if (clear) await this.tier.clear();
    this.tabs?.close();
    await this.tier.close();
  }

  #fail(during: 'flush' | 'migrate', cause: unknown): void {
    const error = asTierSyncError(cause, `${during} failed`);
    this.#o.logger.e(tag, error.message, error);
    this.#o.core.events.emit({ type: 'failed', during, error });
  }

  async #flush(): Promise<void> {
    await this.flusher.flush();
    await this.#notes?.forget();
  }

  #noteEdit(now: number): void {
    this.#isStuck = false;
    this.#scheduler.poke(now);
    this.#o.engine.noteEdit();
  }

  /** Once for what cannot be written: a process that is about to end would try for ever. */
  #flushOnHidden(): void {
    if (!this.flusher.hasPending || this.#isStuck) return;
    this.#notes?.write(this.flusher.pending);
    this.flush().catch((error: unknown) => {
      this.#isStuck = true;
      this.#fail('flush', error);
    });
  }
}

function report({ core, logger }: LocalPartOptions, problem: TierProblem): void {
  logger.w(tag, problem.message, problem);
  core.events.emit({ type: 'problem', problem });
}

/**
 * What has to be read before anything can be put together; the rest is done by the call of what it gives. Without a
 * local tier of the app's own, one in memory.
 */
export async function openLocalPart(
  local: OrchestratorOptions['local'],
  options: LocalPartOptions,
): Promise<() => LocalPart> {
  const { keys, environment } = options.core;
  const outbox = new Outbox();
  const conflicts = new ConflictList();
  let part: LocalPart | null = null;
  const how = {
    keyPrefix: keys.prefix + keys.separator,
    createId: environment.createId,
    isCounted: options.given.quota !== undefined,
    onProblem: (problem: TierProblem): void => (part === null ? report(options, problem) : part.report(problem)),
    onWaiting: (draft: KeyDraft): void => {
      // Nobody but this app writes to one in memory; a blob may hold what another process has put there.
      if (!local) outbox.noteChanges(draft.entityKey, draft.waitingChanges());
      else outbox.note(draft.entityKey, draft.pending());
      conflicts.note(draft.entityKey, draft.conflicts());
    },
  };
  const { sharedAs, storeAtOnce, listKeys } = Object(local) as Partial<IPersistence>;
  const tabs =
    sharedAs === undefined
      ? null
      : (await import('./TabsPart.ts')).openTabs({ ...how, sharedAs, tabs: options.given.environment?.tabs });
  const tier = await openLocal({ ...how, local: local ?? null, witness: tabs?.link });
  const { uncounted, isComplete } = tier;
  const metadata = new MetadataManager({ index: await tier.readMetadata(), uncounted, isComplete });
  let notes: PartingNotes | null = null;
  if (storeAtOnce !== undefined && listKeys !== undefined) {
    const { PartingNotes } = await import('../tiers/PartingNotes.ts');
    notes = new PartingNotes({ ...how, persistence: local as LeavablePersistence });
  }
  return () => {
    part = new LocalPart({ tier, outbox, conflicts, metadata, tabs, notes }, options);
    return part;
  };
}
