import { createRxDatabase } from 'rxdb/plugins/core';
import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie';

export const label = 'RxDB-Dexie';

const text = { type: 'string' };
const schema = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: {
    id: { type: 'string', maxLength: 40 },
    name: text,
    email: text,
    status: { type: 'string', maxLength: 10 },
    score: { type: 'integer', minimum: 0, maximum: 2 ** 31, multipleOf: 1 },
    active: { type: 'boolean' },
    note: text,
  },
  required: ['id', 'status', 'score'],
  indexes: [['status', 'score']],
};

export async function open(name) {
  // Only for itself: nothing is told to other tabs.
  const database = await createRxDatabase({ name, storage: getRxStorageDexie(), multiInstance: false });
  const { items } = await database.addCollections({ items: { schema } });
  return {
    async insertMany(rows) {
      const { error } = await items.bulkInsert(rows);
      if (error.length > 0) throw new Error(`${error.length} were refused`);
    },
    insertOne: (row) => items.insert(row),
    byIds: async (ids) => {
      const found = await items.findByIds(ids).exec();
      return ids.map((id) => found.get(id));
    },
    top: (status, limit) =>
      items.find({ selector: { status }, sort: [{ score: 'desc' }], limit, index: ['status', 'score'] }).exec(),
    all: () => items.find().exec(),
    watchAll(see) {
      const subscription = items.find().$.subscribe(see);
      return () => subscription.unsubscribe();
    },
    update: async (id, patch) => (await items.findOne(id).exec()).patch(patch),
    close: () => database.close(),
  };
}
