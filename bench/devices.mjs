// Devices for the benches of syncing: the whole library, each with a local tier of its own.
import { DataOrchestrator, EntityKeyFieldStrategy, MemoryStore, silentLogger } from 'tiersync';
import { entity } from './data.mjs';
import { quiet } from './quiet.mjs';

/** Entity i, in one of so many keys. About 300 bytes as it is stored. */
export function itemAt(i, keys) {
  const { name, email, status, score, note } = entity(i);
  return { name, email, status, score, note, project: i % keys };
}

/** `local: null`: it lives in memory only. */
export async function openDevice(cloud, local = new MemoryStore(), sync = {}) {
  const data = await DataOrchestrator.create({
    prefix: 'app',
    ...(local === null ? {} : { local }),
    cloud,
    strategy: new EntityKeyFieldStrategy('project'),
    environment: quiet,
    sync,
    logger: silentLogger,
  });
  return { data, items: data.repo('Item') };
}

/** The ids of changed entities are spread over all keys. */
export async function edit({ items }, ids, from, count) {
  for (let i = from; i < from + count; i++) await items.update(ids[(i * 7919 + 13) % ids.length], { score: -i });
}

export { median } from './measure.mjs';
