// RxDB on its storage in memory, without validation and without the development mode.
import { createRxDatabase, defaultConflictHandler, rxStorageInstanceToReplicationHandler } from 'rxdb/plugins/core';
import { replicateRxCollection } from 'rxdb/plugins/replication';
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';

const highestScore = 2 ** 32 - 1;
const text = (maxLength) => ({ type: 'string', maxLength });
const schema = {
  version: 0,
  type: 'object',
  primaryKey: 'id',
  required: ['id', 'status', 'score'],
  properties: {
    id: text(40),
    name: text(60),
    email: text(80),
    status: text(16),
    score: { type: 'integer', minimum: 0, maximum: highestScore, multipleOf: 1 },
    active: { type: 'boolean' },
    note: text(200),
    scheduledAt: text(30),
    lastEditedAt: text(30),
    revision: { type: 'integer' },
  },
};

let opened = 0;
const batch = 5000;

class Documents {
  #asked = 0;

  constructor(database, items) {
    this.database = database;
    this.items = items;
  }
  static async open(indexed) {
    const name = `bench${++opened}`;
    const database = await createRxDatabase({
      name,
      storage: getRxStorageMemory(),
      multiInstance: false,
      eventReduce: true,
    });
    const { items } = await database.addCollections({
      items: { schema: indexed ? { ...schema, indexes: [['status', 'score']] } : schema },
    });
    return new Documents(database, items);
  }
  async insertMany(list) {
    for (let i = 0; i < list.length; i += batch) {
      const { error } = await this.items.bulkInsert(list.slice(i, i + batch));
      if (error.length > 0) throw new Error('an insert failed');
    }
  }
  insertOne(row) {
    return this.items.insert(row);
  }
  async updateOne(id, patch) {
    await (await this.get(id)).patch(patch);
  }
  async deleteOne(id) {
    await (await this.get(id)).remove();
  }
  get(id) {
    return this.items.findOne(id).exec();
  }
  top(status, limit) {
    // It keeps the results of queries it knows. A bound that holds for all, and is new each time, has it look again.
    return this.#query({ status, score: { $lte: highestScore - (this.#asked++ % 1_000_000) } }, limit).exec();
  }
  watch(id, see) {
    const subscription = this.items.findOne(id).$.subscribe(see);
    return () => subscription.unsubscribe();
  }
  watchAll(see) {
    const subscription = this.items.find().$.subscribe(see);
    return () => subscription.unsubscribe();
  }
  watchTop(status, limit, see) {
    const subscription = this.#query({ status }, limit).$.subscribe(see);
    return () => subscription.unsubscribe();
  }
  close() {
    return this.database.close();
  }
  #query(selector, limit) {
    const limited = limit === Number.POSITIVE_INFINITY ? {} : { limit };
    return this.items.find({ selector, sort: [{ score: 'desc' }], ...limited });
  }
}

/** Its own replication: b pulls from a and pushes to it, and remembers how far it came. */
async function sync(a, b) {
  let bytes = 0;
  const counted = (value) => {
    bytes += Buffer.byteLength(JSON.stringify(value) ?? '');
    return value;
  };
  const other = rxStorageInstanceToReplicationHandler(a.items.storageInstance, defaultConflictHandler, 'bench');
  const replication = replicateRxCollection({
    collection: b.items,
    replicationIdentifier: 'bench',
    live: false,
    waitForLeadership: false,
    pull: {
      batchSize: batch,
      handler: async (since, most) => counted(await other.masterChangesSince(counted(since), most)),
    },
    push: { batchSize: batch, handler: async (rows) => counted(await other.masterWrite(counted(rows))) },
  });
  let failure = null;
  replication.error$.subscribe((error) => (failure = error));
  await replication.awaitInitialReplication();
  await replication.cancel();
  if (failure !== null) throw failure;
  return { bytes };
}

export default {
  smallest:
    "export { createRxDatabase } from 'rxdb/plugins/core'; export { getRxStorageMemory } from 'rxdb/plugins/storage-memory';",
  open: (indexed) => Documents.open(indexed),
  replicas: async () => {
    const [a, b] = [await Documents.open(false), await Documents.open(false)];
    return { a, b, sync: () => sync(a, b) };
  },
};
