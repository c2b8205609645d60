import { TierSyncError } from '../errors.ts';
import type { TierSyncErrorCode } from '../interfaces/TierSyncErrorCode.ts';
import { isPlainObject } from '../util/isPlainObject.ts';
import { reasonOf } from '../util/reasonOf.ts';
import { retryAfterMs } from './retryAfter.ts';

/** What the caller does next, by the word that a server says. */
const codes: ReadonlyMap<unknown, TierSyncErrorCode> = new Map<unknown, TierSyncErrorCode>([
  ['unauthorized', 'auth-needed'],
  ['forbidden', 'auth-needed'],
  ['auth-needed', 'auth-needed'],
  ['too-large', 'too-large'],
  ['rate-limited', 'unavailable'],
  ['conflict', 'unavailable'],
  ['internal', 'unavailable'],
  ['unavailable', 'unavailable'],
  ['closed', 'unavailable'],
  ['quota-exceeded', 'quota-exceeded'],
  ['upgrade-needed', 'upgrade-needed'],
  ['validation', 'validation'],
  ['invalid-entity', 'invalid-entity'],
  ['invalid-name', 'invalid-name'],
  // The two do not speak the same language, and repeating it is useless.
  ['bad-request', 'cloud-unreadable'],
  ['not-found', 'cloud-unreadable'],
  ['method-not-allowed', 'cloud-unreadable'],
  ['unsupported-type', 'cloud-unreadable'],
]);

/** What to do about the refusal of one change; a word that a newer server uses is told beside the reason. */
export function refusalOf({ code, reason }: { readonly code: string; readonly reason: string }): {
  readonly code: TierSyncErrorCode;
  readonly reason: string;
} {
  const known = codes.get(code);
  return known === undefined ? { code: 'validation', reason: `${reason} (${code})` } : { code: known, reason };
}

/** A server said no to a whole request. */
export function failureOf(what: string, refusal: unknown): TierSyncError {
  const { code, message, retryAfterMs: ms } = Object(Object(refusal)['error']) as { readonly [field: string]: unknown };
  const known = codes.get(code) ?? 'unavailable';
  return new TierSyncError(known, `${what}: the server says ${code}: ${message}`, {
    retryAfterMs: typeof ms === 'number' && ms >= 0 ? ms : undefined,
  });
}

export const isRefusal = (answer: unknown): boolean =>
  isPlainObject(answer) && isPlainObject(answer['error']) && typeof answer['error']['code'] === 'string';

/** An answer of HTTP that is not one of ours: of a gateway, or of another program. */
export function statusFailure(what: string, status: number, retryAfter: string | null): TierSyncError {
  return new TierSyncError(codeOfStatus(status), `${what}: the server answered with status ${status}`, {
    retryAfterMs: retryAfterMs(retryAfter),
  });
}

function codeOfStatus(status: number): TierSyncErrorCode {
  if (status === 401 || status === 403) return 'auth-needed';
  if (status === 413) return 'too-large';
  return status === 408 || status === 429 || status >= 500 ? 'unavailable' : 'cloud-unreadable';
}

/** Nothing was answered at all. */
export const lost = (what: string, cause: unknown): TierSyncError =>
  cause instanceof TierSyncError
    ? cause
    : new TierSyncError('unavailable', `${what}: the server cannot be reached: ${reasonOf(cause)}`, { cause });
