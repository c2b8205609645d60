import { TierSyncError } from '../errors.ts';
import { reasonOf } from './reasonOf.ts';

/** What an adapter threw, as one of our codes; an error of ours passes through. */
export function asTierSyncError(cause: unknown, message: string): TierSyncError {
  if (cause instanceof TierSyncError) return cause;
  const { name, code } = Object(cause) as { readonly [field: string]: unknown };
  const full = name === 'QuotaExceededError' || code === 'ENOSPC' || code === 'EDQUOT';
  return new TierSyncError(full ? 'quota-exceeded' : 'unavailable', `${message}: ${reasonOf(cause)}`, { cause });
}
