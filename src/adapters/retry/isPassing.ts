import { TierSyncError } from '../../errors.ts';

/** What engines call it when no answer came. Their `TypeError` is told from a misuse by its text alone. */
const fetchTexts = /^(fetch failed|Failed to fetch|Load failed|NetworkError when attempting to fetch resource\.?)/;
const systemCodes =
  /^(ECONN\w+|ETIMEDOUT|EPIPE|EAI_AGAIN|ENOTFOUND|ENETUNREACH|ENETDOWN|EHOSTUNREACH|EHOSTDOWN|UND_ERR_\w+)$/;

/** Whether the same call may succeed a little later. */
export function isPassing(cause: unknown): boolean {
  if (cause instanceof TierSyncError) return cause.code === 'unavailable';
  const { name, code, message } = Object(cause) as { readonly [field: string]: unknown };
  if (typeof code === 'string' && systemCodes.test(code)) return true;
  if (name === 'TypeError') return fetchTexts.test(String(message));
  return name === 'NetworkError' || name === 'TimeoutError';
}
