/** A value as it stands in a blob: plain JSON. Dates, BigInts, bytes and odd numbers are tagged objects. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** One active record in a blob; `createdAt` and `updatedAt` are ISO strings. */
export interface StoredEntity {
  readonly id: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly version: number;
  readonly [field: string]: JsonValue;
}

/** What the engine keeps beside the records of a blob, outside every hash. */
export interface BlobHeader {
  readonly format: number;
  readonly [field: string]: JsonValue;
}

/**
 * All records of one entity key: active ones by entity name and id, deletions under `deleted` by name and id with
 * their time as an ISO string. The key `$` is the engine's.
 */
export interface EntityKeyData {
  readonly deleted?: { readonly [entityName: string]: { readonly [id: string]: string } };
  readonly $?: BlobHeader;
  readonly [entityName: string]: JsonValue | { readonly [id: string]: StoredEntity } | BlobHeader | undefined;
}
