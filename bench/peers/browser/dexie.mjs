import Dexie, { liveQuery } from 'dexie';

export const label = 'Dexie';

export async function open(name) {
  const db = new Dexie(name);
  db.version(1).stores({ items: 'id, [status+score]' });
  await db.open();
  const { items } = db;
  return {
    insertMany: (rows) => items.bulkAdd(rows),
    insertOne: (row) => items.add(row),
    byIds: (ids) => items.bulkGet(ids),
    top: (status, limit) =>
      items
        .where('[status+score]')
        .between([status, Dexie.minKey], [status, Dexie.maxKey])
        .reverse()
        .limit(limit)
        .toArray(),
    all: () => items.toArray(),
    watchAll(see) {
      const subscription = liveQuery(() => items.toArray()).subscribe(see);
      return () => subscription.unsubscribe();
    },
    update: (id, patch) => items.update(id, patch),
    close: async () => db.close(),
  };
}
