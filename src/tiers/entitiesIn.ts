import type { IStore } from '../interfaces/IStore.ts';
import { ForeignEntities } from './ForeignEntities.ts';
import type { EntityMap } from './StoreTier.ts';

/** The entities of one name in a store that the app brings, read from its map of them where it gives one. */
export function entitiesIn(store: IStore, entityName: string, keyOf: (id: string) => string): EntityMap {
  const live = store.live?.(entityName);
  if (live === undefined) return new ForeignEntities(store, entityName, keyOf);
  return {
    get size() {
      return live.size;
    },
    get: (id) => live.get(id),
    has: (id) => live.has(id),
    values: () => live.values(),
    set: (id, entity) => store.save(keyOf(id), entityName, entity),
    delete: (id) => store.delete(keyOf(id), entityName, id),
  };
}
