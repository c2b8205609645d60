// LokiJS: a collection in memory with its own indexes and dynamic views. It keeps, changes and hands out the caller's
// objects themselves: it neither copies nor checks nor freezes them.
import { join } from 'node:path';
import Loki from 'lokijs';

const adapter = new Loki.LokiFsAdapter();
const asPromise = (call) => new Promise((resolve, reject) => call((error) => (error ? reject(error) : resolve())));

class Items {
  #views = 0;
  #items;

  constructor(database, indexed) {
    const options = { unique: ['id'], indices: indexed ? ['status', 'score'] : [], disableMeta: true };
    this.#items = database.getCollection('items') ?? database.addCollection('items', options);
  }
  insertMany(list) {
    this.#items.insert(list);
  }
  insertOne(row) {
    this.#items.insert(row);
  }
  updateOne(id, patch) {
    this.#items.update(Object.assign(this.get(id), patch));
  }
  deleteOne(id) {
    this.#items.remove(this.get(id));
  }
  get(id) {
    return this.#items.by('id', id);
  }
  all() {
    return this.#items.chain().data();
  }
  top(status, limit) {
    const found = this.#items.chain().find({ status }).simplesort('score', true);
    return (limit === Number.POSITIVE_INFINITY ? found : found.limit(limit)).data();
  }
  watch(id, see) {
    const stop = this.#onUpdate((row) => {
      if (row.id === id) see(row);
    });
    see(this.get(id));
    return stop;
  }
  watchAll(see) {
    const view = this.#items.addDynamicView(`view${++this.#views}`);
    return this.#follow(view, () => see(view.data()));
  }
  watchTop(status, limit, see) {
    const view = this.#items.addDynamicView(`view${++this.#views}`);
    view.applyFind({ status });
    view.applySimpleSort('score', true);
    if (limit === Number.POSITIVE_INFINITY) return this.#follow(view, () => see(view.data()));
    return this.#follow(view, () => {
      // It would sort later, by a timer.
      view.performSortPhase({ suppressRebuildEvent: true });
      see(view.branchResultset().limit(limit).data());
    });
  }
  close() {}
  #follow(view, tell) {
    const stop = this.#onUpdate(tell);
    tell();
    return () => {
      stop();
      this.#items.removeDynamicView(view.name);
    };
  }
  #onUpdate(listener) {
    this.#items.on('update', listener);
    return () => this.#items.removeListener('update', listener);
  }
}

const databaseIn = (folder) => new Loki(join(folder, 'items.db'), { adapter });

export default {
  smallest: "export { default } from 'lokijs';",
  open: (indexed) => new Items(new Loki('bench.db'), indexed),
  write: async (db, folder) => {
    const database = databaseIn(folder);
    new Items(database, false).insertMany(db.all().map(({ $loki, ...row }) => row));
    await asPromise((done) => database.saveDatabase(done));
  },
  read: async (folder) => {
    const database = databaseIn(folder);
    await asPromise((done) => database.loadDatabase({}, done));
    return new Items(database, false);
  },
};
