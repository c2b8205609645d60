// SignalDB: a collection in memory with its own selectors and indexes, on the smallest signals that it can be given.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Collection, createIndex, createPersistenceAdapter, createReactivityAdapter } from '@signaldb/core';

let running = null;

/** Runs its work again, in a microtask, when something changes that it has read. */
class Effect {
  #work;
  #isDue = false;
  #isOver = false;
  #leave = [];

  constructor(work) {
    this.#work = work;
    this.#run();
  }
  join(readers) {
    readers.add(this);
    this.#leave.push(() => readers.delete(this));
  }
  beforeNext(clean) {
    this.#leave.push(clean);
  }
  due() {
    if (this.#isDue || this.#isOver) return;
    this.#isDue = true;
    queueMicrotask(() => this.#run());
  }
  stop() {
    this.#isOver = true;
    this.#clean();
  }
  #run() {
    this.#isDue = false;
    if (this.#isOver) return;
    this.#clean();
    const outer = running;
    running = this;
    try {
      this.#work();
    } finally {
      running = outer;
    }
  }
  #clean() {
    for (const leave of this.#leave.splice(0)) leave();
  }
}

const reactivity = createReactivityAdapter({
  create: () => {
    const readers = new Set();
    return {
      depend: () => running?.join(readers),
      notify: () => {
        for (const reader of [...readers]) reader.due();
      },
    };
  },
  isInScope: () => running !== null,
  onDispose: (clean) => running?.beforeNext(clean),
});

const unseen = { reactive: false };

class Items {
  #items;

  constructor(indexed, persistence) {
    const indices = indexed ? [createIndex('status'), createIndex('score')] : [];
    this.#items = new Collection({ reactivity, persistence, indices });
  }
  ready() {
    return this.#items.isReady();
  }
  insertMany(list) {
    this.#items.insertMany(list);
  }
  insertOne(row) {
    this.#items.insert(row);
  }
  updateOne(id, patch) {
    this.#items.updateOne({ id }, { $set: patch });
  }
  deleteOne(id) {
    this.#items.removeOne({ id });
  }
  get(id) {
    return this.#items.findOne({ id }, unseen);
  }
  all() {
    return this.#items.find({}, unseen).fetch();
  }
  top(status, limit) {
    return this.#find(status, limit, unseen);
  }
  watch(id, see) {
    return this.#live(() => see(this.#items.findOne({ id })));
  }
  watchAll(see) {
    return this.#live(() => see(this.#items.find({}).fetch()));
  }
  watchTop(status, limit, see) {
    return this.#live(() => see(this.#find(status, limit)));
  }
  close() {
    return this.#items.dispose();
  }
  #find(status, limit, options) {
    const limited = limit === Number.POSITIVE_INFINITY ? {} : { limit };
    return this.#items.find({ status }, { sort: { score: -1 }, ...limited, ...options }).fetch();
  }
  #live(work) {
    const effect = new Effect(work);
    return () => effect.stop();
  }
}

const fileIn = (folder) => join(folder, 'items.json');

export default {
  smallest: "export { Collection, createIndex } from '@signaldb/core';",
  open: (indexed) => new Items(indexed),
  write: (db, folder) => writeFileSync(fileIn(folder), JSON.stringify(db.all())),
  read: async (folder) => {
    const persistence = createPersistenceAdapter({
      register: async () => {},
      load: async () => ({ items: JSON.parse(readFileSync(fileIn(folder), 'utf8')) }),
      save: async () => {},
    });
    const db = new Items(false, persistence);
    await db.ready();
    return db;
  },
};
