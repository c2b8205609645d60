import { asTierSyncError } from '../util/asTierSyncError.ts';

/** What requests are signed with. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** When given, a function is asked again before this time. */
  readonly expiration?: Date;
}

/**
 * A function is asked when the first call is made, when what it gave is about to expire, and when the store refuses it.
 * It may throw a `TierSyncError` of code `auth-needed` to say that somebody has to sign in; any other error is taken for
 * a server that cannot be reached now.
 */
export type S3CredentialsOption = S3Credentials | (() => S3Credentials | Promise<S3Credentials>);

/** Asked again this long before they expire, so that no request is under way with what has just expired. */
const marginMs = 60_000;

/** Where the credentials of a bucket come from; those of a function are kept until they expire or are refused. */
export class S3CredentialSource {
  readonly #given: S3CredentialsOption;
  readonly #now: () => number;
  #kept: Promise<S3Credentials> | undefined;
  #latest: S3Credentials | undefined;

  constructor(given: S3CredentialsOption, now: () => number) {
    this.#given = given;
    this.#now = now;
  }

  async current(): Promise<S3Credentials> {
    const give = this.#given;
    if (typeof give !== 'function') return give;
    const kept = this.#kept ?? this.#ask(give);
    const credentials = await kept;
    if (!this.#expires(credentials)) return credentials;
    // Of several callers who find the same ones expired, the first asks.
    if (this.#kept === kept) this.#kept = undefined;
    return this.#kept ?? this.#ask(give);
  }

  /** Forgets what was refused, unless others have come since. False: there is nobody to ask. */
  renew(refused: S3Credentials | undefined): boolean {
    if (refused === this.#latest) this.#kept = undefined;
    return typeof this.#given === 'function';
  }

  #expires({ expiration }: S3Credentials): boolean {
    return expiration !== undefined && expiration.getTime() - this.#now() <= marginMs;
  }

  #ask(give: () => S3Credentials | Promise<S3Credentials>): Promise<S3Credentials> {
    const asking = this.#answerOf(give);
    this.#kept = asking;
    asking.catch(() => {
      if (this.#kept === asking) this.#kept = undefined;
    });
    return asking;
  }

  async #answerOf(give: () => S3Credentials | Promise<S3Credentials>): Promise<S3Credentials> {
    try {
      this.#latest = await give();
      return this.#latest;
    } catch (cause) {
      throw asTierSyncError(cause, 'the function for credentials failed');
    }
  }
}
