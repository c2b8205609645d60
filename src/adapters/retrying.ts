import type { Environment } from '../interfaces/Environment.ts';
import type { IBucket } from '../interfaces/IBucket.ts';
import type { IPersistence } from '../interfaces/IPersistence.ts';
import { environmentOf } from './environmentOf.ts';
import { Retries } from './retry/Retries.ts';
import { RetryingBucket } from './retry/RetryingBucket.ts';
import { RetryingPersistence } from './retry/RetryingPersistence.ts';
import { systemEnvironment } from './systemEnvironment.ts';
import { wrappedKind } from './wrapping/wrapOrder.ts';

/** How often, and how long to wait in between. */
export interface RetryingOptions {
  /** Tries in all, 5 unless told. */
  readonly attempts?: number;
  /** The longest wait before the second try; it doubles with each. 250 unless told. */
  readonly baseMs?: number;
  /** The longest wait, 20,000 unless told; who asks for more rest than that is not asked again here. */
  readonly maxMs?: number;
  /** Aborted: no more tries, and what waits for one ends with the error of the last. */
  readonly signal?: AbortSignal;
  /** Clock, timers and the like of your own, for tests. */
  readonly environment?: Partial<Environment>;
}

/** Makes a call again that failed for a moment: `unavailable`, or the network. Closing ends that too. */
export function retrying(inner: IBucket, options?: RetryingOptions): IBucket;
export function retrying(inner: IPersistence, options?: RetryingOptions): IPersistence;
export function retrying(inner: IBucket | IPersistence, options: RetryingOptions = {}): IBucket | IPersistence {
  const kind = wrappedKind('retrying', inner);
  const { attempts = 5, baseMs = 250, maxMs = 20_000, signal, environment } = options;
  if (!Number.isInteger(attempts) || attempts < 1)
    throw new TypeError('retrying: attempts must be a whole number from 1');
  if (!(baseMs >= 0 && maxMs >= 0)) throw new TypeError('retrying: baseMs and maxMs must be milliseconds, 0 or more');
  const retries = new Retries({
    attempts,
    baseMs,
    maxMs,
    signal,
    environment: environmentOf(systemEnvironment, environment),
  });
  return kind === 'bucket'
    ? new RetryingBucket(inner as IBucket, retries)
    : new RetryingPersistence(inner as IPersistence, retries);
}
