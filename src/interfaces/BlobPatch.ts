import type { JsonValue } from './EntityKeyData.ts';

/**
 * A place in a blob, by the names that lead to it. The longest ones lead to what is read and written as one:
 * `[entityName, id]`, `['deleted', entityName, id]`, `['$', field]`, `['$', 'outbox', entityName, id]` and
 * `['$', 'evicted', entityName, id]`. Shorter ones lead to all that is below, and `[]` to the whole blob.
 */
export type BlobPath = readonly string[];

/** What stands at a place from now on; undefined: nothing. */
export type BlobChange = readonly [path: BlobPath, value: JsonValue | undefined];

/** What becomes of one blob; all that is not named stays as it is. */
export interface BlobPatch {
  readonly key: string;
  readonly changes: readonly BlobChange[];
}
