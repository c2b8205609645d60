import type { Environment } from '../interfaces/Environment.ts';
import type { S3Calls, S3Condition, S3Object, S3Page, S3Written } from './S3Calls.ts';
import type { S3CredentialSource, S3Credentials } from './S3CredentialSource.ts';
import { isRefusal, S3Failure } from './s3Failure.ts';

export interface S3Limits {
  readonly timeoutMs: number;
  readonly timers: Pick<Environment, 'setTimer' | 'clearTimer'>;
  /** Undefined: the client has its own. */
  readonly credentials: S3CredentialSource | undefined;
}

/** Requests that end: each has its time, and one that was refused is made once more with fresh credentials. */
export class LimitedS3Calls {
  readonly #calls: S3Calls;
  readonly #limits: S3Limits;

  constructor(calls: S3Calls, limits: S3Limits) {
    this.#calls = calls;
    this.#limits = limits;
  }

  get(key: string, ifNoneMatch?: string): Promise<S3Object> {
    return this.#run((signal) => this.#calls.get(key, ifNoneMatch, signal));
  }

  put(key: string, bytes: Uint8Array<ArrayBuffer>, condition: S3Condition = {}): Promise<S3Written> {
    return this.#run((signal) => this.#calls.put(key, bytes, condition, signal));
  }

  delete(key: string): Promise<void> {
    return this.#run((signal) => this.#calls.delete(key, signal));
  }

  list(prefix: string, from: string | undefined): Promise<S3Page> {
    return this.#run((signal) => this.#calls.list(prefix, from, signal));
  }

  close(): void {
    this.#calls.close();
  }

  async #run<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { credentials } = this.#limits;
    let used: S3Credentials | undefined;
    const once = async (signal: AbortSignal): Promise<T> => {
      used = await credentials?.current();
      return call(signal);
    };
    try {
      return await this.#inTime(once);
    } catch (cause) {
      // A refused request did nothing, so a conditional put too may be made again without meeting its own first try.
      if (!isRefusal(cause) || !credentials?.renew(used)) throw cause;
      return this.#inTime(once);
    }
  }

  /** Clients differ in whether a signal also ends a body that has begun to come; this does not wait for them. */
  #inTime<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { timers, timeoutMs } = this.#limits;
    const stop = new AbortController();
    return new Promise((resolve, reject) => {
      const timer = timers.setTimer(() => {
        reject(new S3Failure(`no answer within ${timeoutMs} ms`));
        stop.abort();
      }, timeoutMs);
      call(stop.signal)
        .then(resolve, reject)
        .finally(() => timers.clearTimer(timer));
    });
  }
}
