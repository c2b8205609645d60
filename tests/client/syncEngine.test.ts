import { firstValueFrom } from 'rxjs';
import { createServerTier, createSyncEngine, createSyncService } from 'tiersync/client';
import { expect, test } from 'vitest';
import { settle } from '../support/TestEnvironment.ts';
import { engineOf, fetchedServer } from './fetchedServer.ts';
import type { Note } from './serverDevice.ts';

type Engine = Awaited<ReturnType<typeof engineOf>>;

/** What `engine` wrote is in the hands of `other`. */
async function exchange(engine: Engine, other: Engine): Promise<void> {
  await engine.sync.push();
  await other.sync.pull();
}

const pushes = (calls: readonly { readonly url: string; readonly body: { readonly [field: string]: unknown } }[]) =>
  calls.filter(({ url }) => url.endsWith('/push')).map(({ body }) => body['changes'] as unknown[]);

test('[SC40] createSyncEngine answers with data.sync at once, asks nothing before it is told to, and calls wait for it', async () => {
  const server = await fetchedServer();
  const a = await engineOf(server);
  expect(a.sync).toBe(a.data.sync);
  const id = a.notes.save({ text: 'one' });
  await a.environment.advance(600_000);
  expect(server.calls).toEqual([]);
  await a.sync.start();
  await a.environment.advance(0);
  await settle();
  expect(a.notes.syncState(id)).toBe('synced');
  const b = await engineOf(server);
  await b.sync.pull();
  expect(await b.notes.get(id)).toMatchObject({ text: 'one' });
});

test('[SC40] why it could not be attached is told to whoever asks for it', async () => {
  const server = await fetchedServer();
  const a = await engineOf(server);
  await a.sync.start();
  await a.data.unload();
  expect(() => createSyncEngine(a.data, { serverUrl: 'https://sync.test' })).toThrow(/destroyed/);
});

test('[SC41] serverUrl may be of http or of a socket, and what is no address is refused', async () => {
  const server = await fetchedServer();
  for (const serverUrl of ['wss://sync.test/sync', 'https://sync.test/sync/']) {
    const a = await engineOf(server, { serverUrl });
    await a.sync.pull();
    expect(server.calls.splice(0).map(({ url }) => url)).toContain('https://sync.test/sync/v1/pull');
  }
  const { data } = await engineOf(server);
  expect(() => createSyncEngine(data, { serverUrl: 'sync.test' })).toThrow(/url must be the address of a server/);
  expect(() => createSyncEngine(data, { serverUrl: 'ftp://sync.test' })).toThrow(TypeError);
});

test('[SC41] authToken travels with every request, and one that has run out is not sent', async () => {
  const server = await fetchedServer();
  const a = await engineOf(server, { authToken: 'user-ben' });
  await a.sync.pull();
  expect(new Set(server.calls.splice(0).map(({ authorization }) => authorization))).toEqual(
    new Set(['Bearer user-ben']),
  );
  let asked = 0;
  const expiring = (): string =>
    `user-.${Buffer.from(JSON.stringify({ exp: 1_779_019_200 + 60 * ++asked })).toString('base64url')}.x`;
  const b = await engineOf(server, { authToken: expiring });
  await b.sync.pull();
  expect(asked).toBe(1);
  await b.environment.advance(58_000);
  await b.sync.pull();
  expect(asked).toBe(2);
});

test('[SC42] collections limits what travels', async () => {
  const server = await fetchedServer();
  const a = await engineOf(server);
  const b = await engineOf(server, { collections: ['Note'] });
  a.notes.save({ text: 'one' });
  a.data.repo('Other').save({ text: 'elsewhere' });
  b.data.repo('Other').save({ text: 'stays' });
  await exchange(a, b);
  server.calls.length = 0;
  await exchange(b, a);
  expect([await b.data.repo('Other').count(), await b.notes.count()]).toEqual([1, 1]);
  expect(server.calls.filter(({ url }) => url.endsWith('/push'))).toEqual([]);
  expect(server.calls[0]?.body).toMatchObject({ collections: ['Note'] });
});

test('[SC42] direction limits which way it goes', async () => {
  const server = await fetchedServer();
  const a = await engineOf(server, { direction: 'push' });
  const b = await engineOf(server, { direction: 'pull' });
  a.notes.save({ text: 'of a' });
  b.notes.save({ text: 'of b' });
  await a.sync.start();
  await b.sync.start();
  await a.environment.advance(60_000);
  await b.environment.advance(600_000);
  expect([await a.notes.count(), await b.notes.count()]).toEqual([1, 2]);
  await expect(b.sync.push()).rejects.toThrow(TypeError);
});

test('[SC42] conflictStrategy decides in the place of what load says', async () => {
  for (const conflictStrategy of ['server-wins', 'client-wins', 'custom'] as const) {
    const server = await fetchedServer();
    const resolver = { resolve: () => ({ text: 'of both', group: 'g' }) };
    const more = conflictStrategy === 'custom' ? { conflictResolver: resolver } : {};
    const a = await engineOf(server, { conflictStrategy, ...more });
    const b = await engineOf(server);
    const id = a.notes.save({ text: 'one', group: 'g' });
    await exchange(a, b);
    await b.environment.advance(conflictStrategy === 'client-wins' ? 9_000 : 1_000);
    await a.environment.advance(5_000);
    await b.notes.update(id, { text: 'of b' });
    await a.notes.update(id, { text: 'of a' });
    await b.sync.push();
    await a.sync.push();
    await exchange(a, b);
    const expected = { 'server-wins': 'of b', 'client-wins': 'of a', custom: 'of both' }[conflictStrategy];
    expect([await a.notes.get(id), await b.notes.get(id)]).toMatchObject([{ text: expected }, { text: expected }]);
  }
});

test('[SC43] autoRetry, retryDelay and maxRetryAttempts say how often and how soon it is tried again', async () => {
  const server = await fetchedServer();
  server.failBy(() => new Response('', { status: 503 }));
  const tries = async (config: object): Promise<number> => {
    const a = await engineOf(server, { pullInterval: 0, ...config });
    server.calls.length = 0;
    await a.sync.start();
    await a.environment.advance(200_000);
    await settle();
    const { length } = server.calls;
    await a.data.unload();
    return length;
  };
  expect(await tries({ autoRetry: false })).toBe(1);
  expect(await tries({ maxRetryAttempts: 3 })).toBe(3);
  const a = await engineOf(server, { pullInterval: 0, retryDelay: 50_000 });
  server.calls.length = 0;
  await a.sync.start();
  await a.environment.advance(5_000);
  expect(server.calls.length).toBe(1);
  await a.environment.advance(300_000);
  expect(server.calls.length).toBeGreaterThan(3);
});

test('[SC43] Retry-After is kept to, as the server or a gateway says it', async () => {
  for (const refusal of [
    () => new Response('', { status: 429, headers: { 'retry-after': '30' } }),
    () =>
      Response.json({ error: { code: 'rate-limited', message: 'slow down', retryAfterMs: 30_000 } }, { status: 429 }),
  ]) {
    const server = await fetchedServer();
    server.failBy(refusal);
    const a = await engineOf(server, { pullInterval: 0 });
    await a.sync.start();
    await a.environment.advance(29_000);
    expect(server.calls.length).toBe(1);
    await a.environment.advance(3_000);
    expect(server.calls.length).toBe(2);
  }
});

test('[SC44] without a socket others are looked for every pullInterval', async () => {
  const server = await fetchedServer();
  const a = await engineOf(server, { pullInterval: 30_000 });
  await a.sync.start();
  await a.environment.advance(0);
  await settle();
  server.names();
  await a.environment.advance(95_000);
  expect(server.names()).toEqual(['pull', 'pull', 'pull']);
});

test('[SC44] batchSize is how many changes are sent at once', async () => {
  const server = await fetchedServer();
  const a = await engineOf(server, { batchSize: 4 });
  a.notes.saveMany(Array.from({ length: 10 }, (_, i) => ({ text: `${i}` })));
  await a.sync.push();
  expect(pushes(server.calls).map(({ length }) => length)).toEqual([4, 4, 2]);
});

test('[SC45] options that do not exist or will not do are refused with what there is', async () => {
  const server = await fetchedServer();
  const { data } = await engineOf(server);
  const make = (config: object) => () => createSyncEngine(data, { serverUrl: 'https://sync.test', ...config } as never);
  expect(make({ pollInterval: 5 })).toThrow(/no option pollInterval; there are serverUrl/);
  expect(make({ retryDelay: -1 })).toThrow(/retryDelay must be milliseconds/);
  expect(make({ batchSize: 0 })).toThrow(/batchSize must be a whole number from 1/);
  expect(make({ pullInterval: Number.NaN })).toThrow(/pullInterval must be milliseconds/);
  expect(make({ useWebSocket: 'yes' })).toThrow(/useWebSocket must be true or false/);
  expect(make({ collections: 'Note' })).toThrow(/collections must be a list/);
  expect(make({ authToken: 7 })).toThrow(/token must be a text/);
  expect(make({ direction: 'up' })).toThrow(/direction must be one of/);
  expect(() => createServerTier({ url: 'https://x.test', transport: 'carrier pigeon' as never })).toThrow(
    /transport must be/,
  );
});

test('[SC46] what a server, a gateway or the network says becomes an error named by the next step', async () => {
  const refusal = (code: string, status: number) => () => Response.json({ error: { code, message: 'no' } }, { status });
  const cases: readonly (readonly [() => Response | Promise<Response>, string])[] = [
    [refusal('unauthorized', 401), 'auth-needed'],
    [refusal('forbidden', 403), 'auth-needed'],
    [refusal('bad-request', 400), 'cloud-unreadable'],
    [refusal('internal', 500), 'unavailable'],
    [refusal('unavailable', 503), 'unavailable'],
    [refusal('of a newer server', 418), 'unavailable'],
    [() => new Response('<html>', { status: 401 }), 'auth-needed'],
    [() => new Response('not found', { status: 404 }), 'cloud-unreadable'],
    [() => new Response('bad gateway', { status: 502 }), 'unavailable'],
    [() => new Response('<html>welcome to the hotel</html>', { status: 200 }), 'cloud-unreadable'],
    [() => Promise.reject(new TypeError('fetch failed')), 'unavailable'],
  ];
  for (const [answer, code] of cases) {
    const server = await fetchedServer();
    const a = await engineOf(server);
    a.notes.save({ text: 'one' });
    server.failBy(answer);
    await expect(a.sync.pull()).rejects.toMatchObject({ code });
    server.failBy(null);
    await a.sync.push();
    expect(await firstValueFrom(a.sync.pending$)).toEqual([]);
  }
});

test('[SC46] an answer that does not come in time is unavailable, and the request is given up', async () => {
  const server = await fetchedServer();
  const a = await engineOf(server, { timeoutMs: 5_000 });
  server.failBy(() => new Promise(() => {}));
  const failed = expect(a.sync.pull()).rejects.toMatchObject({ code: 'unavailable' });
  await a.environment.advance(5_000);
  await failed;
});

test('[SC47] a sync service saves one entity, syncs it and answers with the version that was agreed on', async () => {
  const server = await fetchedServer();
  const a = await engineOf(server, { conflictStrategy: 'server-wins' });
  const b = await engineOf(server);
  const service = createSyncService(a.data);
  const user = await service.syncEntity<Note>('Note', { text: 'one', group: 'g' });
  expect(user).toMatchObject({ text: 'one', version: 1, id: expect.any(String) });
  await b.sync.pull();
  await b.environment.advance(1000);
  await b.notes.update(user.id, { text: 'of b' });
  await b.sync.push();
  expect(await service.syncEntity<Note>('Note', { ...user, text: 'of a' } as Note)).toMatchObject({ text: 'of b' });
  const heard: string[] = [];
  const stop = service.realTime.subscribe<Note>('Note', ({ text }) => heard.push(String(text)));
  await b.notes.update(user.id, { text: 'later' });
  await exchange(b, a);
  stop();
  await b.notes.update(user.id, { text: 'unheard' });
  await exchange(b, a);
  expect(heard).toEqual(['later']);
  a.sync.goOffline();
  expect(service.isOnline()).toBe(false);
  const offline = await service.syncEntity<Note>('Note', { text: 'offline' });
  expect([offline.text, service.queue.size]).toEqual(['offline', 1]);
});

test('[SC47] what the server refuses is told with its reason', async () => {
  const server = await fetchedServer({ everyone: ['read'] });
  const a = await engineOf(server);
  await expect(createSyncService(a.data).syncEntity('Note', { text: 'one' })).rejects.toMatchObject({
    code: 'auth-needed',
  });
});
