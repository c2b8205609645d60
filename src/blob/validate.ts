import { TierSyncError } from '../errors.ts';
import type { StandardSchema } from '../interfaces/StandardSchema.ts';

/**
 * The draft as its schema returns it. A schema describes the app's own fields: id, times and version are the library's
 * and are not shown to it.
 */
export function validate(entityName: string, schema: StandardSchema, draft: object): object {
  const {
    id: _id,
    createdAt: _created,
    updatedAt: _updated,
    version: _version,
    ...fields
  } = draft as Record<string, unknown>;
  const result = schema['~standard'].validate(fields);
  if (result instanceof Promise) {
    result.catch(() => {});
    throw new TypeError(`entities.${entityName}.schema validates asynchronously; save() is synchronous`);
  }
  const { issues } = result;
  if (issues === undefined) {
    if (typeof result.value === 'object' && result.value !== null) return result.value;
    throw new TypeError(`entities.${entityName}.schema must return an object, not ${String(result.value)}`);
  }
  const { path = [], message = 'is not valid' } = issues[0] ?? {};
  const parts = path.map((part) => String(typeof part === 'object' ? part.key : part));
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  throw new TierSyncError('validation', `${[entityName, ...parts].join('.')}: ${message}${more}`, {
    path: parts.join('.'),
    issues,
  });
}
