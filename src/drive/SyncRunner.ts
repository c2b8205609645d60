import { TierSyncError } from '../errors.ts';
import type { Environment } from '../interfaces/Environment.ts';
import type { ILogger } from '../interfaces/ILogger.ts';
import type { Intervals } from '../interfaces/OrchestratorOptions.ts';
import type { ISyncOperation, SyncOptions, SyncPlan, SyncScope, SyncTelemetry } from '../interfaces/SyncTypes.ts';
import type { SyncView, SyncWishes } from '../interfaces/SyncView.ts';
import type { SyncLists, SyncWork } from '../interfaces/SyncWork.ts';
import { SyncScheduler } from '../SyncScheduler.ts';
import { Ending } from '../util/Ending.ts';
import { FrozenDate } from '../util/FrozenDate.ts';
import { isSame } from '../util/isSame.ts';
import { flushCloud } from './flushCloud.ts';
import { type EntityOf, queuedIn } from './queuedIn.ts';
import { SyncRecord } from './SyncRecord.ts';
import { checkScope, type SyncAsk, SyncRequests } from './SyncRequests.ts';
import { SyncTriggers } from './SyncTriggers.ts';
import { syncRetryMs } from './syncRetry.ts';
import {
  firstSyncState,
  mayBegin,
  mayRun,
  nextSyncState,
  type SyncState,
  type SyncStep,
  statusOf,
} from './syncState.ts';

export interface SyncRunnerOptions {
  readonly work: SyncWork;
  readonly options: SyncOptions;
  readonly intervals: Pick<Intervals, 'cloudQuietMs' | 'cloudMaxMs' | 'pullMs'>;
  readonly environment: Environment;
  readonly logger: ILogger;
  readonly telemetry?: ((event: SyncTelemetry) => void) | undefined;
  readonly entityOf: EntityOf;
  /** `view` may answer otherwise. */
  readonly onChange: () => void;
}

const tag = 'SyncRunner';

/** A failure is told where it is decided what follows from it, and to those who asked. */
const ignore = (): void => {};

/**
 * Decides when one attached cloud is synced, and says how that stands. Edits, the network, pokes and time begin runs of
 * everything; calls begin runs of what they name. There is one run at a time.
 */
export class SyncRunner {
  /** Whether nobody could tell two parts of its views apart. */
  readonly isSame: (a: unknown, b: unknown) => boolean = isSame;
  readonly #o: SyncRunnerOptions;
  readonly #record: SyncRecord;
  readonly #scheduler: SyncScheduler;
  readonly #requests = new SyncRequests();
  readonly #closing = new Ending();
  readonly #triggers: SyncTriggers;
  readonly #stopListening: () => void;
  #state: SyncState = firstSyncState;
  /** Something happened since the last run of everything began, or it failed. */
  #isDue = false;
  /** When the cloud is worth asking again although nothing has happened. */
  #againInMs: number | null = null;

  constructor(options: SyncRunnerOptions) {
    const { work, environment, logger, intervals, telemetry, onChange } = options;
    this.#o = options;
    this.#record = new SyncRecord({ work, now: () => environment.now(), logger, telemetry, onChange });
    this.#scheduler = new SyncScheduler({
      environment,
      work: () => this.#run(),
      quietMs: intervals.cloudQuietMs,
      maxMs: intervals.cloudMaxMs,
      onFailure: ignore,
      retryMs: (count, error) => this.#decideRetry(count, error as TierSyncError),
    });
    this.#triggers = new SyncTriggers({
      work,
      environment,
      pullMs: intervals.pullMs,
      onOnline: () => this.#refresh(),
      onPoke: () => this.#begin(),
    });
    this.#stopListening = work.onChange(onChange);
  }

  get view(): SyncView {
    const { work } = this.#o;
    const { progress, clockSkewMs, stats: done } = this.#record.view;
    const { status, reason } = statusOf(this.#state, this.#record.isAnswered);
    const { count: failures = 0, retryAt = null } = this.#state.failure ?? {};
    const stats = Object.freeze({ ...done, nextTryAt: retryAt === null ? null : new FrozenDate(retryAt) });
    const lists = (): SyncLists => work.lists();
    return { status, reason, stats, progress, clockSkewMs, isReady: work.isReady, failures, lists };
  }

  queued(): readonly ISyncOperation[] {
    return queuedIn(this.view, this.#o.entityOf);
  }

  /** What the app wishes holds from now on; what it says nothing of stays. What it returns resolves when it is so. */
  say({ isRealTime, isOffline, isStarted }: Partial<SyncWishes>): Promise<void> | undefined {
    if (isRealTime !== undefined) this.#advance({ type: 'real-time', isRealTime });
    if (isOffline !== undefined) this.#setOffline(isOffline);
    if (isStarted) this.#start();
    return isStarted === false ? this.stop() : undefined;
  }

  /** Also says: go on, to one that has given up or waits for a yes. */
  #start(): void {
    if (this.#state.isStarted && this.#state.failure === null) return;
    this.#look();
    this.#advance({ type: 'started' });
    this.#triggers.restart(this.#state);
    this.#beginAfresh();
  }

  /** Calls still work. Resolves when what runs is done; what has not begun is refused. */
  async stop(reason: TierSyncError = stopped()): Promise<void> {
    this.#isDue = false;
    this.#note({ type: 'stopped' });
    this.#triggers.restart(this.#state);
    this.#requests.refuse(reason);
    await this.#scheduler.rest();
  }

  /** For good: the cloud is let go, whether or not it still owes an answer. */
  async close(reason: TierSyncError): Promise<void> {
    this.#closing.end(reason);
    this.#stopListening();
    this.#triggers.close();
    // First, so that a cloud that does not answer keeps nobody from leaving it.
    const closed = this.#o.work.close();
    await this.stop(reason);
    await closed;
  }

  /** Cheap, for every edit. */
  noteEdit(): void {
    if (this.#o.options.direction === 'pull' || !this.#state.isStarted) return;
    this.#isDue = true;
    this.#scheduler.poke(this.#o.environment.now());
  }

  async sync(what: 'push' | 'pull' | 'force', scope: SyncScope | undefined): Promise<void> {
    checkScope(scope);
    const { direction } = this.#o.options;
    if (direction !== undefined && direction !== 'both' && what !== 'force' && what !== direction) {
      throw new TypeError(`this cloud is attached with direction: '${direction}'; to ${what}, leave direction out`);
    }
    const all = this.#everything();
    await this.#ask({
      scope,
      pull: all.pull && what !== 'push',
      push: all.push && what !== 'pull',
      isForced: what === 'force',
      isFresh: what !== 'push',
    });
  }

  /** Resolves when what the outbox holds now is confirmed. */
  async flush(timeoutMs: number | undefined): Promise<void> {
    const { work, options, environment } = this.#o;
    const push = (): Promise<void> => this.sync('push', undefined);
    await flushCloud({ work, push, options, environment, timeoutMs, ended: this.#closing });
  }

  async plan(scope: SyncScope | undefined): Promise<SyncPlan> {
    checkScope(scope);
    this.#assertOnline();
    return this.#o.work.plan(scope);
  }

  #setOffline(isOffline: boolean): void {
    this.#look(isOffline);
    if (isOffline) this.#o.onChange();
    else this.#refresh();
  }

  /** The network is there again, or another one, or gone. */
  #refresh(): void {
    this.#advance({ type: 'refreshed' });
    this.#beginAfresh();
  }

  #beginAfresh(): void {
    void this.#scheduler.rest();
    this.#begin();
  }

  /** Syncs everything, for a reason other than an edit, unless it would do no good now. */
  #begin(): void {
    this.#look();
    if (mayBegin(this.#state)) {
      this.#isDue = true;
      this.#scheduler.run().catch(ignore);
    } else this.#o.onChange();
  }

  async #ask(ask: SyncAsk): Promise<void> {
    this.#closing.throwIfOver();
    this.#assertOnline();
    const done = this.#requests.add(ask);
    this.#scheduler.run().catch(ignore);
    await done;
  }

  /** What the scheduler runs: all that was asked for until now, and everything if that is due. */
  async #run(): Promise<void> {
    this.#look();
    if (this.#isDue && mayRun(this.#state)) {
      this.#isDue = false;
      this.#requests.add(this.#everything()).catch(ignore);
    }
    try {
      await this.#runWaiting(this.#requests.size);
    } finally {
      this.#triggers.restart(this.#state, this.#againInMs);
    }
  }

  async #runWaiting(count: number): Promise<void> {
    let failure: unknown = null;
    const done = { isAny: false, isDegraded: false, isConfirmed: false };
    for (let i = 0; i < count; i++) {
      // Looked at again each time: meanwhile it may have been stopped, or gone offline.
      const next = this.#requests.shift();
      if (next === undefined) break;
      this.#look();
      if (this.#state.offline !== null) {
        next.reject(offline());
        continue;
      }
      this.#note({ type: 'began' });
      const { ask } = next;
      try {
        const outcome = await this.#record.run(ask);
        done.isDegraded = outcome.isDegraded;
        this.#againInMs = outcome.againInMs ?? null;
        done.isConfirmed ||= ask.isForced || (ask.pull && ask.scope === undefined);
        done.isAny = true;
        next.resolve();
      } catch (error) {
        failure ??= error;
        next.reject(error);
      }
    }
    if (failure !== null) throw failure;
    if (done.isAny) this.#note({ type: 'succeeded', isDegraded: done.isDegraded, isConfirmed: done.isConfirmed });
    else this.#o.onChange();
  }

  #decideRetry(count: number, error: TierSyncError): number | null {
    const { options, environment, logger } = this.#o;
    this.#look();
    // Once for as long as it is in the way. What was left behind by a cloud that was taken away is no failure.
    const isNews = !this.#closing.isOver && this.#state.failure?.code !== error.code;
    if (isNews) logger.w(tag, error.message, error);
    const ms = mayRun(this.#state) ? syncRetryMs(count, error, options, environment.random()) : null;
    if (ms !== null) this.#isDue = true;
    this.#note({ type: 'failed', code: error.code, count, retryAt: ms === null ? null : environment.now() + ms });
    return ms;
  }

  #everything(): SyncAsk {
    const { direction } = this.#o.options;
    const [pull, push] = [direction !== 'push', direction !== 'pull'];
    return { scope: undefined, pull, push, isForced: false, isFresh: false };
  }

  #look(isByHand = this.#state.offline === 'by-hand'): void {
    const offline = this.#o.environment.isOnline() ? null : 'network';
    this.#advance({ type: 'looked', offline: isByHand ? 'by-hand' : offline });
  }

  #assertOnline(): void {
    this.#look();
    this.#o.onChange();
    if (this.#state.offline !== null) throw offline();
  }

  #note(step: SyncStep): void {
    this.#advance(step);
    this.#o.onChange();
  }

  /** Without showing it: between two steps of one turn there is nothing to see. */
  #advance(step: SyncStep): void {
    this.#state = nextSyncState(this.#state, step);
    this.#triggers.follow(this.#state);
  }
}

const stopped = (): TierSyncError =>
  new TierSyncError('unavailable', 'sync.stop() was called before this began; nothing was lost');

const offline = (): TierSyncError =>
  new TierSyncError('unavailable', 'this device is offline; what was edited is sent when it is online again');
