import type { AnyEntity } from '../interfaces/Entity.ts';
import { type Change, netChanges } from './Change.ts';
import type { Predicate } from './compileWhere.ts';
import type { Rows } from './Rows.ts';

/**
 * The matches of a query without an order: what stays keeps its place, new ones come at the end. A deletion leaves a
 * hole, because to close it at once would move every position behind it.
 */
export class ArrivalRows implements Rows {
  readonly #matches: Predicate | null;
  readonly #positions = new Map<string, number>();
  #slots: (AnyEntity | undefined)[];

  constructor(matches: Predicate | null, found: AnyEntity[]) {
    this.#matches = matches;
    this.#slots = found;
    this.#number();
  }

  get total(): number {
    return this.#positions.size;
  }

  apply(changes: readonly Change[]): boolean {
    let changed = false;
    for (const change of changes.length > 1 ? netChanges(changes) : changes)
      changed = this.#applyOne(change) || changed;
    const holes = this.#slots.length - this.#positions.size;
    if (holes > 64 && holes > this.#positions.size) this.#compact();
    return changed;
  }

  copy(): AnyEntity[] {
    const slots = this.#slots;
    if (slots.length === this.#positions.size) return slots.slice() as AnyEntity[];
    // Sized at once: growing by `push` takes twice as long.
    const rows: AnyEntity[] = new Array(this.#positions.size);
    let row = 0;
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i];
      if (slot !== undefined) rows[row++] = slot;
    }
    return rows;
  }

  shows(window: readonly AnyEntity[]): boolean {
    if (window.length !== this.#positions.size) return false;
    let i = 0;
    return this.#slots.every((slot) => slot === undefined || slot === window[i++]);
  }

  #applyOne({ previous, entity }: Change): boolean {
    const id = (entity ?? previous)?.id;
    if (id === undefined) return false;
    const position = this.#positions.get(id);
    if (entity !== null && (!this.#matches || this.#matches(entity))) {
      if (position === undefined) this.#positions.set(id, this.#slots.push(entity) - 1);
      else if (this.#slots[position] === entity) return false;
      else this.#slots[position] = entity;
      return true;
    }
    if (position === undefined) return false;
    this.#positions.delete(id);
    this.#slots[position] = undefined;
    return true;
  }

  #compact(): void {
    this.#slots = this.copy();
    this.#number();
  }

  #number(): void {
    this.#slots.forEach((slot, position) => {
      this.#positions.set(slot!.id, position);
    });
  }
}
