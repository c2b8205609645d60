/**
 * What the caller does next decides the code:
 *
 * | code               | next step                                                               |
 * | ------------------ | ----------------------------------------------------------------------- |
 * | `invalid-entity`   | mend the value at the path that the message names                       |
 * | `invalid-name`     | choose another entity name, id, key or file name                        |
 * | `too-large`        | split the record, or keep the large part elsewhere                      |
 * | `validation`       | show the issues to the person who typed them (`issues`)                 |
 * | `not-loaded`       | call `DataOrchestrator.load` first                                      |
 * | `closed`           | load again; this object was unloaded                                    |
 * | `unavailable`      | try again later; nothing was lost                                       |
 * | `quota-exceeded`   | free space, then try again; nothing was lost                            |
 * | `corrupt`          | look at the event: the bytes were set aside, other data is not affected |
 * | `upgrade-needed`   | update the app: this data was written by a newer version                |
 * | `locked`           | close the other process that holds this folder                          |
 * | `unsynced`         | flush, or say `discardUnsynced: true`                                   |
 * | `duplicate-package`| let the bundler keep one copy of tiersync                               |
 */
export type TierSyncErrorCode =
  | 'invalid-entity'
  | 'invalid-name'
  | 'too-large'
  | 'validation'
  | 'not-loaded'
  | 'closed'
  | 'unavailable'
  | 'quota-exceeded'
  | 'corrupt'
  | 'upgrade-needed'
  | 'locked'
  | 'unsynced'
  | 'duplicate-package';

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
