import type { AnyEntity } from '../interfaces/Entity.ts';
import type { IStore } from '../interfaces/IStore.ts';
import { getOrAdd } from '../util/getOrAdd.ts';

/** The part of a store that is asked in all that happens in memory. */
export type FastStore = Pick<IStore, 'live' | 'get' | 'save' | 'delete'>;

/** One Map per entity name, and no more: what an app without a store of its own keeps its entities in. */
export class LiveMaps implements FastStore {
  readonly #names = new Map<string, Map<string, AnyEntity>>();

  live(entityName: string): Map<string, AnyEntity> {
    return getOrAdd(this.#names, entityName, () => new Map());
  }

  get(_key: string, entityName: string, id: string): AnyEntity | null {
    return this.#names.get(entityName)?.get(id) ?? null;
  }

  save(_key: string, entityName: string, entity: AnyEntity): boolean {
    this.live(entityName).set(entity.id, entity);
    return true;
  }

  delete(_key: string, entityName: string, id: string): boolean {
    return this.#names.get(entityName)?.delete(id) === true;
  }
}
