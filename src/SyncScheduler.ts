import type { Environment } from './interfaces/Environment.ts';

export interface SyncSchedulerOptions {
  readonly environment: Pick<Environment, 'now' | 'random' | 'setTimer' | 'clearTimer'>;
  readonly work: () => Promise<void>;
  /** Runs when nothing was asked for this long, */
  readonly quietMs: number;
  /** but never later than this after the first asking. */
  readonly maxMs: number;
  readonly onFailure: (error: unknown) => void;
  /**
   * How long to wait for another try after so many failures in a row. Null: it does not try again by itself, and the
   * next failure counts as the first. Asked once for each run that failed.
   */
  readonly retryMs?: (failures: number, error: unknown) => number | null;
}

const firstRetryMs = 1_000;
const lastRetryMs = 60_000;

/**
 * Decides when a piece of work runs. Promises: one run at a time; `poke` leads to a run that begins after it, within
 * `maxMs`; `run` resolves when a run that began after the call has succeeded, and rejects if it failed; after a failure
 * it tries again by itself, ever more seldom, and not sooner for a poke; a stopped scheduler starts nothing.
 */
export class SyncScheduler {
  readonly #o: SyncSchedulerOptions;
  #timer: unknown = null;
  #lastPoke = 0;
  #isPokedAgain = false;
  /** How long the pokes have waited, counted by timers: the clock may jump, and may stand still. */
  #waited = 0;
  #failures = 0;
  #running: Promise<void> | null = null;
  /** A run that has been promised and has not begun: everybody who asks now may share it. */
  #next: Promise<void> | null = null;
  #isStopped = false;

  constructor(options: SyncSchedulerOptions) {
    this.#o = options;
  }

  /** Cheap, for every edit: the timer is set once and looks at the last poke when it fires. */
  poke(now: number): void {
    this.#lastPoke = now;
    this.#isPokedAgain = true;
    if (this.#timer !== null || this.#isStopped) return;
    this.#waited = 0;
    this.#wait(Math.min(this.#o.quietMs, this.#o.maxMs));
  }

  /** A run that begins after this call. */
  run(): Promise<void> {
    if (this.#next !== null) return this.#next;
    if (this.#running === null) return this.#begin();
    this.#next = this.#running.then(
      () => this.#begin(),
      () => this.#begin(),
    );
    return this.#next;
  }

  /** Forgets pokes and failures: nothing begins until it is asked again. Resolves when what runs is done. */
  async rest(): Promise<void> {
    this.#clear();
    this.#failures = 0;
    await (this.#next ?? this.#running)?.catch(() => {});
  }

  /** Nothing begins by itself any more. Resolves when what runs is done. */
  stop(): Promise<void> {
    this.#isStopped = true;
    return this.rest();
  }

  #begin(): Promise<void> {
    this.#next = null;
    this.#clear();
    const run: Promise<void> = this.#o.work().then(
      () => this.#done(run, 0),
      (error: unknown) => {
        this.#done(run, this.#failures + 1);
        this.#retry(error);
        throw error;
      },
    );
    this.#running = run;
    return run;
  }

  #done(run: Promise<void>, failures: number): void {
    if (this.#running === run) this.#running = null;
    this.#failures = failures;
  }

  #retry(error: unknown): void {
    const ms = (this.#o.retryMs ?? this.#retryMs)(this.#failures, error);
    if (ms === null) this.#failures = 0;
    else if (!this.#isStopped) {
      this.#clear();
      this.#wait(ms);
    }
  }

  /** Between half of the ceiling and all of it: a disk has one user, who waits. */
  readonly #retryMs = (failures: number): number => {
    const ceiling = Math.min(lastRetryMs, firstRetryMs * 2 ** (failures - 1));
    return ceiling * (0.5 + this.#o.environment.random() / 2);
  };

  #wait(ms: number): void {
    this.#isPokedAgain = false;
    this.#waited += ms;
    this.#timer = this.#o.environment.setTimer(() => this.#fire(), ms);
  }

  #fire(): void {
    this.#timer = null;
    const untilQuiet = this.#lastPoke + this.#o.quietMs - this.#o.environment.now();
    const ms = Math.min(untilQuiet, this.#o.maxMs - this.#waited);
    // Longer than the quiet time is only what a clock says that was set back.
    const isTooEarly = this.#isPokedAgain && ms > 0 && untilQuiet <= this.#o.quietMs;
    if (isTooEarly && this.#failures === 0) this.#wait(ms);
    else this.run().catch(this.#o.onFailure);
  }

  #clear(): void {
    if (this.#timer !== null) this.#o.environment.clearTimer(this.#timer);
    this.#timer = null;
  }
}
