import type { Environment } from './interfaces/Environment.ts';

export interface SyncSchedulerOptions {
  readonly environment: Pick<Environment, 'now' | 'random' | 'setTimer' | 'clearTimer'>;
  readonly work: () => Promise<void>;
  /** Runs when nothing was asked for this long, */
  readonly quietMs: number;
  /** but never later than this after the first asking. */
  readonly maxMs: number;
  readonly onFailure: (error: unknown) => void;
}

const firstRetryMs = 1_000;
const lastRetryMs = 60_000;

/**
 * Decides when a piece of work runs. Promises: one run at a time; `poke` leads to a run that begins after it, within
 * `maxMs`; `run` resolves when a run that began after the call has succeeded, and rejects if it failed; after a failure
 * it tries again by itself, ever more seldom; a stopped scheduler starts nothing.
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

  /** Nothing begins by itself any more. Resolves when what runs is done. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#clear();
    await (this.#next ?? this.#running)?.catch(() => {});
  }

  #begin(): Promise<void> {
    this.#next = null;
    this.#clear();
    const run: Promise<void> = this.#o.work().then(
      () => this.#done(run, 0),
      (error: unknown) => {
        this.#done(run, this.#failures + 1);
        this.#retry();
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

  #retry(): void {
    const ceiling = Math.min(lastRetryMs, firstRetryMs * 2 ** (this.#failures - 1));
    if (!this.#isStopped && this.#timer === null) this.#wait(ceiling * (0.5 + this.#o.environment.random() / 2));
  }

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
