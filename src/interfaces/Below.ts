import type { EntitySyncState } from './EntitySyncState.ts';

/** What of a query says where its answer may be; null: nothing. */
export interface QueryScope {
  readonly ids: readonly string[] | null;
  readonly filters: object | null;
}

/** The tiers below memory, for those who read and write in memory. Without any, all there is, is in memory. */
export interface Below {
  /** Milliseconds that the clock of the cloud is ahead of this one; null: that is being found out. */
  readonly clockOffset: number | null;
  /** Whether something of that id may be there and not in memory. */
  isElsewhere(id: string): boolean;
  /** Brings the key of an id into memory. Null: it is there. */
  bring(id: string): Promise<void> | null;
  /** Brings all that a query needs and that can be read. Null: it is there. */
  bringAll(entityName: string, scope: QueryScope): Promise<void> | null;
  /** Refuses what only a newer version can read. */
  assertReadable(entityName: string, id: string): void;
  /** The latest stamp that what is written in the place of a deletion, or unseen (undefined), may have to come after. */
  stampBefore(entityName: string, id: string, deletedAt: number | undefined): number;
  /** Where the latest version of an entity has arrived; null: there is none. */
  stateOf(entityName: string, id: string, isHere: boolean): EntitySyncState | null;
  /** What is not in memory of a name is deleted as soon as it is. Returns how to take that back. */
  clear(entityName: string, stamp: number): () => void;
}
