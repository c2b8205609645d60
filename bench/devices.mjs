// Devices for the benches of syncing: the whole library, each with a local tier of its own.
import { DataOrchestrator, EntityKeyFieldStrategy, MemoryStore, silentLogger } from 'tiersync';
import { entity } from './data.mjs';

/** Entity i, in one of so many keys. About 300 bytes as it is stored. */
export function itemAt(i, keys) {
  const { id: _id, active: _active, ...fields } = entity(i);
  return { ...fields, project: i % keys };
}

/** Nothing happens by itself: what a device does, it was told to do. */
const environment = { setTimer: () => null, clearTimer: () => {} };

/** `local: null`: it lives in memory only. */
export async function openDevice(cloud, local = new MemoryStore()) {
  const data = await DataOrchestrator.create({
    prefix: 'app',
    ...(local === null ? {} : { local }),
    cloud,
    strategy: new EntityKeyFieldStrategy('project'),
    environment,
    logger: silentLogger,
  });
  return { data, items: data.repo('Item') };
}

/** The ids of changed entities are spread over all keys. */
export async function edit({ items }, ids, from, count) {
  for (let i = from; i < from + count; i++) await items.update(ids[(i * 7919 + 13) % ids.length], { score: -i });
}

export const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
