// tiersync as the workloads use it. `freeze` is on unless TIERSYNC_FREEZE=off.
import { DataOrchestrator, silentLogger } from 'tiersync';
import { FileBucket } from 'tiersync/adapters/file';

const freeze = process.env.TIERSYNC_FREEZE !== 'off';
const entitiesWith = (indexed) => ({ Item: indexed ? { indexes: [['status', 'score']] } : {} });
const topQuery = (status, limit) => ({
  where: { status },
  sort: [{ field: 'score', direction: 'desc' }],
  ...(limit === Number.POSITIVE_INFINITY ? {} : { limit }),
});

let opened = 0;

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
  deleteOne(id) {
    this.items.delete(id);
  }
  updateOne(id, patch) {
    return this.items.update(id, patch);
  }
  get(id) {
    return this.items.peek(id);
  }
  top(status, limit) {
    return this.items.getAll(topQuery(status, limit));
  }
  watch(id, see) {
    const subscription = this.items.observe(id).subscribe(see);
    return () => subscription.unsubscribe();
  }
  watchAll(see) {
    const subscription = this.items.observeAll().subscribe(see);
    return () => subscription.unsubscribe();
  }
  watchTop(status, limit, see) {
    const subscription = this.items.observeAll(topQuery(status, limit)).subscribe(see);
    return () => subscription.unsubscribe();
  }
}

const load = async (indexed, local) =>
  new Ours(
    await DataOrchestrator.create({
      prefix: `bench${++opened}`,
      logger: silentLogger,
      entities: entitiesWith(indexed),
      freeze,
      ...(local && { prefix: 'bench', local }),
    }),
  );

export default {
  label: 'tiersync',
  open: (indexed) => load(indexed, undefined),
  write: async (db, folder) => {
    const target = await load(false, new FileBucket(folder));
    target.insertMany(await db.items.getAll());
    await target.data.unload();
  },
  read: (folder) => load(false, new FileBucket(folder)),
};
