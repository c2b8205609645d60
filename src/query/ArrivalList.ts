import type { AnyEntity } from '../interfaces/Entity.ts';

/**
 * Entities in no order that anybody asked for: what stays keeps its place, new ones come at the end. A Map does just that,
 * and nothing has to be searched.
 */
export class ArrivalList {
  readonly #rows = new Map<string, AnyEntity>();

  get length(): number {
    return this.#rows.size;
  }

  /** What is in both stays, and is the one that was added. */
  edit(removed: readonly AnyEntity[], added: readonly AnyEntity[]): void {
    const staying = new Set(added.map(({ id }) => id));
    for (const { id } of removed) if (!staying.has(id)) this.#rows.delete(id);
    for (const entity of added) this.#rows.set(entity.id, entity);
  }

  /** A fresh array of them. */
  slice(): AnyEntity[] {
    return [...this.#rows.values()];
  }
}
