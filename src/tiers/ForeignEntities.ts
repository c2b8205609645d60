import { takeIn } from '../blob/takeIn.ts';
import type { AnyEntity } from '../interfaces/Entity.ts';
import type { IStore } from '../interfaces/IStore.ts';
import type { LiveLookup } from './StoreTier.ts';

/**
 * The entities of one name in somebody else's store. Which ids exist is known here, so that a store that answers for an
 * id it was never given is not believed; what it returns unfrozen is copied.
 */
export class ForeignEntities implements LiveLookup {
  readonly #store: Pick<IStore, 'get'>;
  readonly #name: string;
  readonly #keys = new Map<string, string>();

  constructor(store: Pick<IStore, 'get'>, entityName: string) {
    this.#store = store;
    this.#name = entityName;
  }

  get size(): number {
    return this.#keys.size;
  }

  has(id: string): boolean {
    return this.#keys.has(id);
  }

  get(id: string): AnyEntity | undefined {
    const key = this.#keys.get(id);
    if (key === undefined) return undefined;
    const found = (this.#store.get(key, this.#name, id) ?? undefined) as AnyEntity | undefined;
    return found === undefined || Object.isFrozen(found) ? found : takeIn(this.#name, found, found);
  }

  *values(): MapIterator<AnyEntity> {
    for (const id of this.#keys.keys()) {
      const entity = this.get(id);
      if (entity !== undefined) yield entity;
    }
  }

  arrived(key: string, id: string): void {
    this.#keys.set(id, key);
  }

  left(id: string): void {
    this.#keys.delete(id);
  }
}
