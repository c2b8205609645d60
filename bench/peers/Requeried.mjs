/**
 * Observers for stores that have none of their own, or none for queries: what is observed is read again after each write.
 * A subclass has `get`, `all` and `top`, and tells of its writes by `changed`.
 */
export class Requeried {
  #byId = new Map();
  #queries = new Set();

  changed(id) {
    const watchers = this.#byId.get(id);
    if (watchers !== undefined && watchers.size > 0) {
      const row = this.get(id);
      for (const see of watchers) see(row);
    }
    for (const read of this.#queries) read();
  }

  watch(id, see) {
    const watchers = this.#byId.get(id) ?? new Set();
    this.#byId.set(id, watchers.add(see));
    see(this.get(id));
    return () => watchers.delete(see);
  }

  watchAll(see) {
    return this.#again(() => see(this.all()));
  }

  watchTop(status, limit, see) {
    return this.#again(() => see(this.top(status, limit)));
  }

  #again(read) {
    this.#queries.add(read);
    read();
    return () => this.#queries.delete(read);
  }
}
