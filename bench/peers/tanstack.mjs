// TanStack DB: a local-only collection and its live queries, which are kept up to date by what changes.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BTreeIndex,
  createCollection,
  createLiveQueryCollection,
  eq,
  localOnlyCollectionOptions,
  queryOnce,
} from '@tanstack/db';

let opened = 0;

class Items {
  #items;

  constructor(indexed, initialData) {
    const indexing = indexed ? { defaultIndexType: BTreeIndex, autoIndex: 'eager' } : {};
    const id = `bench${++opened}`;
    this.#items = createCollection(
      localOnlyCollectionOptions({ id, getKey: (row) => row.id, initialData, ...indexing }),
    );
    if (!indexed) return;
    this.#items.createIndex((row) => row.status);
    this.#items.createIndex((row) => row.score);
  }
  insertMany(list) {
    this.#items.insert(list);
  }
  insertOne(row) {
    this.#items.insert(row);
  }
  updateOne(id, patch) {
    this.#items.update(id, (row) => void Object.assign(row, patch));
  }
  deleteOne(id) {
    this.#items.delete(id);
  }
  get(id) {
    return this.#items.get(id);
  }
  all() {
    return this.#items.toArray;
  }
  top(status, limit) {
    return queryOnce(this.#query(status, limit));
  }
  watch(id, see) {
    const tell = (changes) => {
      for (const { value } of changes) see(value);
    };
    const subscription = this.#items.subscribeChanges(tell, { where: (row) => eq(row.id, id) });
    see(this.get(id));
    return () => subscription.unsubscribe();
  }
  watchAll(see) {
    const subscription = this.#items.subscribeChanges(() => see(this.all()));
    see(this.all());
    return () => subscription.unsubscribe();
  }
  watchTop(status, limit, see) {
    return this.#live(status, limit, (live) => see(live.toArray));
  }
  watchChanges(status, see) {
    const tell = (changes) => see(changes.map(({ value }) => value));
    if (status !== null) return this.#live(status, Number.POSITIVE_INFINITY, (_, changes) => tell(changes));
    const subscription = this.#items.subscribeChanges(tell);
    return () => subscription.unsubscribe();
  }
  close() {
    return this.#items.cleanup();
  }
  #live(status, limit, see) {
    const live = createLiveQueryCollection({ query: this.#query(status, limit), startSync: true });
    const subscription = live.subscribeChanges((changes) => see(live, changes), { includeInitialState: false });
    void live.stateWhenReady().then(() => see(live, []));
    return () => {
      subscription.unsubscribe();
      void live.cleanup();
    };
  }
  #query(status, limit) {
    return (query) => {
      const sorted = query
        .from({ item: this.#items })
        .where(({ item }) => eq(item.status, status))
        .orderBy(({ item }) => item.score, 'desc');
      return limit === Number.POSITIVE_INFINITY ? sorted : sorted.limit(limit);
    };
  }
}

const fileIn = (folder) => join(folder, 'items.json');

export default {
  smallest:
    "export { createCollection, createLiveQueryCollection, eq, localOnlyCollectionOptions } from '@tanstack/db';",
  open: (indexed) => new Items(indexed),
  // Without a persister for files, an app gives a collection what it has read itself.
  write: (db, folder) => writeFileSync(fileIn(folder), JSON.stringify(db.all())),
  read: (folder) => new Items(false, JSON.parse(readFileSync(fileIn(folder), 'utf8'))),
};
