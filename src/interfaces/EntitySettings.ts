import type { AnyEntity } from './Entity.ts';
import type { RetentionPriority } from './RetentionPriority.ts';
import type { StandardSchema } from './StandardSchema.ts';
import type { ConflictStrategy, IConflictResolver } from './SyncTypes.ts';

/** What the app says about the entities of one name. */
export interface EntitySettings {
  /** False: these stay on this device. */
  readonly sync?: boolean;
  /** For these, in the place of the one for all. */
  readonly conflictStrategy?: ConflictStrategy;
  /** The same for the one that decides where the strategy is `custom`. */
  readonly conflictResolver?: IConflictResolver;
  /** Checks your own fields on every save (any synchronous Standard Schema). The entity type is taken from it. */
  readonly schema?: StandardSchema;
  /** How a record of an older app version looks to this one. Seen at reading; stored with the next edit. */
  // biome-ignore lint/suspicious/noExplicitAny: a migration reads whatever earlier versions wrote
  readonly migrate?: (stored: any) => object;
  /** These are gone so many milliseconds after their last edit, unless an entity says otherwise (`expiresAt`). */
  readonly expiresAfter?: number;
  /** How long these are worth their space, unless an entity says otherwise (`retentionPriority`). */
  readonly retention?: RetentionPriority;
  /** Fields that never leave memory. */
  readonly memoryOnly?: readonly string[];
  /** Fields, or groups of fields, that queries look up instead of scanning. */
  readonly indexes?: ReadonlyArray<string | readonly string[]>;
}

/** The engine's form of a migration. */
export type Migration = (stored: AnyEntity) => object;
