import { takeIn } from '../blob/takeIn.ts';
import type { AnyEntity } from '../interfaces/Entity.ts';
import type { IStore } from '../interfaces/IStore.ts';
import type { EntityMap } from './StoreTier.ts';

/**
 * The entities of one name in somebody else's store. Which ids exist is known here, so that a store that answers for an
 * id it was never given is not believed; what it returns unfrozen is copied.
 */
export class ForeignEntities implements EntityMap {
  readonly #store: IStore;
  readonly #name: string;
  readonly #keyOf: (id: string) => string;
  readonly #ids = new Set<string>();

  constructor(store: IStore, entityName: string, keyOf: (id: string) => string) {
    this.#store = store;
    this.#name = entityName;
    this.#keyOf = keyOf;
  }

  get size(): number {
    return this.#ids.size;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  get(id: string): AnyEntity | undefined {
    if (!this.#ids.has(id)) return undefined;
    const found = (this.#store.get(this.#keyOf(id), this.#name, id) ?? undefined) as AnyEntity | undefined;
    if (found === undefined || Object.isFrozen(found)) return found;
    const { createdAt, updatedAt, version } = found;
    return takeIn(this.#name, found, { id, createdAt, updatedAt, version });
  }

  *values(): MapIterator<AnyEntity> {
    for (const id of this.#ids) {
      const entity = this.get(id);
      if (entity !== undefined) yield entity;
    }
  }

  set(id: string, entity: AnyEntity): void {
    this.#store.save(this.#keyOf(id), this.#name, entity);
    this.#ids.add(id);
  }

  delete(id: string): void {
    this.#store.delete(this.#keyOf(id), this.#name, id);
    this.#ids.delete(id);
  }
}
