/** What was loaded by name, for names whose content never changes. What failed is tried again the next time. */
export class Remembered<T> {
  readonly #loads = new Map<string, Promise<T>>();

  get(name: string, load: () => Promise<T>): Promise<T> {
    const known = this.#loads.get(name);
    if (known !== undefined) return known;
    const loading = load();
    this.#loads.set(name, loading);
    loading.catch(() => this.#loads.delete(name));
    return loading;
  }

  /** Forgets all but these. */
  keep(names: ReadonlySet<string>): void {
    for (const name of this.#loads.keys()) if (!names.has(name)) this.#loads.delete(name);
  }
}
