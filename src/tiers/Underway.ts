import type { Edit } from '../reconcile/applyEdit.ts';
import { PlaceMap } from '../util/PlaceMap.ts';

/** The edits of one delivery. They are indexed by id only when somebody asks for one. */
export class Underway {
  readonly edits: readonly Edit[];
  #places: PlaceMap<true> | null = null;

  constructor(edits: readonly Edit[]) {
    this.edits = edits;
  }

  has(entityName: string, id: string): boolean {
    return this.edits.length > 0 && this.#known().has(entityName, id);
  }

  hasKey(entityKey: string): boolean {
    return this.edits.some((edit) => edit.entityKey === entityKey);
  }

  #known(): PlaceMap<true> {
    if (this.#places === null) {
      this.#places = new PlaceMap();
      for (const { entityName, id } of this.edits) this.#places.set(entityName, id, true);
    }
    return this.#places;
  }
}

export const nothingUnderway: Underway = new Underway([]);
