import { TierSyncError } from './errors.ts';
import { flushCloud } from './flushCloud.ts';
import type { Environment } from './interfaces/Environment.ts';
import type { ILogger } from './interfaces/ILogger.ts';
import type { Intervals } from './interfaces/OrchestratorOptions.ts';
import type { SyncOptions, SyncPlan, SyncScope, SyncTelemetry } from './interfaces/SyncTypes.ts';
import type { SyncView } from './interfaces/SyncView.ts';
import type { SyncWork } from './interfaces/SyncWork.ts';
import { SyncRecord } from './SyncRecord.ts';
import { SyncScheduler } from './SyncScheduler.ts';
import { checkScope, type SyncAsk, SyncRequests, type WaitingSync } from './util/SyncRequests.ts';
import { maxTimerMs, syncRetryMs } from './util/syncRetry.ts';
import {
  firstSyncState,
  mayBegin,
  mayRun,
  mayWatch,
  nextSyncState,
  notesEdits,
  type SyncState,
  type SyncStep,
  statusOf,
} from './util/syncState.ts';

export interface SyncRunnerOptions {
  readonly work: SyncWork;
  readonly options: SyncOptions;
  readonly intervals: Pick<Intervals, 'cloudQuietMs' | 'cloudMaxMs' | 'pullMs'>;
  readonly environment: Environment;
  readonly logger: ILogger;
  readonly telemetry?: ((event: SyncTelemetry) => void) | undefined;
  /** `view` may answer otherwise. */
  readonly onChange: () => void;
}

const tag = 'SyncRunner';

/**
 * Decides when one attached cloud is synced, and says how that stands. Edits, the network, pokes and time begin runs of
 * everything; calls begin runs of what they name. There is one run at a time.
 */
export class SyncRunner {
  readonly #o: SyncRunnerOptions;
  readonly #record: SyncRecord;
  readonly #scheduler: SyncScheduler;
  readonly #requests = new SyncRequests();
  readonly #closing = new AbortController();
  readonly #stopListening: (() => void)[];
  #state: SyncState = firstSyncState;
  /** Something happened since the last run of everything began, or it failed. */
  #isDue = false;
  /** Those who are told of a failure once it is decided what follows from it. */
  #failed: (() => void)[] = [];
  #pullTimer: unknown = null;
  #stopWatching: (() => void) | null = null;

  constructor(options: SyncRunnerOptions) {
    const { work, environment, logger, intervals, telemetry, onChange } = options;
    this.#o = options;
    this.#record = new SyncRecord({ work, now: () => environment.now(), logger, telemetry, onChange });
    this.#scheduler = new SyncScheduler({
      environment,
      work: () => this.#run(),
      quietMs: intervals.cloudQuietMs,
      maxMs: intervals.cloudMaxMs,
      onFailure: (error) => logger.w(tag, (error as TierSyncError).message, error),
      retryMs: (count, error) => this.#decideRetry(count, error as TierSyncError),
    });
    this.#stopListening = [work.onChange(onChange), environment.onOnline(() => this.#refresh())];
  }

  get view(): SyncView {
    const { work } = this.#o;
    return {
      ...statusOf(this.#state),
      ...this.#record.view,
      isReady: work.isReady,
      failures: this.#state.failure?.count ?? 0,
      lists: () => work.lists(),
    };
  }

  /** Also says: go on, to one that has given up or waits for a yes. */
  start(): void {
    if (this.#state.isStarted && this.#state.failure === null) return;
    this.#advance({ type: 'started' });
    this.#setPullTimer();
    this.#beginAfresh();
  }

  /** Calls still work. Resolves when what runs is done; what has not begun is refused. */
  async stop(reason: TierSyncError = stopped()): Promise<void> {
    this.#isDue = false;
    this.#note({ type: 'stopped' });
    this.#setPullTimer();
    for (const { reject } of this.#requests.take()) reject(reason);
    await this.#scheduler.rest();
  }

  /** For good: the cloud is let go when what runs is done. */
  async close(reason: TierSyncError): Promise<void> {
    this.#closing.abort(reason);
    for (const stop of this.#stopListening) stop();
    await this.stop(reason);
    await this.#scheduler.stop();
    await this.#o.work.close();
  }

  /** Cheap, for every edit. */
  noteEdit(): void {
    if (this.#o.options.direction === 'pull' || !notesEdits(this.#state)) return;
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
    });
  }

  /** Resolves when what the outbox holds now is confirmed. */
  async flush(timeoutMs: number | undefined): Promise<void> {
    const { work, options, environment } = this.#o;
    const push = (): Promise<void> => this.sync('push', undefined);
    await flushCloud({ work, push, options, environment, timeoutMs, ended: this.#closing.signal });
  }

  async plan(scope: SyncScope | undefined): Promise<SyncPlan> {
    checkScope(scope);
    this.#assertOnline();
    return this.#o.work.plan(scope);
  }

  setOffline(isOffline: boolean): void {
    this.#advance({ type: 'looked', offline: isOffline ? 'by-hand' : this.#network() });
    if (isOffline) this.#o.onChange();
    else this.#refresh();
  }

  setRealTime(isRealTime: boolean): void {
    this.#advance({ type: 'real-time', isRealTime });
  }

  /** The network is there again, or another one. */
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
    if (!mayBegin(this.#state)) return this.#o.onChange();
    this.#isDue = true;
    this.#scheduler.run().catch((error: TierSyncError) => this.#o.logger.w(tag, error.message, error));
  }

  async #ask(ask: SyncAsk): Promise<void> {
    this.#closing.signal.throwIfAborted();
    this.#assertOnline();
    const done = this.#requests.add(ask);
    // Whoever asked is answered by `done`.
    this.#scheduler.run().catch(() => {});
    await done;
  }

  /** What the scheduler runs: all that was asked for, and everything if that is due. */
  async #run(): Promise<void> {
    this.#look();
    if (this.#isDue && mayRun(this.#state)) {
      this.#isDue = false;
      this.#requests.add(this.#everything()).catch(() => {});
    }
    const waiting = this.#requests.take();
    try {
      if (this.#state.offline === null) return await this.#runAll(waiting);
      for (const { reject } of waiting) reject(offline());
      this.#o.onChange();
    } finally {
      this.#setPullTimer();
    }
  }

  async #runAll(waiting: readonly WaitingSync[]): Promise<void> {
    if (waiting.length === 0) return;
    let failure: unknown = null;
    let isDegraded = false;
    let isConfirmed = false;
    this.#note({ type: 'began' });
    for (const { ask, resolve, reject } of waiting) {
      try {
        const outcome = await this.#record.run(ask);
        isDegraded ||= outcome.isDegraded;
        isConfirmed ||= ask.isForced || (ask.pull && ask.scope === undefined);
        resolve();
      } catch (error) {
        failure ??= error;
        this.#failed.push(() => reject(error));
      }
    }
    if (failure !== null) throw failure;
    this.#note({ type: 'succeeded', isDegraded, isConfirmed });
  }

  #decideRetry(count: number, error: TierSyncError): number | null {
    const { options, environment } = this.#o;
    this.#look();
    const ms = mayRun(this.#state) ? syncRetryMs(count, error, options, environment.random()) : null;
    if (ms !== null) this.#isDue = true;
    this.#note({ type: 'failed', code: error.code, count, isRetrying: ms !== null });
    for (const tell of this.#failed.splice(0)) tell();
    return ms;
  }

  #everything(): SyncAsk {
    const { direction } = this.#o.options;
    return { scope: undefined, pull: direction !== 'push', push: direction !== 'pull', isForced: false };
  }

  /** Others' changes are looked for this long after the last run. 0: never. */
  #setPullTimer(): void {
    const { environment, intervals } = this.#o;
    if (this.#pullTimer !== null) environment.clearTimer(this.#pullTimer);
    this.#pullTimer = null;
    if (!this.#state.isStarted || intervals.pullMs === 0) return;
    const fire = (): void => {
      this.#setPullTimer();
      this.#begin();
    };
    this.#pullTimer = environment.setTimer(fire, Math.min(intervals.pullMs, maxTimerMs));
  }

  #network(): 'network' | null {
    return this.#o.environment.isOnline() ? null : 'network';
  }

  #look(): void {
    if (this.#state.offline !== 'by-hand') this.#advance({ type: 'looked', offline: this.#network() });
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
    if (!mayWatch(this.#state)) {
      this.#stopWatching?.();
      this.#stopWatching = null;
    } else if (this.#stopWatching === null) {
      this.#stopWatching = this.#o.work.watch?.(() => this.#begin()) ?? null;
    }
  }
}

const stopped = (): TierSyncError =>
  new TierSyncError('unavailable', 'sync.stop() was called before this began; nothing was lost');

const offline = (): TierSyncError =>
  new TierSyncError('unavailable', 'this device is offline; what was edited is sent when it is online again');
