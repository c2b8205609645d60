import type { AnyEntity } from './Entity.ts';

/** What a live query gained and lost. The first one holds all that matched at the beginning. */
export interface CollectionChanges<E = AnyEntity> {
  /** New to the answer: created, or changed so that it matches. */
  readonly added: readonly E[];
  /** In the answer before and after. */
  readonly updated: readonly E[];
  /** Not in the answer any more, as they were when they were. */
  readonly removed: readonly E[];
}
