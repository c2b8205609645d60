import PouchDB from 'pouchdb-browser';
import find from 'pouchdb-find';

export const label = 'PouchDB';

PouchDB.plugin(find);

const stored = ({ id, ...fields }) => ({ _id: id, ...fields });
const shown = ({ _id: id, _rev, ...fields }) => ({ id, ...fields });

/** It tells of each document that changed, and the app puts it into its list. */
export async function open(name) {
  const db = new PouchDB(name, { adapter: 'idb' });
  await db.createIndex({ index: { fields: ['status', 'score'] } });
  const all = async () => {
    const { rows } = await db.allDocs({ include_docs: true });
    // What the index is made of is a document too.
    return rows.filter(({ id }) => !id.startsWith('_design/')).map(({ doc }) => shown(doc));
  };
  return {
    all,
    async insertMany(rows) {
      const results = await db.bulkDocs(rows.map(stored));
      if (results.some(({ ok }) => ok !== true)) throw new Error('some were refused');
    },
    insertOne: (row) => db.put(stored(row)),
    byIds: async (ids) => (await db.allDocs({ keys: ids, include_docs: true })).rows.map(({ doc }) => shown(doc)),
    async top(status, limit) {
      const { docs } = await db.find({
        selector: { status, score: { $gt: null } },
        sort: [{ status: 'desc' }, { score: 'desc' }],
        limit,
      });
      return docs.map(shown);
    },
    watchAll(see) {
      let rows = [];
      const places = new Map();
      let changes = null;
      all().then((found) => {
        rows = found;
        for (const [i, { id }] of rows.entries()) places.set(id, i);
        changes = db.changes({ live: true, since: 'now', include_docs: true }).on('change', ({ doc }) => {
          rows = rows.with(places.get(doc._id), shown(doc));
          see(rows);
        });
        see(rows);
      });
      return () => changes?.cancel();
    },
    update: async (id, patch) => db.put({ ...(await db.get(id)), ...patch }),
    close: () => db.close(),
  };
}
