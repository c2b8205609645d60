import type { RetentionPriority } from './RetentionPriority.ts';

/** What every stored object has. Your own types may list these fields or leave them out. */
export interface Entity {
  /** Made by the key strategy where it is left out. */
  id?: string;
  /** Kept over all edits. */
  createdAt?: Date;
  /** Of the last edit; what is given to `save` is not looked at. */
  updatedAt?: Date;
  /** Counts the edits; what is given to `save` is not looked at. */
  version?: number;
  /** From then on it is gone, on every device. */
  expiresAt?: Date;
  /** What goes first where space is short; `RetentionPriority.CRITICAL` never does. */
  retentionPriority?: RetentionPriority;
}

/** The fields that the library fills in on every save. */
export interface EntityFields {
  readonly id: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Counts the edits of this entity, from 1. */
  readonly version: number;
}

/** An entity as it is handed out: complete, and frozen through and through. */
export type Stored<E> = Readonly<Omit<E, keyof EntityFields>> & EntityFields;

/** An entity as it is given to `save`: your fields; id and times are optional. */
export type Draft<E> = Omit<E, keyof EntityFields> & {
  id?: string | undefined;
  createdAt?: Date | undefined;
  updatedAt?: Date | undefined;
  version?: number | undefined;
} & Lasting<E>;

/** Some fields to change; `undefined` removes a field. */
export type Patch<E> = { [K in keyof Omit<E, keyof EntityFields>]?: E[K] | undefined } & Lasting<E>;

/** How long an entity is kept can be said of any, also where its own type does not mention it. */
export type Lasting<E> = { [K in Exclude<'expiresAt' | 'retentionPriority', keyof E>]?: Entity[K] | undefined };

/** The engine's own view: any stored entity, whatever its type. */
export type AnyEntity = EntityFields & { readonly [field: string]: unknown };
