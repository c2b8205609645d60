import localforage from 'localforage';

export const label = 'localforage';

/** It asks, and tells nobody: a query reads all, and so does a list that is to show what was written. */
export async function open(name) {
  const items = localforage.createInstance({ name, driver: localforage.INDEXEDDB });
  await items.ready();
  const all = async () => {
    const rows = [];
    await items.iterate((row) => void rows.push(row));
    return rows;
  };
  const watchers = new Set();
  return {
    insertMany: (rows) => Promise.all(rows.map((row) => items.setItem(row.id, row))),
    insertOne: (row) => items.setItem(row.id, row),
    byIds: (ids) => Promise.all(ids.map((id) => items.getItem(id))),
    top: async (status, limit) =>
      (await all())
        .filter((row) => row.status === status)
        .sort((a, b) => b.score - a.score)
        .slice(0, limit),
    all,
    watchAll(see) {
      watchers.add(see);
      all().then(see);
      return () => watchers.delete(see);
    },
    async update(id, patch) {
      await items.setItem(id, { ...(await items.getItem(id)), ...patch });
      for (const see of watchers) see(await all());
    },
    close: async () => {},
  };
}
