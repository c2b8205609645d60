import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { firstValueFrom } from 'rxjs';
import { DataOrchestrator } from 'tiersync';
import { createSyncEngine } from 'tiersync/client';
import { afterEach, expect, test } from 'vitest';
import { type Note, realDevice, realServer, shown } from './realServer.ts';

const open: { close?(): Promise<void>; data?: { unload(): Promise<void> } }[] = [];
const opened = <T extends (typeof open)[number]>(one: T): T => {
  open.push(one);
  return one;
};

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await (one.data === undefined ? one.close?.() : one.data.unload());
});

const stats = ({ sync }: Awaited<ReturnType<typeof realDevice>>) => firstValueFrom(sync.stats$);

test('[SC30] two devices by socket and one that asks by HTTP see what the others do', async () => {
  const server = opened(await realServer());
  const a = opened(await realDevice(server.url));
  const b = opened(await realDevice(server.url.replace('http', 'ws'), { authToken: async () => 'user-ben' }));
  const c = opened(await realDevice(server.url, { useWebSocket: false, pullInterval: 20 }));
  for (const { sync } of [a, b, c]) await sync.start();
  for (const { sync } of [a, b, c]) await sync.ready();
  const id = a.notes.save({ text: 'one' });
  await Promise.all([b, c].map((device) => shown(device, id, (note) => note?.text === 'one')));
  await b.notes.update(id, { text: 'two' });
  await Promise.all([a, c].map((device) => shown(device, id, (note) => note?.text === 'two')));
  c.notes.delete(id);
  await Promise.all([a, b].map((device) => shown(device, id, (note) => note === null)));
  expect(server.server.sockets.count).toBe(2);
});

test('[SC31] a device that was offline takes only what has changed meanwhile', async () => {
  const server = opened(await realServer());
  const a = opened(await realDevice(server.url));
  const b = opened(await realDevice(server.url));
  for (const { sync } of [a, b]) await sync.start();
  const ids = a.notes.saveMany(Array.from({ length: 150 }, (_, i) => ({ text: `note ${i} ${'x'.repeat(200)}` })));
  await a.data.flush('cloud');
  await shown(b, ids[149]!, (note) => note !== null);
  const before = await stats(b);
  b.sync.goOffline();
  await a.notes.update(ids[7]!, { text: 'changed meanwhile' });
  await a.data.flush('cloud');
  b.sync.goOnline();
  await shown(b, ids[7]!, (note) => note?.text === 'changed meanwhile');
  await b.sync.pull();
  const after = await stats(b);
  const received = after.bytesReceived - before.bytesReceived;
  console.log(`150 notes, one changed meanwhile: ${received} bytes received, ${before.bytesReceived} for all at first`);
  expect(received).toBeLessThan(before.bytesReceived / 10);
});

test('[SC32] a server that restarts is found again by itself, and nothing is lost', async () => {
  const server = opened(await realServer());
  const a = opened(await realDevice(server.url, { retryDelay: 20, pullInterval: 0 }));
  const b = opened(await realDevice(server.url, { retryDelay: 20, pullInterval: 0 }));
  for (const { sync } of [a, b]) await sync.start();
  for (const { sync } of [a, b]) await sync.ready();
  await server.restart();
  const id = a.notes.save({ text: 'after the restart' });
  await shown(b, id, (note) => note?.text === 'after the restart');
  expect(b.notes.peek(id)).toMatchObject({ text: 'after the restart' });
});

test('[SC33] a token that is refused is asked for again, by HTTP and by socket', async () => {
  const server = opened(await realServer());
  for (const useWebSocket of [true, false]) {
    let asked = 0;
    const authToken = async (): Promise<string> => (asked++ === 0 ? 'worn-out' : 'user-anna');
    const a = opened(await realDevice(server.url, { useWebSocket, authToken }));
    const id = a.notes.save({ text: 'one' });
    await a.sync.start();
    await a.data.flush('cloud');
    expect([a.notes.syncState(id), asked]).toEqual(['synced', 2]);
  }
  const stranger = opened(await realDevice(server.url, { authToken: 'nobody' }));
  await expect(stranger.sync.pull()).rejects.toMatchObject({ code: 'auth-needed' });
  expect(await firstValueFrom(stranger.sync.reason$)).toBe('stopped');
});

test('[SC34] real time can be switched off and on', async () => {
  const server = opened(await realServer());
  const a = opened(await realDevice(server.url));
  const b = opened(await realDevice(server.url));
  for (const { sync } of [a, b]) await sync.start();
  for (const { sync } of [a, b]) await sync.ready();
  const first = a.notes.save({ text: 'one' });
  await shown(b, first, (note) => note !== null);
  b.sync.disableRealTime();
  const id = a.notes.save({ text: 'not heard of' });
  await a.data.flush('cloud');
  expect(await b.notes.get(id)).toBeNull();
  b.sync.enableRealTime();
  const second = a.notes.save({ text: 'two' });
  await shown(b, second, (note) => note !== null);
  expect(await b.notes.get(id)).toMatchObject({ text: 'not heard of' });
});

test('[SC35] what is too long for a frame of a socket goes by HTTP', async () => {
  const server = opened(await realServer());
  const a = opened(await realDevice(server.url));
  const b = opened(await realDevice(server.url));
  for (const { sync } of [a, b]) await sync.start();
  for (const { sync } of [a, b]) await sync.ready();
  const id = a.notes.save({ text: 'long', body: 'x'.repeat(400_000) });
  await a.data.flush('cloud');
  await shown(b, id, (note) => (note as Note | null)?.['body'] !== undefined);
  expect(a.notes.syncState(id)).toBe('synced');
});

/** Counts what is asked of a server that is reached by HTTP alone. */
async function withoutSockets(options: { answers: () => boolean }) {
  const sync = opened(await realServer());
  let asked = 0;
  const server = createServer((request, response) => {
    asked++;
    if (options.answers()) sync.server.nodeListener(request, response);
    else request.socket.destroy();
  });
  let tried = 0;
  server.on('upgrade', (_, socket) => {
    tried++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  opened({ close: () => new Promise((resolve) => server.close(() => resolve())) });
  const { port } = server.address() as AddressInfo;
  const made = { asked: () => asked, tried: () => tried };
  return { url: `http://localhost:${port}/sync`, sockets: sync.url, ...made };
}

test('[SC39] where no socket gets through, others’ changes come by HTTP; where nothing does, nothing more is asked', async () => {
  let answers = true;
  const server = await withoutSockets({ answers: () => answers });
  const a = opened(await realDevice(server.sockets));
  const b = opened(await realDevice(server.url, { autoRetry: false }));
  for (const { sync } of [a, b]) await sync.start();
  for (const { sync } of [a, b]) await sync.ready();
  const id = a.notes.save({ text: 'one' });
  await shown(b, id, (note) => note?.text === 'one');
  answers = false;
  await expect(b.sync.pull()).rejects.toMatchObject({ code: 'unavailable' });
  const anotherTry = async (): Promise<void> => {
    const tried = server.tried();
    await expect.poll(server.tried, { timeout: 20_000 }).toBeGreaterThan(tried);
  };
  // What was told before HTTP failed may still be asked for once.
  await anotherTry();
  const asked = server.asked();
  await anotherTry();
  expect(server.asked()).toBe(asked);
});

test('[SC5] a server that takes fewer changes at once is sent fewer, by socket and by HTTP', async () => {
  const server = opened(await realServer({ limits: { batch: 3 } }));
  for (const useWebSocket of [true, false]) {
    const a = opened(await realDevice(server.url, { useWebSocket }));
    await a.sync.start();
    await a.sync.ready();
    const ids = a.notes.saveMany(Array.from({ length: 10 }, (_, i) => ({ text: `note ${i}` })));
    await a.data.flush('cloud', { timeoutMs: 20_000 });
    expect(ids.map((id) => a.notes.syncState(id))).toEqual(ids.map(() => 'synced'));
  }
});

test('[SC2] a server whose pages are small is read page by page, however many keys there are', async () => {
  const server = opened(await realServer({ limits: { page: 3 } }));
  const a = opened(await realDevice(server.url));
  await a.sync.start();
  const ids = a.notes.saveMany(Array.from({ length: 40 }, (_, i) => ({ text: `note ${i}`, group: `g${i % 20}` })));
  await a.data.flush('cloud');
  const b = opened(await realDevice(server.url, { autoRetry: false }));
  await b.sync.pull();
  expect((await b.notes.getAll()).map(({ id }) => id).sort()).toEqual([...ids].sort());
});

test('[AU3] no token stands in the log of a device, whatever fails', async () => {
  const token = `user-anna.${'secret'.repeat(5)}`;
  const logged: string[] = [];
  const note = (...said: unknown[]): void => void logged.push(inspect(said, { depth: 12, showHidden: true }));
  const refusing = opened(await realServer({ authenticate: async () => null }));
  const gone = await realServer();
  await gone.close();
  const failing = createServer((_, response) => response.writeHead(500).end('<html>'));
  await new Promise<void>((resolve) => failing.listen(0, '127.0.0.1', resolve));
  const failingUrl = `http://127.0.0.1:${(failing.address() as AddressInfo).port}`;
  for (const serverUrl of [refusing.url, gone.url, failingUrl]) {
    for (const authToken of [token, () => token]) {
      const data = await DataOrchestrator.create({
        prefix: 'app',
        logger: { v: note, d: note, i: note, w: note, e: note },
      });
      opened({ data });
      const sync = createSyncEngine(data, { serverUrl, authToken, autoRetry: false });
      data.repo<Note>('Note').save({ text: 'one' });
      await sync.start();
      await sync.push().catch(note);
    }
  }
  failing.close();
  expect(logged.length).toBeGreaterThan(6);
  expect(logged.filter((line) => line.includes('secret'))).toEqual([]);
});
