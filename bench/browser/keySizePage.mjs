// What runs in the page for ../keySize.mjs: one edit, flushed, in keys of several sizes.
import { DataOrchestrator, silentLogger } from 'tiersync';
import { IndexedDbPersistence } from 'tiersync/adapters/indexeddb';
import { itemAt } from '../devices.mjs';

/** Counts what is written, as JSON. */
class CountedIndexedDb extends IndexedDbPersistence {
  bytes = 0;

  storeMany(entries) {
    for (const [key, data] of entries) this.bytes += key.length + JSON.stringify(data).length;
    return super.storeMany(entries);
  }
}

const devices = new Map();

globalThis.bench = {
  async fill(records) {
    const local = new CountedIndexedDb(`key of ${records}`);
    const environment = { setTimer: () => null, clearTimer: () => {} };
    const data = await DataOrchestrator.create({ prefix: 'app', local, environment, logger: silentLogger });
    const items = data.repo('Item');
    const ids = items.saveMany(Array.from({ length: records }, (_, i) => itemAt(i, 1)));
    await data.flush();
    devices.set(records, { data, local, items, ids });
  },

  async edit(records, i) {
    const { data, local, items, ids } = devices.get(records);
    await items.update(ids[(i * 7919 + 13) % records], { score: -i });
    const before = local.bytes;
    const start = performance.now();
    await data.flush();
    return { ms: performance.now() - start, bytes: local.bytes - before };
  },
};
