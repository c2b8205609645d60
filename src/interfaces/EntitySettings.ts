import type { AnyEntity } from './Entity.ts';
import type { RetentionPriority } from './RetentionPriority.ts';
import type { StandardSchema } from './StandardSchema.ts';
import type { ConflictStrategy, IConflictResolver } from './SyncTypes.ts';

/** Settings for all entities of one name: `load({ entities: { Task: { ... } } })`. */
export interface EntitySettings {
  /** `false`: these entities stay on this device. Default: true. */
  readonly sync?: boolean;
  /** How conflicts of these entities are decided, instead of the strategy given to `load`. */
  readonly conflictStrategy?: ConflictStrategy;
  /** Decides their conflicts where the strategy is `custom`; alone it means `custom`. */
  readonly conflictResolver?: IConflictResolver;
  /**
   * Checks your own fields on every save, and gives the entity its type: any synchronous Standard Schema, for example
   * `z.object({ title: z.string() })`.
   */
  readonly schema?: StandardSchema;
  /**
   * Turns an entity that an older version of the app stored into its present form: `(old) => ({ done: false, ...old })`.
   * It is applied at every read; the new form is stored with the next edit.
   */
  // biome-ignore lint/suspicious/noExplicitAny: a migration reads whatever earlier versions wrote
  readonly migrate?: (stored: any) => object;
  /** These entities expire this many milliseconds after their last edit. An `expiresAt` of an entity goes before. */
  readonly expiresAfter?: number;
  /** With a `quota`: their priority. A `retentionPriority` of an entity goes before. Default: `MEDIUM`. */
  readonly retention?: RetentionPriority;
  /** Fields that are kept in memory only: never written to the device, never sent. */
  readonly memoryOnly?: readonly string[];
  /** Fields to keep an index of, so that queries need not scan: `['projectId', ['done', 'dueAt']]`. */
  readonly indexes?: ReadonlyArray<string | readonly string[]>;
}

/** The engine's form of a migration. */
export type Migration = (stored: AnyEntity) => object;
