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
  #firstPoke = 0;
  #lastPoke = 0;
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
    if (this.#timer !== null || this.#isStopped) return;
    this.#firstPoke = now;
    this.#wait(this.#o.quietMs);
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
    this.#firstPoke = this.#lastPoke = this.#o.environment.now();
    if (!this.#isStopped && this.#timer === null) this.#wait(ceiling * (0.5 + this.#o.environment.random() / 2));
  }

  #wait(ms: number): void {
    this.#timer = this.#o.environment.setTimer(() => this.#fire(), ms);
  }

  #fire(): void {
    this.#timer = null;
    const now = this.#o.environment.now();
    const due = Math.min(this.#lastPoke + this.#o.quietMs, this.#firstPoke + this.#o.maxMs);
    if (now < due && this.#failures === 0) this.#wait(due - now);
    else this.run().catch(this.#o.onFailure);
  }

  #clear(): void {
    if (this.#timer !== null) this.#o.environment.clearTimer(this.#timer);
    this.#timer = null;
  }
}
