import { DataOrchestrator, MemoryBucket } from 'tiersync';
import { IndexedDbPersistence } from 'tiersync/adapters/indexeddb';
import { expect, test } from 'vitest';

/** Nothing but hiding the page can write: the timers wait for an hour. */
const open = (name: string) =>
  DataOrchestrator.create({
    prefix: 'app',
    local: new IndexedDbPersistence(name),
    intervals: { localQuietMs: 3_600_000, localMaxMs: 3_600_000 },
  });

const saved = (data: DataOrchestrator<Record<never, never>>) =>
  new Promise<void>((done) => data.events$.subscribe((event) => event.type === 'saved' && done()));

function hidePage(): void {
  Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
  document.dispatchEvent(new Event('visibilitychange'));
  Reflect.deleteProperty(document, 'visibilityState');
}

test.each([
  ['the page is hidden', hidePage],
  ['the page is left', () => window.dispatchEvent(new Event('pagehide'))],
] as const)('[FL4] in a browser, edits are written when %s', async (_what, leave) => {
  const name = `orchestrator-${crypto.randomUUID()}`;
  const data = await open(name);
  const id = data.repo('Task').save({ title: 'a', at: new Date(5), bytes: Uint8Array.of(1, 2) });
  const isSaved = saved(data);
  leave();
  await isSaved;
  const again = await open(name);
  expect(await again.repo('Task').get(id)).toMatchObject({ title: 'a', at: new Date(5), bytes: Uint8Array.of(1, 2) });
  await Promise.all([data.unload(), again.unload()]);
});

test('[EN25] in a browser, the status is `offline` as soon as the network is gone, and `idle` when it is back', async () => {
  const data = await DataOrchestrator.create({ prefix: 'app', cloud: new MemoryBucket() });
  const said: string[] = [];
  data.sync.status$.subscribe((status) => said.push(status));
  await data.sync.ready();
  said.splice(0);
  Object.defineProperty(navigator, 'onLine', { configurable: true, get: () => false });
  window.dispatchEvent(new Event('offline'));
  expect(said).toEqual(['offline']);
  Reflect.deleteProperty(navigator, 'onLine');
  window.dispatchEvent(new Event('online'));
  await expect.poll(() => said.at(-1)).toBe('idle');
  await data.unload();
});

test('[P2] in a browser, what was flushed is there for the next page', async () => {
  const name = `orchestrator-${crypto.randomUUID()}`;
  const data = await open(name);
  const ids = data.repo('Task').saveMany(Array.from({ length: 1_000 }, (_, n) => ({ n })));
  await data.flush();
  const again = await open(name);
  expect(await again.repo('Task').count()).toBe(1_000);
  expect(await again.repo('Task').get(ids[999]!)).toMatchObject({ n: 999 });
  await Promise.all([data.unload(), again.unload()]);
});
