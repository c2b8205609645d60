import { TierSyncError } from '../errors.ts';
import type { Environment } from '../interfaces/Environment.ts';
import { timeFor } from '../util/timeFor.ts';

export interface TimedCallsOptions {
  /** Who is asked. */
  readonly who: 'backend' | 'server';
  /** For what is small; what is large has more. */
  readonly timeoutMs: number;
  readonly environment: Pick<Environment, 'setTimer' | 'clearTimer'>;
}

/** Questions that are waited for so long, and that can all be given up. */
export class TimedCalls {
  readonly #o: TimedCallsOptions;
  readonly #running = new Set<AbortController>();

  constructor(options: TimedCallsOptions) {
    this.#o = options;
  }

  /** Where it was given up, that is the reason, whatever the work makes of it. */
  async ask<T>(
    what: string,
    work: (signal: AbortSignal, onLength: (bytes: number) => void) => Promise<T>,
    sent = 0,
  ): Promise<T> {
    const { who, timeoutMs, environment } = this.#o;
    const call = new AbortController();
    const { signal } = call;
    this.#running.add(call);
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
    const limit = (bytes: number): unknown => {
      const ms = timeFor(bytes, timeoutMs);
      const late = (): Error => new TierSyncError('unavailable', `${what}: the ${who} did not answer within ${ms} ms`);
      return environment.setTimer(() => call.abort(late()), ms);
    };
    let timer = limit(sent);
    const onLength = (bytes: number): void => {
      environment.clearTimer(timer);
      timer = limit(bytes);
    };
    try {
      return await Promise.race([work(signal, onLength), aborted]);
    } catch (cause) {
      throw signal.aborted ? signal.reason : cause;
    } finally {
      environment.clearTimer(timer);
      this.#running.delete(call);
    }
  }

  /** Nobody waits for an answer any more. */
  abort(): void {
    const reason = new TierSyncError('closed', 'this cloud was detached');
    for (const call of this.#running) call.abort(reason);
  }
}
