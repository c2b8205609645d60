import type { TierSyncErrorCode } from './interfaces/TierSyncErrorCode.ts';

/** What an error knows beyond its code and message. */
export interface TierSyncErrorDetails {
  /** What was thrown below. */
  readonly cause?: unknown;
  /** Where in the value, for example `address.lines[2]`. */
  readonly path?: string;
  /** What a schema found, as it reported it. */
  readonly issues?: readonly unknown[];
  /** How long the other side asked to be left alone. */
  readonly retryAfterMs?: number | undefined;
}

/** The one error class. Programs look at `code`; people read the message. Misuse of the API is a plain `TypeError`. */
export class TierSyncError extends Error {
  override readonly name = 'TierSyncError';
  /** What to do next. */
  readonly code: TierSyncErrorCode;
  /** Where in the value, for example `address.lines[2]`. */
  readonly path: string | undefined;
  /** What a schema found. */
  readonly issues: readonly unknown[] | undefined;
  /** How long the other side asked to be left alone. */
  readonly retryAfterMs: number | undefined;

  constructor(code: TierSyncErrorCode, message: string, details: TierSyncErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : details);
    this.code = code;
    this.path = details.path;
    this.issues = details.issues;
    this.retryAfterMs = details.retryAfterMs;
  }
}

export const closedError = (): TierSyncError =>
  new TierSyncError('closed', 'this data was unloaded; call DataOrchestrator.load again');
