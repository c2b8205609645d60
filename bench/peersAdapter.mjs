// tiersync in the shape that a side-by-side yardstick asks for. Run against one by linking this file into it.
import { DataOrchestrator, EntityKeyHashStrategy, silentLogger } from 'tiersync';
import { FileBucket } from 'tiersync/adapters/file';
import { quiet } from './quiet.mjs';
import { SharedMemory } from './SharedMemory.mjs';

const freeze = process.env.TIERSYNC_FREEZE !== 'off';

const optionsOf = ({ where, sort: [field, direction], limit }) => ({
  where,
  sort: [{ field, direction: direction < 0 ? 'desc' : 'asc' }],
  ...(Number.isFinite(limit) && { limit }),
});

/** The library keeps times and versions itself: those of the yardstick's entities are fields like others. */
const toOurs = ({ id, name, email, status, score, active, note, createdAt: made, updatedAt: touched }) => ({
  id,
  name,
  email,
  status,
  score,
  active,
  note,
  made,
  touched,
});
const touchedIn = ({ updatedAt: touched, ...patch }) => (touched === undefined ? patch : { ...patch, touched });

class Ours {
  constructor(data) {
    this.data = data;
    this.items = data.repo('Item');
  }
  insertMany(list) {
    this.items.saveMany(list.map(toOurs));
  }
  insertOne(entity) {
    this.items.save(toOurs(entity));
  }
  getById(id) {
    return this.items.peek(id);
  }
  updateOne(id, patch) {
    return this.items.update(id, touchedIn(patch));
  }
  deleteOne(id) {
    this.items.delete(id);
  }
  queryWhere(query) {
    return this.items.getAll(optionsOf(query));
  }
  observeOne(id, see) {
    const subscription = this.items.observe(id).subscribe(see);
    return () => subscription.unsubscribe();
  }
  observeAll(query, see) {
    const subscription = this.items.observeAll(query ? optionsOf(query) : undefined).subscribe(see);
    return () => subscription.unsubscribe();
  }
  close() {
    return this.data.unload({ discardUnsynced: true });
  }
}

class Replica extends Ours {
  getById(id) {
    const entity = super.getById(id);
    return entity && { ...entity, updatedAt: entity.touched };
  }
}

let opened = 0;
const open = async (options, Kind = Ours) =>
  new Kind(await DataOrchestrator.create({ prefix: `bench${++opened}`, logger: silentLogger, freeze, ...options }));
const inParts = () => new EntityKeyHashStrategy({ buckets: 16 });

let cloud;

export default {
  name: 'ours',
  label: freeze ? 'tiersync' : 'tiersync, freeze: false',
  indexes: true,
  bundle: "export { DataOrchestrator } from 'tiersync';",
  open: ({ index }) => open({ entities: { Item: index ? { indexes: [['status', 'score']] } : {} } }),
  persist: async (db, folder) => {
    const stored = await open({ prefix: 'bench', local: new FileBucket(folder), strategy: inParts() });
    stored.items.saveMany(await db.items.getAll());
    await stored.close();
  },
  load: (folder) => open({ prefix: 'bench', local: new FileBucket(folder), strategy: inParts() }),
  openReplica: async (name) => {
    cloud ??= new SharedMemory();
    const replica = await open({ prefix: 'bench', cloud, environment: quiet }, Replica);
    await replica.data.sync.ready();
    // What somebody watches is brought to memory at once.
    if (name === 'b') replica.items.observeCount().subscribe();
    return replica;
  },
  async sync(a, b) {
    const before = cloud.bytes;
    await a.data.sync.push();
    await b.data.sync.pull();
    return (cloud.bytes - before) / 2;
  },
};
