import { TierSyncError } from '../errors.ts';
import { isPlainObject } from '../util/isPlainObject.ts';
import { reasonOf } from '../util/reasonOf.ts';

/**
 * The fields of what the app hands in, each read once: a getter may throw, and may answer otherwise the next time.
 */
export function readDraft(entityName: string, draft: unknown): Readonly<Record<string, unknown>> {
  if (!isPlainObject(draft)) {
    const what = typeof draft === 'object' && draft !== null ? `an object of class ${draft.constructor?.name}` : draft;
    throw new TierSyncError('invalid-entity', `${entityName}: ${String(what)} cannot be kept; use a plain object`);
  }
  try {
    return { ...draft };
  } catch (cause) {
    const path = Object.keys(draft).find((field) => !isReadable(draft, field)) ?? '';
    throw new TierSyncError('invalid-entity', `${entityName}.${path}: ${unreadable(cause)}`, { path, cause });
  }
}

export const unreadable = (cause: unknown): string => `it could not be read: ${reasonOf(cause)}`;

function isReadable(draft: Readonly<Record<string, unknown>>, field: string): boolean {
  try {
    return [draft[field]].length === 1;
  } catch {
    return false;
  }
}
