import type { AnyEntity } from '../interfaces/Entity.ts';
import type { Comparator } from './compileSort.ts';

/** The order of what has none: what stays keeps its place, new ones come at the end. */
export class ArrivalOrder {
  readonly #places = new Map<string, number>();
  #next = 0;
  readonly compare: Comparator = (a, b) => this.#places.get(a.id)! - this.#places.get(b.id)!;

  constructor(entities: readonly AnyEntity[]) {
    this.arrive(entities);
  }

  arrive(entities: readonly AnyEntity[]): void {
    for (const { id } of entities) if (!this.#places.has(id)) this.#places.set(id, this.#next++);
  }

  /** After what came in the same step: an entity that is in both stays. */
  leave(removed: readonly AnyEntity[], added: readonly AnyEntity[]): void {
    const staying = new Set(added.map(({ id }) => id));
    for (const { id } of removed) if (!staying.has(id)) this.#places.delete(id);
  }
}
