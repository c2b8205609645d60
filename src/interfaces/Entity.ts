import type { RetentionPriority } from './RetentionPriority.ts';

/** The fields that every entity has or may have. Your own types may list them or leave them out. */
export interface Entity {
  /** Made by the key strategy if you give none. */
  id?: string;
  /** When it was first saved. Later saves keep it. */
  createdAt?: Date;
  /** When it was last saved. The library sets it: a value given to `save` is ignored. */
  updatedAt?: Date;
  /** Counts the edits, from 1. The library sets it: a value given to `save` is ignored. */
  version?: number;
  /** From this moment on the entity is gone, on every device. */
  expiresAt?: Date;
  /** With a `quota`: which entities leave the device first. `RetentionPriority.CRITICAL` never does. */
  retentionPriority?: RetentionPriority;
}

/** The fields that the library fills in on every save. */
export interface EntityFields {
  readonly id: string;
  /** When it was first saved. */
  readonly createdAt: Date;
  /** When it was last saved. */
  readonly updatedAt: Date;
  /** Counts the edits of this entity, from 1. */
  readonly version: number;
}

/** An entity as it is handed out: your fields, the library's fields, and deeply frozen. */
export type Stored<E> = Readonly<Omit<E, keyof EntityFields>> & EntityFields;

/** An entity as it is given to `save`: your fields; those of the library are optional. */
export type Draft<E> = Omit<E, keyof EntityFields> & {
  id?: string | undefined;
  createdAt?: Date | undefined;
  updatedAt?: Date | undefined;
  version?: number | undefined;
} & Lasting<E>;

/** Some fields to change, as in `{ done: true, note: undefined }`; `undefined` removes a field. */
export type Patch<E> = { [K in keyof Omit<E, keyof EntityFields>]?: E[K] | undefined } & Lasting<E>;

/** `expiresAt` and `retentionPriority`, which may be given for any entity, even if its type does not mention them. */
export type Lasting<E> = { [K in Exclude<'expiresAt' | 'retentionPriority', keyof E>]?: Entity[K] | undefined };

/** Any stored entity, where its type is not known. */
export type AnyEntity = EntityFields & { readonly [field: string]: unknown };
