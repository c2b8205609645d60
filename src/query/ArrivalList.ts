import type { AnyEntity } from '../interfaces/Entity.ts';

/**
 * Entities without an order asked for: what stays keeps its place, new ones come at the end. A deletion leaves a hole,
 * because to close it at once would move all places behind it.
 */
export class ArrivalList {
  readonly #places = new Map<string, number>();
  #slots: (AnyEntity | null)[] = [];

  constructor(entities: AnyEntity[]) {
    this.#fill(entities);
  }

  get length(): number {
    return this.#places.size;
  }

  /** What is removed and added again stays. */
  edit(removed: readonly AnyEntity[], added: readonly AnyEntity[]): void {
    const places = this.#places;
    for (const { id } of removed) {
      const place = places.get(id);
      if (place !== undefined) this.#slots[place] = null;
    }
    for (const entity of added) {
      const place = places.get(entity.id) ?? this.#slots.length;
      places.set(entity.id, place);
      this.#slots[place] = entity;
    }
    for (const { id } of removed) if (this.#slots[places.get(id)!] === null) places.delete(id);
    if (this.#slots.length > 2 * this.length + 64) this.#fill(this.slice());
  }

  slice(): AnyEntity[] {
    const slots = this.#slots as AnyEntity[];
    // Without holes, a copy takes a fraction of the time.
    return slots.length === this.length ? slots.slice() : slots.filter((slot) => slot !== null);
  }

  #fill(entities: AnyEntity[]): void {
    this.#slots = entities;
    entities.forEach(({ id }, place) => {
      this.#places.set(id, place);
    });
  }
}
