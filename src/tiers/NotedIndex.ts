import { getOrAdd } from '../util/getOrAdd.ts';
import { PlaceMap } from '../util/PlaceMap.ts';
import type { Noted } from './Noted.ts';

/** Where in a journal each id stands. Made when somebody asks: a write that nobody asks about pays nothing for it. */
export class NotedIndex {
  readonly #keyOf: (id: string) => string;
  readonly #positions = new PlaceMap<number[]>();
  readonly #keys = new Map<string, PlaceMap<readonly number[]>>();

  constructor(names: ReadonlyMap<string, Noted>, keyOf: (id: string) => string) {
    this.#keyOf = keyOf;
    for (const [entityName, { ids }] of names) for (const [i, id] of ids.entries()) this.add(entityName, id, i);
  }

  add(entityName: string, id: string, position: number): void {
    const known = this.#positions.get(entityName, id);
    if (known !== undefined) {
      known.push(position);
      return;
    }
    const positions = [position];
    this.#positions.set(entityName, id, positions);
    getOrAdd(this.#keys, this.#keyOf(id), () => new PlaceMap<readonly number[]>()).set(entityName, id, positions);
  }

  /** First the one that tells what the id began as. */
  positions(entityName: string, id: string): readonly number[] {
    return this.#positions.get(entityName, id) ?? [];
  }

  has(entityName: string, id: string): boolean {
    return this.#positions.has(entityName, id);
  }

  hasKey(entityKey: string): boolean {
    return this.#keys.has(entityKey);
  }

  keys(): Iterable<string> {
    return this.#keys.keys();
  }

  /** The ids of a key, by name. */
  ofKey(entityKey: string): Map<string, Set<string>> {
    const ids = new Map<string, Set<string>>();
    for (const [entityName, id] of this.#keys.get(entityKey)?.places() ?? []) {
      getOrAdd(ids, entityName, () => new Set<string>()).add(id);
    }
    return ids;
  }
}
