import { DataOrchestrator, silentLogger } from 'tiersync';
import { IndexedDbPersistence } from 'tiersync/adapters/indexeddb';

export const label = 'tiersync';

export async function open(name) {
  const local = new IndexedDbPersistence(name);
  const data = await DataOrchestrator.create({ prefix: 'app', local, logger: silentLogger });
  const items = data.repo('Item');
  return {
    async insertMany(rows) {
      items.saveMany(rows);
      await data.flush();
    },
    async insertOne(row) {
      items.save(row);
      await data.flush();
    },
    byIds: (ids) => items.getAll({ ids }),
    top: (status, limit) => items.getAll({ where: { status }, sort: [{ field: 'score', direction: 'desc' }], limit }),
    all: () => items.getAll(),
    watchAll(see) {
      const subscription = items.observeAll().subscribe(see);
      return () => subscription.unsubscribe();
    },
    async update(id, patch) {
      await items.update(id, patch);
      await data.flush();
    },
    close: () => data.unload(),
  };
}
