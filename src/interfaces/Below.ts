import type { EntitySyncState } from './EntitySyncState.ts';

/** The parts of a query that tell which entity keys it needs; null: the query does not say. */
export interface QueryScope {
  readonly ids: readonly string[] | null;
  readonly filters: object | null;
}

/**
 * The tiers below memory (local, cloud), as the parts that read and write in memory see them. An app that lives in memory
 * only has none: there everything that exists is in memory.
 */
export interface Below {
  /** How many milliseconds the clock of the cloud is ahead of this device's; null: it is being found out. */
  readonly clockOffset: number | null;
  /** Whether something of that id may be there and not in memory. */
  isElsewhere(id: string): boolean;
  /** Brings the key of an id into memory. Null: it is there. */
  bring(id: string): Promise<void> | null;
  /** Brings all that a query needs and that can be read. Null: it is there. */
  bringAll(entityName: string, scope: QueryScope): Promise<void> | null;
  /** Refuses what only a newer version can read. */
  assertReadable(entityName: string, id: string): void;
  /**
   * The stamp that a new version of an entity must come after, if memory does not hold a version to go by: it holds a
   * deletion (of `deletedAt`), or nothing because the key is not loaded (undefined).
   */
  stampBefore(entityName: string, id: string, deletedAt: number | undefined): number;
  /** Where the latest version of an entity has arrived; null: there is none. */
  stateOf(entityName: string, id: string, isHere: boolean): EntitySyncState | null;
  /** Entities of that name that are not in memory are deleted as soon as they are loaded. Returns a function that undoes this. */
  clear(entityName: string, stamp: number): () => void;
}
