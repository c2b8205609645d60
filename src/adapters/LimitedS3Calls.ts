import type { Environment } from '../interfaces/Environment.ts';
import { timeFor } from '../util/timeFor.ts';
import type { S3Calls, S3Condition, S3Object, S3Page, S3Written } from './S3Calls.ts';
import type { S3CredentialSource, S3Credentials } from './S3CredentialSource.ts';
import { isRefusal, S3Failure } from './s3Failure.ts';

type Call<T> = (signal: AbortSignal, onLength: (bytes: number) => void) => Promise<T>;

export interface S3Limits {
  /** For what is small; what is large has more. */
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
    return this.#run((signal, onLength) => this.#calls.get(key, ifNoneMatch, signal, onLength));
  }

  put(key: string, bytes: Uint8Array<ArrayBuffer>, condition: S3Condition = {}): Promise<S3Written> {
    return this.#run((signal) => this.#calls.put(key, bytes, condition, signal), bytes.length);
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

  async #run<T>(call: Call<T>, bytes = 0): Promise<T> {
    const { credentials } = this.#limits;
    let used: S3Credentials | undefined;
    const once: Call<T> = async (...limits) => {
      used = await credentials?.current();
      return call(...limits);
    };
    try {
      return await this.#inTime(once, bytes);
    } catch (cause) {
      // A refused request did nothing, so a conditional put too may be made again without meeting its own first try.
      if (!isRefusal(cause) || !credentials?.renew(used)) throw cause;
      return this.#inTime(once, bytes);
    }
  }

  /** Clients differ in whether a signal also ends a body that has begun to come; this does not wait for them. */
  #inTime<T>(call: Call<T>, sent: number): Promise<T> {
    const { timers, timeoutMs } = this.#limits;
    const stop = new AbortController();
    return new Promise((resolve, reject) => {
      const limit = (bytes: number): unknown => {
        const ms = timeFor(bytes, timeoutMs);
        return timers.setTimer(() => {
          reject(new S3Failure(`no answer within ${ms} ms`));
          stop.abort();
        }, ms);
      };
      let timer = limit(sent);
      const onLength = (bytes: number): void => {
        timers.clearTimer(timer);
        timer = limit(bytes);
      };
      call(stop.signal, onLength)
        .then(resolve, reject)
        .finally(() => timers.clearTimer(timer));
    });
  }
}
