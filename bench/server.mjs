// Devices on one server over real sockets: how long until an edit is seen elsewhere, and what catching up costs.
import { parseArgs } from 'node:util';
import { firstValueFrom } from 'rxjs';
import { DataOrchestrator, MemoryStore, silentLogger } from 'tiersync';
import { createSyncEngine } from 'tiersync/client';
import { createSyncServer, MemorySyncStore } from 'tiersync/server';

const { values } = parseArgs({
  options: { edits: { type: 'string', default: '500' }, count: { type: 'string', default: '10000' } },
});
const edits = Number(values.edits);
const count = Number(values.count);

const open = async (serverUrl, options = {}) => {
  const data = await DataOrchestrator.create({
    prefix: 'bench',
    logger: silentLogger,
    local: new MemoryStore(),
    intervals: { localQuietMs: 0, cloudQuietMs: 0 },
  });
  const sync = createSyncEngine(data, { serverUrl, authToken: 'anna', ...options });
  await sync.start();
  await sync.ready();
  return { data, sync, items: data.repo('Item') };
};

/** Resolves when a device shows that version of an item. */
const shown = ({ items }, id, text) =>
  new Promise((resolve) => {
    const watching = items.observe(id).subscribe((item) => {
      if (item?.text !== text) return;
      queueMicrotask(() => watching.unsubscribe());
      resolve();
    });
  });

const share = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))].toFixed(1);
const bytesReceived = async ({ sync }) => (await firstValueFrom(sync.stats$)).bytesReceived;

/** From the save on one device to the emission on the other, one edit after the other. */
async function measureDelay(label, from, to) {
  const times = [];
  const id = from.items.save({ text: 'first' });
  await shown(to, id, 'first');
  for (let i = 0; i < edits; i++) {
    const seen = shown(to, id, `edit ${i}`);
    const begin = performance.now();
    await from.items.update(id, { text: `edit ${i}` });
    await seen;
    times.push(performance.now() - begin);
  }
  times.sort((a, b) => a - b);
  console.log(`${label}: p50 ${share(times, 0.5)} ms, p99 ${share(times, 0.99)} ms, ${edits} edits`);
}

const server = await createSyncServer({
  authenticate: async (token) => ({ tenant: 'bench', userId: token, groups: [] }),
  everyone: ['read', 'write', 'delete'],
  store: new MemorySyncStore(),
  logger: silentLogger,
  limits: { writesPerSecond: 1_000_000, writesAtOnce: 1_000_000 },
});
const { url } = await server.listen({ host: '127.0.0.1' });
const [a, b] = [await open(url), await open(url)];
const polling = await open(url, { useWebSocket: false, pullInterval: 20 });

await measureDelay('save to emission elsewhere, by socket', a, b);
await measureDelay('the same, by HTTP every 20 ms', a, polling);

const ids = a.items.saveMany(Array.from({ length: count }, (_, i) => ({ text: `item ${i} ${'x'.repeat(150)}` })));
const uploading = performance.now();
await a.data.flush('cloud');
console.log(`first upload of ${count}: ${(performance.now() - uploading).toFixed(0)} ms`);
const opening = performance.now();
const fresh = await open(url);
const tookMs = (performance.now() - opening).toFixed(0);
await fresh.sync.pull();
const whole = await bytesReceived(fresh);
console.log(`a fresh device takes ${whole} bytes in ${tookMs} ms`);
fresh.sync.goOffline();
for (const id of ids.slice(0, 10)) await a.items.update(id, { text: 'changed meanwhile' });
await a.data.flush('cloud');
fresh.sync.goOnline();
await shown(fresh, ids[9], 'changed meanwhile');
await fresh.sync.pull();
console.log(`after 10 of them changed, catching up takes ${(await bytesReceived(fresh)) - whole} bytes`);

for (const { data } of [a, b, polling, fresh]) await data.unload();
await server.close();
