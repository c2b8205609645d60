import { TierSyncError } from '../errors.ts';
import type { TierSyncErrorCode } from '../interfaces/TierSyncErrorCode.ts';
import type { WireError } from '../protocol/messages.ts';
import { statusOf, type WireCode } from '../protocol/wireCodes.ts';

/** A no as it travels. The message is for the other side, so it tells nothing of what is behind the door. */
export class Denial extends Error {
  override readonly name = 'Denial';
  readonly code: WireCode;
  readonly retryAfterMs: number | undefined;

  constructor(
    code: WireCode,
    message: string,
    { retryAfterMs, cause }: { retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }

  get status(): number {
    return statusOf[this.code];
  }

  toJSON(): WireError {
    const { code, message, retryAfterMs } = this;
    return { error: { code, message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) } };
  }

  /** Whatever was thrown. What is not about the request is told of in general terms only. */
  static from(thrown: unknown): Denial {
    if (thrown instanceof Denial) return thrown;
    const code = thrown instanceof TierSyncError ? wireCodeOf[thrown.code] : undefined;
    if (code !== undefined) return new Denial(code, (thrown as TierSyncError).message, { cause: thrown });
    const isPassing = thrown instanceof TierSyncError && passing.includes(thrown.code);
    return isPassing
      ? new Denial('unavailable', 'the server cannot answer this now; try again later', { cause: thrown })
      : new Denial('internal', 'the server failed at this; its log says why', { cause: thrown });
  }
}

/** These speak of what was asked, and their messages of nothing else. */
const wireCodeOf: { readonly [code in TierSyncErrorCode]?: WireCode } = {
  'invalid-entity': 'bad-request',
  'invalid-name': 'bad-request',
  validation: 'bad-request',
  corrupt: 'bad-request',
  'too-large': 'too-large',
  'auth-needed': 'unauthorized',
};

const passing: readonly TierSyncErrorCode[] = ['unavailable', 'quota-exceeded', 'locked', 'closed'];
