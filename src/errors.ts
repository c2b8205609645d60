import type { TierSyncErrorCode } from './interfaces/TierSyncErrorCode.ts';

export interface TierSyncErrorDetails {
  readonly cause?: unknown;
  /** Where in the value, for example `address.lines[2]`. */
  readonly path?: string;
  /** What a schema found, as it reported it. */
  readonly issues?: readonly unknown[];
}

/** The one error class. Programs look at `code`; people read the message. Misuse of the API is a plain `TypeError`. */
export class TierSyncError extends Error {
  override readonly name = 'TierSyncError';
  readonly code: TierSyncErrorCode;
  readonly path: string | undefined;
  readonly issues: readonly unknown[] | undefined;

  constructor(code: TierSyncErrorCode, message: string, details: TierSyncErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.path = details.path;
    this.issues = details.issues;
  }

  /** What an adapter threw, as one of our codes; an error of ours passes through. */
  static from(cause: unknown, message: string): TierSyncError {
    if (cause instanceof TierSyncError) return cause;
    const name = cause instanceof Error ? cause.name : '';
    const errno = (cause as { code?: unknown } | null)?.code;
    const full = name === 'QuotaExceededError' || errno === 'ENOSPC' || errno === 'EDQUOT';
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new TierSyncError(full ? 'quota-exceeded' : 'unavailable', `${message}: ${reason}`, { cause });
  }
}

export const closedError = (): TierSyncError =>
  new TierSyncError('closed', 'this data was unloaded; call DataOrchestrator.load again');
