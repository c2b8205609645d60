import type { Environment } from '../../interfaces/Environment.ts';
import { awaitedTimer } from '../../util/awaitedTimer.ts';
import { isPassing } from './isPassing.ts';

export interface RetriesOptions {
  /** Tries in all. */
  readonly attempts: number;
  readonly baseMs: number;
  readonly maxMs: number;
  readonly signal: AbortSignal | undefined;
  readonly environment: Pick<Environment, 'random' | 'setTimer' | 'clearTimer'>;
}

/** Tries again what may succeed a little later, ever less often. */
export class Retries {
  readonly #o: RetriesOptions;
  readonly #waiting = new Set<() => void>();
  #isStopped = false;

  constructor(options: RetriesOptions) {
    this.#o = options;
    if (options.signal?.aborted) this.stop();
    options.signal?.addEventListener('abort', () => this.stop(), { once: true });
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    for (let failures = 1; ; failures++) {
      try {
        return await work();
      } catch (error) {
        await this.pause(failures, error);
      }
    }
  }

  /** Waits before another try; throws the error where there is to be none. */
  async pause(failures: number, error: unknown): Promise<void> {
    const { attempts, maxMs } = this.#o;
    const askedMs = retryAfterOf(error);
    if (this.#isStopped || failures >= attempts || askedMs > maxMs || !isPassing(error)) throw error;
    await this.#wait(askedMs + this.#jitterMs(failures));
    if (this.#isStopped) throw error;
  }

  /** Whoever waits for another try gets the error of the last one. */
  stop(): void {
    this.#isStopped = true;
    for (const wake of [...this.#waiting]) wake();
  }

  /** Full jitter: what one failure hit must not come back at one time. */
  #jitterMs(failures: number): number {
    const { baseMs, maxMs, environment } = this.#o;
    return Math.min(maxMs, baseMs * 2 ** (failures - 1)) * environment.random();
  }

  #wait(ms: number): Promise<void> {
    const { environment } = this.#o;
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        environment.clearTimer(timer);
        resolve();
      };
      this.#waiting.add(wake);
      const timer = awaitedTimer(environment, wake, ms);
    });
  }
}

function retryAfterOf(error: unknown): number {
  const { retryAfterMs } = Object(error) as { readonly retryAfterMs?: unknown };
  return typeof retryAfterMs === 'number' && retryAfterMs > 0 ? retryAfterMs : 0;
}
