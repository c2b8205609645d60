// tiersync as the workloads use it. `freeze` is on unless TIERSYNC_FREEZE=off; TIERSYNC_DIST names another build of it.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { quiet } from '../quiet.mjs';
import { SharedMemory } from '../SharedMemory.mjs';

const { TIERSYNC_DIST: dist, TIERSYNC_FREEZE } = process.env;
const part = (name, file) => (dist === undefined ? name : pathToFileURL(join(dist, file)).href);
const { DataOrchestrator, EntityKeyHashStrategy, silentLogger } = await import(part('tiersync', 'index.js'));
const { FileBucket } = await import(part('tiersync/adapters/file', 'adapters/file.js'));

const freeze = TIERSYNC_FREEZE !== 'off';

const queryOf = (status, limit) => ({
  where: { status },
  sort: [{ field: 'score', direction: 'desc' }],
  ...(limit === Number.POSITIVE_INFINITY ? {} : { limit }),
});

class Ours {
  constructor(data) {
    this.data = data;
    this.items = data.repo('Item');
  }
  insertMany(list) {
    this.items.saveMany(list);
  }
  insertOne(row) {
    this.items.save(row);
  }
  updateOne(id, patch) {
    return this.items.update(id, patch);
  }
  deleteOne(id) {
    this.items.delete(id);
  }
  get(id) {
    return this.items.peek(id);
  }
  top(status, limit) {
    return this.items.getAll(queryOf(status, limit));
  }
  watch(id, see) {
    return this.#until(this.items.observe(id).subscribe(see));
  }
  watchAll(see) {
    return this.#until(this.items.observeAll().subscribe(see));
  }
  watchTop(status, limit, see) {
    return this.#until(this.items.observeAll(queryOf(status, limit)).subscribe(see));
  }
  watchChanges(status, see) {
    const changes = this.items.observeChanges(status === null ? undefined : queryOf(status, Number.POSITIVE_INFINITY));
    return this.#until(changes.subscribe(({ updated }) => see(updated)));
  }
  close() {
    return this.data.unload({ discardUnsynced: true });
  }
  #until(subscription) {
    return () => subscription.unsubscribe();
  }
}

let opened = 0;
export const open = async (options) =>
  new Ours(await DataOrchestrator.create({ prefix: `bench${++opened}`, logger: silentLogger, freeze, ...options }));

export const inParts = () => new EntityKeyHashStrategy({ buckets: 16 });
const openFolder = (folder) => open({ prefix: 'bench', local: new FileBucket(folder), strategy: inParts() });

/** Two devices that have nothing but memory, and a cloud that costs nothing. */
async function replicas() {
  const cloud = new SharedMemory();
  const [a, b] = [
    await open({ prefix: 'bench', cloud, environment: quiet }),
    await open({ prefix: 'bench', cloud, environment: quiet }),
  ];
  for (const { data } of [a, b]) await data.sync.ready();
  // What somebody watches is brought to memory at once.
  b.items.observeCount().subscribe();
  const sync = async () => {
    const before = cloud.bytes;
    await a.data.sync.push();
    await b.data.sync.pull();
    // They are counted going in and coming out.
    return { bytes: (cloud.bytes - before) / 2 };
  };
  return { a, b, sync };
}

export default {
  smallest: "export { DataOrchestrator } from '../../dist/index.js';",
  open: (indexed) => open({ entities: { Item: indexed ? { indexes: [['status', 'score']] } : {} } }),
  write: async (db, folder) => {
    const stored = await openFolder(folder);
    stored.insertMany(await db.items.getAll());
    await stored.close();
  },
  read: openFolder,
  replicas,
};
