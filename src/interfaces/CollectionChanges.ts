import type { AnyEntity } from './Entity.ts';

/** What a live query gained and lost. The first one holds all that matched at the beginning. */
export interface CollectionChanges<E = AnyEntity> {
  readonly added: readonly E[];
  readonly updated: readonly E[];
  readonly removed: readonly E[];
}
