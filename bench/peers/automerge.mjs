// Automerge: one document with a map of entities, merged field by field. Each write is a change of the document.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  change,
  free,
  from,
  generateSyncMessage,
  init,
  initSyncState,
  load,
  receiveSyncMessage,
  save,
} from '@automerge/automerge';
import { Requeried } from './Requeried.mjs';

class Document extends Requeried {
  constructor(doc) {
    super();
    this.doc = doc;
  }
  insertMany(list) {
    this.#change(({ items }) => {
      for (const row of list) items[row.id] = row;
    });
  }
  insertOne(row) {
    this.#change(({ items }) => void (items[row.id] = row));
    this.changed(row.id);
  }
  updateOne(id, patch) {
    this.#change(({ items }) => Object.assign(items[id], patch));
    this.changed(id);
  }
  updateMany(patches) {
    this.#change(({ items }) => {
      for (const [id, patch] of patches) Object.assign(items[id], patch);
    });
  }
  deleteOne(id) {
    this.#change(({ items }) => delete items[id]);
    this.changed(id);
  }
  get(id) {
    return this.doc.items[id];
  }
  all() {
    return Object.values(this.doc.items);
  }
  top(status, limit) {
    const found = this.all().filter((row) => row.status === status);
    return found.sort((a, b) => b.score - a.score).slice(0, limit);
  }
  close() {
    free(this.doc);
  }
  #change(edit) {
    this.doc = change(this.doc, (doc) => void edit(doc));
  }
}

const fileIn = (folder) => join(folder, 'items.bin');

/** Both sides of its sync protocol; each says something until neither has anything to say. */
class Conversation {
  #states = [initSyncState(), initSyncState()];
  #sides;

  constructor(sides) {
    this.#sides = sides;
  }
  untilQuiet() {
    let bytes = 0;
    for (let said = [1, 1]; said.some((length) => length > 0); ) {
      said = [this.#say(0, 1), this.#say(1, 0)];
      bytes += said[0] + said[1];
    }
    return bytes;
  }
  #say(speaker, listener) {
    const [state, message] = generateSyncMessage(this.#sides[speaker].doc, this.#states[speaker]);
    this.#states[speaker] = state;
    if (message === null) return 0;
    const [doc, next] = receiveSyncMessage(this.#sides[listener].doc, this.#states[listener], message);
    this.#sides[listener].doc = doc;
    this.#states[listener] = next;
    return message.length;
  }
}

export default {
  smallest: "export { change, from, load, save } from '@automerge/automerge/slim';",
  wasm: '@automerge/automerge/dist/automerge.wasm',
  open: () => new Document(from({ items: {} })),
  write: (db, folder) => writeFileSync(fileIn(folder), save(db.doc)),
  read: (folder) => new Document(load(readFileSync(fileIn(folder)))),
  replicas: () => {
    const [a, b] = [new Document(from({ items: {} })), new Document(init())];
    const conversation = new Conversation([a, b]);
    return { a, b, sync: () => ({ bytes: conversation.untilQuiet() }) };
  },
};
