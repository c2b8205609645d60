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
  const fields: Record<string, unknown> = {};
  for (const field of Object.keys(draft)) {
    try {
      // A field named __proto__ is refused where values are checked; assigning it would hide it from there.
      if (field === '__proto__') Object.defineProperty(fields, field, { value: draft[field], enumerable: true });
      else fields[field] = draft[field];
    } catch (cause) {
      const message = `${entityName}.${field}: it could not be read: ${reasonOf(cause)}`;
      throw new TierSyncError('invalid-entity', message, { path: field, cause });
    }
  }
  return fields;
}
