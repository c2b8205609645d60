import { TierSyncError } from '../errors.ts';
import type { TierSyncErrorCode } from '../interfaces/TierSyncErrorCode.ts';

export interface S3FailureDetails {
  /** Undefined: there was no answer. */
  readonly status?: number | undefined;
  /** What the store calls it, such as `NoSuchKey`. */
  readonly code?: string | undefined;
  readonly retryAfter?: string | undefined;
  /** The store's own time. */
  readonly date?: Date | undefined;
  readonly cause?: unknown;
}

/** Any answer but success, before it is known whether that is an answer to the caller or an error. */
export class S3Failure extends Error {
  readonly status: number | undefined;
  readonly code: string;
  readonly retryAfter: string | undefined;
  readonly date: Date | undefined;

  constructor(message: string, details: S3FailureDetails = {}) {
    super(message, { cause: details.cause });
    this.status = details.status;
    this.code = details.code ?? '';
    this.retryAfter = details.retryAfter;
    this.date = details.date;
  }
}

const isFailure = (cause: unknown, status: number): cause is S3Failure =>
  cause instanceof S3Failure && cause.status === status;

export const isNotModified = (cause: unknown): boolean => isFailure(cause, 304);

/** By the code too: a 404 of a proxy, or of a bucket that is not there, must not pass for "nothing was ever written". */
export const isAbsent = (cause: unknown): boolean => isFailure(cause, 404) && cause.code === 'NoSuchKey';

/**
 * The condition did not hold. A 409 says something else: requests crossed, and whether it would have held is open; so that
 * stays an error, to be tried again.
 */
export const isPreconditionFailed = (cause: unknown): boolean => isFailure(cause, 412);

const refusals = /^(ExpiredToken|InvalidToken|TokenRefreshRequired|InvalidAccessKeyId|SignatureDoesNotMatch)$/;

export function isRefusal(cause: unknown): boolean {
  if (!(cause instanceof S3Failure)) return false;
  if (refusals.test(cause.code)) return true;
  return (cause.status === 401 || cause.status === 403) && codeOfWhatIsFull(cause) === null && !isClockOff(cause);
}

/** Not a matter of credentials: both clients take the store's time from such an answer, and the next call goes through. */
export const isClockOff = (cause: unknown): cause is S3Failure =>
  cause instanceof S3Failure && cause.code === 'RequestTimeTooSkewed';

/** The failure as an error of ours, named by the caller's next step. */
export function errorOf(failure: S3Failure, place: string, now: number): TierSyncError {
  const { message, status, code } = failure;
  const known = [status, code].filter((part) => part !== undefined && part !== '' && part !== message).join(' ');
  return new TierSyncError(codeOf(failure), `${place}: ${message}${known === '' ? '' : ` (${known})`}`, {
    cause: failure,
    retryAfterMs: retryAfterMs(failure.retryAfter, now),
  });
}

function codeOf(failure: S3Failure): TierSyncErrorCode {
  if (isRefusal(failure)) return 'auth-needed';
  if (failure.code === 'KeyTooLongError') return 'invalid-name';
  // Conditional puts are all that a store could lack of what is asked of it.
  if (failure.status === 501) return 'unsuitable-store';
  return codeOfWhatIsFull(failure) ?? 'unavailable';
}

function codeOfWhatIsFull({ status, code }: S3Failure): TierSyncErrorCode | null {
  if (status === 507 || /QuotaExceeded|StorageFull/.test(code)) return 'quota-exceeded';
  return status === 413 || code === 'EntityTooLarge' ? 'too-large' : null;
}

/** `Retry-After` holds seconds or a time. */
function retryAfterMs(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** The time in a header, if there is one and it is one. */
export function timeIn(header: string | null | undefined): Date | undefined {
  const time = Date.parse(header ?? '');
  return Number.isNaN(time) ? undefined : new Date(time);
}
