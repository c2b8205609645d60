/**
 * A value as it is stored: plain JSON. What JSON does not know (Date, BigInt, bytes, NaN, infinities) is a tagged object,
 * such as `{ $date: ... }`.
 */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** One active record in a blob; `createdAt` and `updatedAt` are ISO strings. */
export interface StoredEntity {
  readonly id: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly version: number;
  readonly [field: string]: JsonValue;
}

/** What the library keeps beside the records of a blob: the format, what waits to be sent, conflicts. Not in any hash. */
export interface BlobHeader {
  readonly format: number;
  readonly [field: string]: JsonValue;
}

/**
 * A blob: all records of one entity key. Active ones stand by entity name and id; deletions under `deleted`, by name and
 * id, with their time as an ISO string. The field `$` is the library's own.
 *
 *     { "Task": { "global.V1StGXR8": { ... } }, "deleted": { "Task": { "global.Uakgb_J5": "2026-05-01T09:30:00.000Z" } } }
 */
export interface EntityKeyData {
  readonly deleted?: { readonly [entityName: string]: { readonly [id: string]: string } };
  readonly $?: BlobHeader;
  readonly [entityName: string]: JsonValue | { readonly [id: string]: StoredEntity } | BlobHeader | undefined;
}
