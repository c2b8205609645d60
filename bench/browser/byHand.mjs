export const label = 'by hand';

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const done = (transaction) =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });

/** IndexedDB as it is, a row an entity, and no more than the workload asks for: no check, no index, no second tab. */
export async function open(name) {
  const opening = indexedDB.open(name, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('items', { keyPath: 'id' });
  const db = await settled(opening);
  const read = () => db.transaction('items').objectStore('items');
  const write = async (rows) => {
    const transaction = db.transaction('items', 'readwrite');
    const items = transaction.objectStore('items');
    for (const row of rows) items.put(row);
    transaction.commit();
    await done(transaction);
  };
  let rows = [];
  let see = () => {};
  return {
    insertMany: write,
    insertOne: (row) => write([row]),
    byIds: (ids) => {
      const items = read();
      return Promise.all(ids.map((id) => settled(items.get(id))));
    },
    top: async (status, limit) =>
      (await settled(read().getAll()))
        .filter((row) => row.status === status)
        .sort((a, b) => b.score - a.score)
        .slice(0, limit),
    all: () => settled(read().getAll()),
    watchAll(watcher) {
      see = watcher;
      settled(read().getAll()).then((found) => see((rows = found)));
      return () => (see = () => {});
    },
    async update(id, patch) {
      const at = rows.findIndex((row) => row.id === id);
      rows = rows.with(at, { ...rows[at], ...patch });
      see(rows);
      await write([rows[at]]);
    },
    close: async () => db.close(),
  };
}
