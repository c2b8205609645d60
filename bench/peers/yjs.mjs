// Yjs: a Y.Map with a plain object an entity, the cheapest layout that can be synced. Queries are loops written by hand.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyUpdate, Doc, encodeStateAsUpdate, encodeStateVector } from 'yjs';
import { Requeried } from './Requeried.mjs';

class Shared extends Requeried {
  doc = new Doc();
  #items = this.doc.getMap('items');

  constructor() {
    super();
    this.#items.observe(({ keysChanged }) => {
      for (const id of keysChanged) this.changed(id);
    });
  }
  insertMany(list) {
    this.doc.transact(() => {
      for (const row of list) this.#items.set(row.id, row);
    });
  }
  insertOne(row) {
    this.#items.set(row.id, row);
  }
  updateOne(id, patch) {
    this.#items.set(id, { ...this.#items.get(id), ...patch });
  }
  updateMany(patches) {
    this.doc.transact(() => {
      for (const [id, patch] of patches) this.updateOne(id, patch);
    });
  }
  deleteOne(id) {
    this.#items.delete(id);
  }
  get(id) {
    return this.#items.get(id);
  }
  all() {
    return [...this.#items.values()];
  }
  top(status, limit) {
    const found = [];
    for (const row of this.#items.values()) if (row.status === status) found.push(row);
    return found.sort((a, b) => b.score - a.score).slice(0, limit);
  }
  close() {
    this.doc.destroy();
  }
}

const fileIn = (folder) => join(folder, 'items.bin');

/** What `to` lacks of `from`, as its own protocol has it. */
function bring(from, to) {
  const known = encodeStateVector(to.doc);
  const update = encodeStateAsUpdate(from.doc, known);
  applyUpdate(to.doc, update);
  return known.length + update.length;
}

export default {
  smallest: "export { applyUpdate, Doc, encodeStateAsUpdate, encodeStateVector } from 'yjs';",
  open: () => new Shared(),
  write: (db, folder) => writeFileSync(fileIn(folder), encodeStateAsUpdate(db.doc)),
  read: (folder) => {
    const db = new Shared();
    applyUpdate(db.doc, readFileSync(fileIn(folder)));
    return db;
  },
  replicas: () => {
    const [a, b] = [new Shared(), new Shared()];
    return { a, b, sync: () => ({ bytes: bring(a, b) + bring(b, a) }) };
  },
};
