import { TierSyncError } from '../errors.ts';

/** A copy that shares nothing, for the border of a persistence that may keep what it is given. */
export function copyJson<T>(value: T): T {
  try {
    return JSON.parse(JSON.stringify(value)) as T;
  } catch (cause) {
    throw new TierSyncError('corrupt', `this is not plain JSON: ${(cause as Error).message}`, { cause });
  }
}
