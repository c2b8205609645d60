// TinyBase with its MergeableStore: the same table, with a clock and a hash at each cell, and its own synchronizer.
import { createMergeableStore } from 'tinybase/mergeable-store';
import { createCustomSynchronizer } from 'tinybase/synchronizers';
import { Table, withFile } from './tinybase.mjs';

/** JSON has no undefined, and the protocol does. */
const absent = '\uFFFC';
const encode = (value) => JSON.stringify(value, (_, part) => (part === undefined ? absent : part));
const decode = (text) => JSON.parse(text, (_, part) => (part === absent ? undefined : part));

/** Two ends of a wire in memory. */
class Wire {
  bytes = 0;
  errors = [];
  #receivers = new Map();

  end(name, other, store) {
    const send = (_, requestId, message, body) => {
      const text = encode([requestId, message, body]);
      this.bytes += Buffer.byteLength(text);
      setImmediate(() => this.#receivers.get(other)?.(name, ...decode(text)));
    };
    const attach = (receive) => this.#receivers.set(name, receive);
    const detach = () => this.#receivers.delete(name);
    const failed = (error) => this.errors.push(error);
    return createCustomSynchronizer(store, send, attach, detach, 300, undefined, undefined, failed);
  }
}

async function sync(a, b) {
  const wire = new Wire();
  const ends = [wire.end('a', 'b', a.store), wire.end('b', 'a', b.store)];
  const hashOf = ({ store }) => String(store.getMergeableContentHashes());
  await Promise.all(ends.map((end) => end.startSync()));
  while (hashOf(a) !== hashOf(b)) {
    if (wire.errors.length > 0) throw wire.errors[0];
    await new Promise((done) => setImmediate(done));
  }
  for (const end of ends) await end.destroy();
  return { bytes: wire.bytes };
}

export default {
  smallest:
    "export { createIndexes } from 'tinybase/indexes'; export { createMergeableStore } from 'tinybase/mergeable-store';",
  open: (indexed) => new Table(createMergeableStore(), indexed),
  write: (db, folder) => withFile(db.store, folder, 'save'),
  read: async (folder) => {
    const store = createMergeableStore();
    await withFile(store, folder, 'load');
    return new Table(store, false);
  },
  replicas: () => {
    const [a, b] = ['a', 'b'].map((name) => new Table(createMergeableStore(name), false));
    return { a, b, sync: () => sync(a, b) };
  },
};
