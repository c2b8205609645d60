import { TierSyncError } from '../errors.ts';
import type { SchemaIssue, StandardSchema } from '../interfaces/StandardSchema.ts';

const pathOf = (issue: SchemaIssue): string =>
  (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.');

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
    throw new TypeError(
      `entities.${entityName}.schema validates asynchronously; save() is synchronous: check before it`,
    );
  }
  if (result.issues === undefined) {
    if (typeof result.value === 'object' && result.value !== null) return result.value;
    throw new TypeError(`entities.${entityName}.schema must return an object, it returned ${String(result.value)}`);
  }
  const [first] = result.issues;
  const path = first === undefined ? '' : pathOf(first);
  const more = result.issues.length > 1 ? ` (and ${result.issues.length - 1} more)` : '';
  const message = `${path === '' ? entityName : `${entityName}.${path}`}: ${first?.message ?? 'is not valid'}${more}`;
  throw new TierSyncError('validation', message, { path, issues: result.issues });
}
