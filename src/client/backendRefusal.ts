import { TierSyncError } from '../errors.ts';
import type { ApplyResult } from '../interfaces/ITier.ts';
import type { TierSyncErrorCode } from '../interfaces/TierSyncErrorCode.ts';
import { asTierSyncError } from '../util/asTierSyncError.ts';
import { isPlainObject } from '../util/isPlainObject.ts';
import { reasonOf } from '../util/reasonOf.ts';
import { unreadable } from './backendRecord.ts';
import { retryAfterMs } from './retryAfter.ts';

/** What the caller does next, by the word or the HTTP status that a backend says. */
const codes: ReadonlyMap<unknown, TierSyncErrorCode> = new Map<unknown, TierSyncErrorCode>([
  ['permission', 'auth-needed'],
  ['auth-needed', 'auth-needed'],
  ['validation', 'validation'],
  ['too-large', 'too-large'],
  ['quota', 'quota-exceeded'],
  ['quota-exceeded', 'quota-exceeded'],
  ['invalid-entity', 'invalid-entity'],
  ['invalid-name', 'invalid-name'],
  ['upgrade-needed', 'upgrade-needed'],
]);

const statusCodes: ReadonlyMap<unknown, TierSyncErrorCode> = new Map<unknown, TierSyncErrorCode>([
  [401, 'auth-needed'],
  [403, 'auth-needed'],
  [413, 'too-large'],
  [507, 'quota-exceeded'],
]);

/** One change was refused. */
export function refusalOf(where: string, raw: unknown): ApplyResult {
  if (!isPlainObject(raw)) throw unreadable(where, raw, '{ code, reason }');
  const { code = 'validation', reason } = raw;
  if (typeof code !== 'string') throw unreadable(`${where}.code`, code, 'a text');
  if (typeof reason !== 'string') throw unreadable(`${where}.reason`, reason, 'a text');
  const known = codes.get(code);
  // A word that a newer backend uses is kept where people read it.
  return { outcome: 'rejected', code: known ?? 'validation', reason: known ? reason : `${reason} (${code})` };
}

type Fields = { readonly [field: string]: unknown };

/** What `pull` or `push` threw: an error of ours, a Response or an error with its status, or anything else. */
export function failureOf(what: string, cause: unknown): TierSyncError {
  if (cause instanceof TierSyncError) return cause;
  const { status, statusText, response } = Object(cause) as Fields;
  const answer = (typeof status === 'number' ? cause : response) as Fields | undefined;
  const told = Number(answer?.['status']);
  if (!Number.isInteger(told)) return asTierSyncError(cause, `${what} failed`);
  const text = cause instanceof Error ? reasonOf(cause) : [told, statusText].filter(Boolean).join(' ');
  return new TierSyncError(statusCodes.get(told) ?? 'unavailable', `${what} failed: ${text}`, {
    cause,
    retryAfterMs: restOf(cause as Fields) ?? restOf(answer ?? {}),
  });
}

/** Milliseconds, or seconds as the header holds them. */
function restOf(answer: Fields): number | undefined {
  const { retryAfterMs: ms, retryAfter, headers } = answer;
  if (Number.isFinite(ms)) return Math.max(0, Number(ms));
  const header = headers instanceof Headers ? headers.get('retry-after') : undefined;
  return retryAfterMs(retryAfter ?? header);
}
