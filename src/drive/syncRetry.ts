import type { TierSyncError } from '../errors.ts';
import type { SyncOptions } from '../interfaces/SyncTypes.ts';
import { mayPass } from './syncReason.ts';

const lastRetryMs = 60_000;

/** The longest wait that timers know; they take a longer one for none at all. */
export const maxTimerMs: number = 2 ** 31 - 1;

/** Full jitter: the devices that one failure hit must not come back at one time. `random`: at least 0, below 1. */
export function backoffMs(failures: number, { retryDelay = 1_000 }: SyncOptions, random: number): number {
  return Math.min(lastRetryMs, retryDelay * 2 ** (failures - 1)) * random;
}

/** How long to wait after so many failed syncs in a row; null: quick retries are over, or of no use. */
export function syncRetryMs(
  failures: number,
  { code, retryAfterMs = 0 }: Pick<TierSyncError, 'code' | 'retryAfterMs'>,
  options: SyncOptions,
  random: number,
): number | null {
  const { autoRetry = true, maxRetryAttempts = 5 } = options;
  if (!autoRetry || failures >= maxRetryAttempts || !mayPass(code)) return null;
  return Math.min(maxTimerMs, retryAfterMs + backoffMs(failures, options, random));
}
