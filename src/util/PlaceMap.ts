/** Values by entity name and id: two lookups, and no text is made of the two. */
export class PlaceMap<Value> {
  readonly #names = new Map<string, Map<string, Value>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(entityName: string, id: string): Value | undefined {
    return this.#names.get(entityName)?.get(id);
  }

  has(entityName: string, id: string): boolean {
    return this.#names.get(entityName)?.has(id) ?? false;
  }

  set(entityName: string, id: string, value: Value): void {
    let ofName = this.#names.get(entityName);
    if (ofName === undefined) {
      ofName = new Map();
      this.#names.set(entityName, ofName);
    }
    const before = ofName.size;
    ofName.set(id, value);
    this.#size += ofName.size - before;
  }

  delete(entityName: string, id: string): void {
    if (this.#names.get(entityName)?.delete(id)) this.#size -= 1;
  }

  clear(): void {
    this.#names.clear();
    this.#size = 0;
  }

  *values(): Generator<Value> {
    for (const ofName of this.#names.values()) yield* ofName.values();
  }

  *places(): Generator<[entityName: string, id: string]> {
    for (const [entityName, ofName] of this.#names) {
      for (const id of ofName.keys()) yield [entityName, id];
    }
  }

  /** Name by name, in each in the order in which ids came. */
  *entries(): Generator<[entityName: string, id: string, value: Value]> {
    for (const [entityName, ofName] of this.#names) {
      for (const [id, value] of ofName) yield [entityName, id, value];
    }
  }
}
