// TinyBase: one table of its Store, with its own indexes and queries. A row is made anew of its cells each time it is read.
import { join } from 'node:path';
import { createIndexes } from 'tinybase/indexes';
import { createFilePersister } from 'tinybase/persisters/persister-file';
import { createQueries } from 'tinybase/queries';
import { createStore } from 'tinybase/store';

export class Table {
  #indexes = null;

  constructor(store, indexed) {
    this.store = store;
    if (!indexed) return;
    this.#indexes = createIndexes(store);
    this.#indexes.setIndexDefinition('byStatus', 'items', 'status', 'score', undefined, (a, b) => b - a);
  }
  insertMany(list) {
    this.store.transaction(() => {
      for (const row of list) this.store.setRow('items', row.id, row);
    });
  }
  insertOne(row) {
    this.store.setRow('items', row.id, row);
  }
  updateOne(id, patch) {
    this.store.setPartialRow('items', id, patch);
  }
  deleteOne(id) {
    this.store.delRow('items', id);
  }
  get(id) {
    return this.store.getRow('items', id);
  }
  top(status, limit) {
    return this.#idsOf(status, limit).map((id) => this.get(id));
  }
  watch(id, see) {
    const listener = this.store.addRowListener('items', id, () => see(this.get(id)));
    see(this.get(id));
    return () => this.store.delListener(listener);
  }
  watchAll(see) {
    const tell = () => see(Object.values(this.store.getTable('items')));
    const listener = this.store.addTableListener('items', tell);
    tell();
    return () => this.store.delListener(listener);
  }
  watchTop(status, limit, see) {
    const tell = () => see(this.top(status, limit));
    const listener = this.#indexes.addSliceRowIdsListener('byStatus', status, tell);
    tell();
    return () => this.#indexes.delListener(listener);
  }
  close() {
    this.#indexes?.destroy();
    this.store.delTables();
  }
  #idsOf(status, limit) {
    if (this.#indexes !== null) return this.#indexes.getSliceRowIds('byStatus', status).slice(0, limit);
    const queries = createQueries(this.store);
    queries.setQueryDefinition('top', 'items', ({ select, where }) => {
      select('score');
      where('status', status);
    });
    const most = limit === Number.POSITIVE_INFINITY ? undefined : limit;
    const ids = queries.getResultSortedRowIds('top', 'score', true, 0, most);
    queries.destroy();
    return ids;
  }
}

/** Reads or writes all of a store at once, by its own persister. */
export async function withFile(store, folder, work) {
  const persister = createFilePersister(store, join(folder, 'items.json'));
  await persister[work]();
  await persister.destroy();
}

export default {
  smallest: "export { createIndexes } from 'tinybase/indexes'; export { createStore } from 'tinybase/store';",
  open: (indexed) => new Table(createStore(), indexed),
  write: (db, folder) => withFile(db.store, folder, 'save'),
  read: async (folder) => {
    const store = createStore();
    await withFile(store, folder, 'load');
    return new Table(store, false);
  },
};
