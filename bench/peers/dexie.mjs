// Dexie on fake-indexeddb, a test double of IndexedDB in memory: what it says of Dexie is its order of magnitude.
import 'fake-indexeddb/auto';
import { Dexie, liveQuery } from 'dexie';

let opened = 0;

class Rows {
  #indexed;
  #db = new Dexie(`bench${++opened}`);

  constructor(indexed) {
    this.#indexed = indexed;
    this.#db.version(1).stores({ items: indexed ? 'id, [status+score]' : 'id' });
  }
  insertMany(list) {
    return this.#db.items.bulkAdd(list);
  }
  insertOne(row) {
    return this.#db.items.add(row);
  }
  updateOne(id, patch) {
    return this.#db.items.update(id, patch);
  }
  deleteOne(id) {
    return this.#db.items.delete(id);
  }
  get(id) {
    return this.#db.items.get(id);
  }
  async top(status, limit) {
    if (this.#indexed) {
      const sorted = this.#db.items
        .where('[status+score]')
        .between([status, Dexie.minKey], [status, Dexie.maxKey])
        .reverse();
      return (limit === Number.POSITIVE_INFINITY ? sorted : sorted.limit(limit)).toArray();
    }
    const found = await this.#db.items.filter((row) => row.status === status).toArray();
    return found.sort((a, b) => b.score - a.score).slice(0, limit);
  }
  watch(id, see) {
    return this.#live(() => this.get(id), see);
  }
  watchAll(see) {
    return this.#live(() => this.#db.items.toArray(), see);
  }
  watchTop(status, limit, see) {
    return this.#live(() => this.top(status, limit), see);
  }
  close() {
    this.#db.close();
  }
  #live(query, see) {
    const subscription = liveQuery(query).subscribe(see);
    return () => subscription.unsubscribe();
  }
}

export default {
  smallest: "export { Dexie, liveQuery } from 'dexie';",
  open: (indexed) => new Rows(indexed),
};
