import { TierSyncError } from '../errors.ts';

/** A copy that shares nothing, for the border of a persistence that may keep what it is given. */
export function copyJson<T>(value: T): T {
  return JSON.parse(jsonText(value)) as T;
}

/** Plain JSON, or an error that says so. */
export function jsonText(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw new TierSyncError('corrupt', `this is not plain JSON: ${(cause as Error).message}`, { cause });
  }
  if (text === undefined) throw new TierSyncError('corrupt', `this is not plain JSON: ${typeof value}`);
  return text;
}
