// PouchDB on its adapter for memory, with pouchdb-find, which sorts by an index only.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const PouchDB = ['pouchdb-adapter-memory', 'pouchdb-find', 'pouchdb-replication'].reduce(
  (pouch, plugin) => pouch.plugin(require(plugin)),
  require('pouchdb-core'),
);
const toDocument = ({ id, ...fields }) => ({ _id: id, ...fields });
const toRow = ({ _id: id, _rev, ...fields }) => ({ id, ...fields });
const batch = 5000;

let opened = 0;

class Documents {
  #indexed;

  constructor(indexed) {
    this.#indexed = indexed;
    this.db = new PouchDB(`bench${++opened}`, { adapter: 'memory' });
    this.db.setMaxListeners(10_000);
  }
  static async open(indexed) {
    const opening = new Documents(indexed);
    if (indexed) await opening.db.createIndex({ index: { fields: ['status', 'score'] } });
    return opening;
  }
  async insertMany(list) {
    for (let i = 0; i < list.length; i += batch) await this.db.bulkDocs(list.slice(i, i + batch).map(toDocument));
    // Its indexes are brought up to date by the first that asks.
    if (this.#indexed) await this.top('open', 1);
  }
  insertOne(row) {
    return this.db.put(toDocument(row));
  }
  async updateOne(id, patch) {
    await this.db.put({ ...(await this.db.get(id)), ...patch });
  }
  async deleteOne(id) {
    await this.db.remove(await this.db.get(id));
  }
  async get(id) {
    try {
      return toRow(await this.db.get(id));
    } catch (error) {
      if (error.status === 404) return undefined;
      throw error;
    }
  }
  async top(status, limit) {
    const { docs } = await this.db.find({
      selector: { status, score: { $gte: 0 } },
      sort: [{ status: 'desc' }, { score: 'desc' }],
      limit: limit === Number.POSITIVE_INFINITY ? Number.MAX_SAFE_INTEGER : limit,
    });
    return docs.map(toRow);
  }
  watch(id, see) {
    const changes = this.db.changes({ live: true, since: 'now', doc_ids: [id], include_docs: true });
    changes.on('change', ({ doc }) => see(toRow(doc)));
    void this.get(id).then(see);
    return () => changes.cancel();
  }
  watchAll(see) {
    return this.#again(async () => {
      const { rows } = await this.db.allDocs({ include_docs: true });
      return rows.filter(({ id }) => !id.startsWith('_')).map(({ doc }) => toRow(doc));
    }, see);
  }
  watchTop(status, limit, see) {
    return this.#again(() => this.top(status, limit), see);
  }
  async close() {
    // It cannot be closed while an index is still being brought up to date.
    await new Promise((done) => setTimeout(done, 50));
    await this.db.close();
  }
  #again(read, see) {
    let isOver = false;
    const tell = async () => {
      const rows = await read().catch((error) => {
        if (!isOver) throw error;
      });
      if (!isOver) see(rows);
    };
    const changes = this.db.changes({ live: true, since: 'now' }).on('change', tell);
    void tell();
    return () => {
      isOver = true;
      changes.cancel();
    };
  }
}

const asked = ['allDocs', 'bulkDocs', 'bulkGet', 'get', 'info', 'put', 'revsDiff'];

/** A database, and what a wire to it would carry. */
function counted(db, add) {
  const count = (value) => add(Buffer.byteLength(JSON.stringify(value) ?? ''));
  return new Proxy(db, {
    get(target, name) {
      const value = target[name];
      if (typeof value !== 'function') return value;
      if (!asked.includes(name)) return value.bind(target);
      return (...args) => {
        count(args.filter((arg) => typeof arg !== 'function'));
        const answer = value.apply(target, args);
        answer?.then?.(count, () => {});
        return answer;
      };
    },
  });
}

const options = { batch_size: 1000, batches_limit: 4 };

async function countedSync(a, b) {
  let bytes = 0;
  const add = (length) => {
    bytes += length;
  };
  await a.db.replicate.to(counted(b.db, add), options);
  return { bytes };
}

export default {
  smallest:
    "import core from 'pouchdb-core'; import find from 'pouchdb-find'; import memory from 'pouchdb-adapter-memory'; export default core.plugin(memory).plugin(find);",
  open: (indexed) => Documents.open(indexed),
  replicas: async () => {
    const [a, b] = [await Documents.open(false), await Documents.open(false)];
    const sync = async () => void (await a.db.replicate.to(b.db, options));
    return { a, b, sync, countedSync: () => countedSync(a, b) };
  },
};
