import type { AnyEntity } from './Entity.ts';

/** What a live query gained and lost in one step. The first emission has everything that matches under `added`. */
export interface CollectionChanges<E = AnyEntity> {
  /** New in the result: created, or changed so that it matches now. */
  readonly added: readonly E[];
  /** Changed, and in the result before and after; as it is now. */
  readonly updated: readonly E[];
  /** No longer in the result: deleted, or changed so that it does not match; as it last was in the result. */
  readonly removed: readonly E[];
}
