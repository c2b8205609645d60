import { createServer } from 'node:http';
import { connect } from 'node:net';
import { Server } from 'socket.io';
import type { Socket } from 'socket.io-client';
import type { Permission } from 'tiersync/server';
import { SocketHandler, type Subscriber, type SyncEvent } from 'tiersync/server';
import { afterEach, expect, test } from 'vitest';
import type { ServerEvent } from '../../../src/protocol/messages.ts';
import { TestEnvironment } from '../../support/TestEnvironment.ts';
import { note, wire } from '../support.ts';
import { closed, NetStage, next, urlOf } from './NetStage.ts';

const all: Permission['actions'] = ['read', 'write', 'delete'];
let stage: NetStage;
afterEach(() => stage?.close());

// biome-ignore lint/suspicious/noExplicitAny: whatever the server said, for a test to look into
const ask = (socket: Socket, operation: string, request: unknown): Promise<any> =>
  socket.emitWithAck(operation, request);

const subscribed = async (socket: Socket, request: object = {}): Promise<Socket> => {
  const answer = await ask(socket, 'subscribe', { device: 'own', cursor: null, ...request });
  expect(answer.error).toBe(undefined);
  return socket;
};

const push = async (token: string, ids: readonly string[], name = 'Note', device = 'phone'): Promise<void> => {
  const changes = ids.map((id) => wire(note(id, 0, {}, 1, name)));
  const answer = await stage.ask('v1/push', { token, body: { since: null, device, changes } });
  expect(answer.json.results).toEqual(ids.map(() => 'applied'));
};

const hears = (socket: Socket): Promise<Extract<ServerEvent, { type: 'changes' }>> => next(socket, 'tiersync');
const ids = ({ changes }: Extract<ServerEvent, { type: 'changes' }>): string[] =>
  changes.map((change) => ('entity' in change ? change.entity.id : change.id));

test('[SO1] a connection that does not sign in is closed', async () => {
  stage = await NetStage.open({ limits: { connectMs: 50 } });
  const url = await stage.listen();
  const silent = connect(Number(new URL(url).port), '127.0.0.1');
  silent.write(
    [
      'GET /sync/socket.io/?EIO=4&transport=websocket HTTP/1.1',
      'Host: server.test',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      '\r\n',
    ].join('\r\n'),
  );
  silent.resume();
  // The test ends only if the server ends this, although nobody here ever answers.
  await new Promise((resolve) => silent.once('close', resolve));
  expect(stage.server.sockets.count).toBe(0);
});

test('[SO2] the operations answer by socket what they answer by HTTP, and a refusal is an answer too', async () => {
  stage = await NetStage.open({ everyone: all });
  const url = await stage.listen();
  const token = await stage.token();
  const socket = await stage.connected(url, token);
  const changes = [wire(note('a', 0, { title: 'one' }))];
  expect((await ask(socket, 'push', { since: null, device: 'd', changes })).results).toEqual(['applied']);
  for (const [operation, request] of [
    ['pull', { cursor: null }],
    ['metadata', {}],
    ['keys', { keys: ['app.global'] }],
  ] as const) {
    const byHttp = await stage.ask(`v1/${operation}`, { token, body: request });
    expect(await ask(socket, operation, request)).toEqual(byHttp.json);
  }
  expect(await ask(socket, 'pull', { cursor: 5 })).toMatchObject({ error: { code: 'bad-request' } });
  expect(await ask(socket, 'subscribe', {})).toMatchObject({ error: { code: 'bad-request' } });
});

test('[SO3] a socket hears what others write, and not what its own device does', async () => {
  stage = await NetStage.open({ everyone: all });
  const url = await stage.listen();
  const token = await stage.token();
  const socket = await subscribed(await stage.connected(url, token));
  const first = hears(socket);
  await push(token, ['a']);
  expect(await first).toMatchObject({ after: 0, cursor: { seq: 1 } });
  const second = hears(socket);
  await push(token, ['b'], 'Note', 'own');
  await push(token, ['c', 'd']);
  const event = await second;
  expect([event.after, event.cursor.seq, ids(event)]).toEqual([1, 3, ['c', 'd']]);
});

test('[SO3] a socket that subscribes again and again, to the same or to something else, goes on hearing', async () => {
  stage = await NetStage.open({ everyone: all });
  const url = await stage.listen();
  const token = await stage.token();
  const socket = await subscribed(await stage.connected(url, token));
  for (const [n, request] of [{}, { collections: ['Note'] }, { collections: ['Note'] }, {}].entries()) {
    await subscribed(socket, request);
    const event = hears(socket);
    await push(token, [`n${n}`]);
    expect(ids(await event)).toEqual([`n${n}`]);
  }
});

test('[SO3] after a reconnect a socket subscribes from its cursor and misses nothing', async () => {
  stage = await NetStage.open({ everyone: all });
  const url = await stage.listen();
  const token = await stage.token();
  const socket = await stage.connected(url, token);
  const { cursor } = await ask(socket, 'subscribe', { device: 'own', cursor: null });
  socket.disconnect();
  await push(token, ['a']);
  const again = await stage.connected(url, token);
  const event = hears(again);
  await subscribed(again, { cursor });
  expect(ids(await event)).toEqual(['a']);
});

test('[SO4] after a revocation nothing comes but a poke', async () => {
  stage = await NetStage.open();
  const url = await stage.listen();
  const { permissions } = stage.server;
  const line: Permission = { userId: 'anna', collection: 'Note', actions: ['read'] };
  await permissions.grant('acme', line);
  await permissions.grant('acme', { userId: 'bert', collection: '*', actions: all });
  const socket = await subscribed(await stage.connected(url, await stage.token()));
  const bert = await stage.token({ sub: 'bert' });
  const watcher = await subscribed(await stage.connected(url, bert));
  const events: ServerEvent[] = [];
  socket.on('tiersync', (event: ServerEvent) => events.push(event));
  const poked = next<ServerEvent>(socket, 'tiersync');
  await permissions.revoke('acme', line);
  expect(await poked).toEqual({ type: 'poke' });
  const seen = hears(watcher);
  await push(bert, ['secret']);
  await seen;
  // Whatever was on its way to this socket has come before this answer.
  expect((await ask(socket, 'metadata', {})).metadata.entityKeys).toEqual({});
  expect(events).toEqual([{ type: 'poke' }]);
});

test('[SO5] only collections that a socket subscribed to are told, and only what it may see of them', async () => {
  stage = await NetStage.open({
    permissions: [
      { userId: 'anna', collection: 'Note', actions: ['read'] },
      { userId: 'anna', collection: 'Task', itemId: 't2', actions: ['read'] },
      { userId: 'bert', collection: '*', actions: all },
    ],
  });
  const url = await stage.listen();
  const bert = await stage.token({ sub: 'bert' });
  const token = await stage.token();
  const ofNotes = await subscribed(await stage.connected(url, token), { collections: ['Note'] });
  const ofAll = await subscribed(await stage.connected(url, token));
  const heard: string[] = [];
  for (const [socket, name] of [
    [ofNotes, 'notes'],
    [ofAll, 'all'],
  ] as const) {
    socket.on('tiersync', (event) => heard.push(...ids(event).map((id) => `${name} ${id}`)));
  }
  await push(bert, ['t1', 't2'], 'Task');
  await push(bert, ['n1'], 'Note');
  await push(bert, ['u1'], 'User');
  const last = [next(ofNotes, 'tiersync'), next(ofAll, 'tiersync')];
  await push(bert, ['n2'], 'Note');
  await Promise.all(last);
  await Promise.all([ask(ofNotes, 'metadata', {}), ask(ofAll, 'metadata', {})]);
  expect(heard.filter((line) => line.startsWith('notes'))).toEqual(['notes n1', 'notes n2']);
  expect(heard.filter((line) => line.startsWith('all'))).toEqual(['all t2', 'all n1', 'all n2']);
});

test('[SO6] who asks for events gets one for each document, in the shapes of the application', async () => {
  stage = await NetStage.open({ everyone: all });
  const url = await stage.listen();
  const socket = await subscribed(await stage.connected(url, await stage.token()), { events: true });
  const { sockets } = stage.server;
  const on = (type: string): Promise<SyncEvent> => next(socket, type);
  const inAcme = { tenant: 'acme' };
  const when = new Date(stage.environment.now());

  const created = on('document:created');
  await sockets.emitDocumentCreated({ id: 'e1', collection: 'events', data: { title: 'Concert', when } }, inAcme);
  expect(await created).toMatchObject({
    type: 'document:created',
    collection: 'events',
    documentId: 'e1',
    document: { id: 'e1', collection: 'events', data: { title: 'Concert' }, metadata: { version: 1 } },
    timestamp: when.toISOString(),
  });
  const updated = on('document:updated');
  await sockets.emitDocumentUpdated({ id: 'e1', collection: 'events', data: { title: 'Opera' } }, inAcme);
  expect((await updated).document).toMatchObject({ data: { title: 'Opera' }, metadata: { version: 2 } });
  const deleted = on('document:deleted');
  await sockets.emitDocumentDeleted('events', 'e1', 'anna', inAcme);
  expect(await deleted).toMatchObject({ collection: 'events', documentId: 'e1' });
  await sockets.emitDocumentCreated({ id: 'e2', collection: 'events', data: {} }, inAcme);
  const cleared = on('collection:cleared');
  await sockets.emitCollectionCleared('events', 'anna', inAcme);
  expect(await cleared).toMatchObject({ type: 'collection:cleared', collection: 'events' });
  const rest = await stage.ask('v1/collections/events/documents', { token: await stage.token() });
  expect(rest.json).toEqual({ documents: [], next: null });
});

test('[SO7] what the application emits is kept: who was offline gets it, and emitting it again changes nothing', async () => {
  stage = await NetStage.open({ everyone: all });
  const token = await stage.token();
  const { sockets } = stage.server;
  const document = { id: 'e1', collection: 'events', data: { title: 'Concert' } };
  const head = async (): Promise<number> =>
    (await stage.ask('v1/pull', { token, body: { cursor: null } })).json.cursor.seq;
  const inAcme = { tenant: 'acme' };
  for (let i = 0; i < 3; i += 1) await sockets.emitDocumentCreated(document, inAcme);
  expect(await head()).toBe(1);
  const keys = await stage.ask('v1/keys', { token, body: { keys: ['app.global'] } });
  expect(keys.json.changes).toMatchObject([{ name: 'events', entity: { id: 'e1', title: 'Concert' } }]);
  for (let i = 0; i < 3; i += 1) await sockets.emitDocumentDeleted('events', 'e1', 'anna', inAcme);
  expect(await head()).toBe(2);
  const after = await stage.ask('v1/collections/events/deletions', { token });
  expect(after.json.deletions).toMatchObject([{ id: 'e1' }]);
});

test('[SO8] who writes without a pause although told to wait loses the socket', async () => {
  stage = await NetStage.open({ everyone: all, limits: { writesPerSecond: 1, writesAtOnce: 1, overMs: 2_000 } });
  const url = await stage.listen();
  const socket = await stage.connected(url, await stage.token());
  const body = { since: null, device: 'd', changes: [] };
  expect((await ask(socket, 'push', body)).results).toEqual([]);
  const closing = next<{ error: { code: string } }>(socket, 'tiersync:closing');
  const codes: string[] = [];
  while (socket.connected && codes.length < 20) {
    await stage.environment.advance(250);
    const answer = await Promise.race([ask(socket, 'push', body), closing.then(() => null)]);
    if (answer === null) break;
    codes.push(answer.error?.code ?? 'ok');
  }
  expect((await closing).error.code).toBe('rate-limited');
  expect(new Set(codes)).toEqual(new Set(['ok', 'rate-limited']));
});

/** A socket by polling, which reads only when somebody asks for it. */
async function poller(url: string, token: string): Promise<{ read: () => Promise<Response> }> {
  const path = `${url}/sync/socket.io/?EIO=4&transport=polling`;
  const sid = JSON.parse((await (await fetch(path)).text()).slice(1)).sid;
  const read = (): Promise<Response> => fetch(`${path}&sid=${sid}`);
  const say = (body: string): Promise<unknown> => fetch(`${path}&sid=${sid}`, { method: 'POST', body });
  await say(`40${JSON.stringify({ token })}`);
  await read();
  await say(`421${JSON.stringify(['subscribe', { device: 'slow', cursor: null }])}`);
  await read();
  return { read };
}

test('[SO9] a socket that reads nothing is closed, and the others hear everything', async () => {
  stage = await NetStage.open({ everyone: all, limits: { outboundBytes: 1 } });
  const url = await stage.listen();
  const token = await stage.token();
  const { read } = await poller(url, token);
  const reader = await subscribed(await stage.connected(url, token));
  const heard: string[] = [];
  reader.on('tiersync', (event) => heard.push(...ids(event)));
  for (const id of ['a', 'b', 'c']) await push(token, [id]);
  await stage.environment.advance(4_500);
  expect(stage.server.sockets.count).toBe(2);
  await stage.environment.advance(2_000);
  expect(stage.server.sockets.count).toBe(1);
  await ask(reader, 'metadata', {});
  expect(heard).toEqual(['a', 'b', 'c']);
  expect((await read()).status).toBe(400);
});

test('[SO12] what waits for a slow reader is bounded, and it gets the rest once it has read', async () => {
  stage = await NetStage.open({ everyone: all, limits: { outboundBytes: 1 } });
  const url = await stage.listen();
  const token = await stage.token();
  const { read } = await poller(url, token);
  const names = ['first-note', 'second-note', 'third-note'];
  for (const id of names) await push(token, [id]);
  await stage.environment.advance(500);
  const first = await (await read()).text();
  expect(names.map((name) => first.includes(name))).toEqual([true, false, false]);
  const rest = read();
  await stage.environment.advance(500);
  const second = await (await rest).text();
  expect(names.map((name) => second.includes(name))).toEqual([false, true, true]);
});

test('[SO10] a SocketHandler works by itself, before a Socket.io of your own', async () => {
  stage = await NetStage.open();
  const http = createServer();
  const io = new Server(http);
  const environment = new TestEnvironment();
  const handler = new SocketHandler(io, {
    verifyToken: async (token) => (token === 'good' ? { userId: 'anna' } : null),
    permissions: [{ userId: 'anna', collection: 'events', actions: ['read'] }],
    environment,
  });
  const url = await urlOf(http);
  const socket = await stage.connected(url, 'good', { path: '/socket.io' });
  await subscribed(socket, { events: true, collections: ['events'] });
  await expect(stage.connected(url, 'bad', { path: '/socket.io' })).rejects.toMatchObject({
    data: { code: 'unauthorized' },
  });
  const created = next<SyncEvent>(socket, 'document:created');
  await handler.emitDocumentCreated({ id: 'u1', collection: 'users', data: {} });
  await handler.emitDocumentCreated({ id: 'e1', collection: 'events', data: { title: 'Concert' } });
  expect(await created).toMatchObject({ collection: 'events', documentId: 'e1' });
  expect(handler.disconnectUser('bert')).toBe(0);
  const gone = next(socket, 'disconnect');
  expect(handler.disconnectUser('anna')).toBe(1);
  await gone;
  handler.close();
  io.close();
  await closed(http);
});

test('[SO16] the application is told who begins and who ends to hear of what, and can ask who does', async () => {
  const told: string[] = [];
  const word =
    (what: string) =>
    ({ tenant, userId, device, collections }: Subscriber): void =>
      void told.push([what, tenant, userId, device, ...collections].join(' '));
  stage = await NetStage.open({ everyone: all, onSubscribe: word('+'), onUnsubscribe: word('-') });
  const { sockets } = stage.server;
  const url = await stage.listen();
  const anna = await stage.connected(url, await stage.token());
  const bert = await stage.connected(url, await stage.token({ sub: 'bert' }));
  const rival = await stage.connected(url, await stage.token({ tenant: 'rival' }));
  expect(sockets.getSubscribers('Note', { tenant: 'acme' })).toEqual([]);
  await subscribed(anna, { device: 'phone', collections: ['Note', 'Task'] });
  await subscribed(bert);
  await subscribed(rival);
  const listening = (name: string): string[] =>
    sockets.getSubscribers(name, { tenant: 'acme' }).map(({ userId }) => userId);
  expect([listening('Note'), listening('Other')]).toEqual([['anna', 'bert'], ['bert']]);
  await subscribed(anna, { device: 'phone', collections: ['Task'] });
  expect([listening('Note'), listening('Task')]).toEqual([['bert'], ['anna', 'bert']]);
  sockets.disconnectUser('anna', { tenant: 'acme' });
  expect(listening('Task')).toEqual(['bert']);
  expect(told).toEqual([
    '+ acme anna phone Note Task',
    '+ acme bert own',
    '+ rival anna own',
    '- acme anna phone Note Task',
    '+ acme anna phone Task',
    '- acme anna phone Task',
  ]);
});

test('[SO16] a listener that fails, at once or later, keeps no socket from being served, and is told of in the log', async () => {
  for (const onSubscribe of [
    () => {
      throw new Error('the listener is broken');
    },
    () => Promise.reject(new Error('the listener is broken')),
  ]) {
    stage = await NetStage.open({ everyone: all, onSubscribe });
    const socket = await subscribed(await stage.connected(await stage.listen(), await stage.token()));
    const heard = hears(socket);
    await push(await stage.token(), ['a']);
    expect(ids(await heard)).toEqual(['a']);
    expect(stage.log.filter((line) => line.includes('a listener of subscriptions failed'))).toHaveLength(1);
    await stage.close();
  }
});

test('[SO11] a server that is closed says so to everybody, lets nobody in, and leaves nothing behind', async () => {
  stage = await NetStage.open();
  const url = await stage.listen();
  const token = await stage.token();
  const socket = await stage.connected(url, token);
  const said = next(socket, 'tiersync:closing');
  const gone = next(socket, 'disconnect');
  await stage.server.close();
  expect(await said).toMatchObject({ error: { code: 'unavailable' } });
  await gone;
  expect((await stage.ask('v1/pull', { token, body: { cursor: null } })).status).toBe(503);
  expect((await stage.ask('v1/health')).json).toEqual({ status: 'closing' });
  expect(stage.server.sockets.count).toBe(0);
  expect(stage.environment.timers).toBe(0);
});

test('[SO13] a socket hears nothing of another tenant', async () => {
  stage = await NetStage.open({ everyone: all });
  const url = await stage.listen();
  const ours = await stage.token();
  const theirs = await stage.token({ tenant: 'rival' });
  const socket = await subscribed(await stage.connected(url, theirs));
  const heard: string[] = [];
  socket.on('tiersync', (event) => heard.push(...ids(event)));
  await push(ours, ['secret']);
  const own = hears(socket);
  await push(theirs, ['own']);
  await own;
  expect(heard).toEqual(['own']);
});

test('[SO14] questions of one socket wait in bounded number, and what asks for no answer is not asked', async () => {
  stage = await NetStage.open({ everyone: all, limits: { waitingPerSocket: 2 } });
  const url = await stage.listen();
  const socket = await stage.connected(url, await stage.token());
  socket.emit('push', { since: null, device: 'd', changes: [wire(note('a', 0))] });
  const answers = await Promise.all([1, 2, 3].map(() => ask(socket, 'pull', { cursor: null })));
  expect(answers.map((answer) => answer.error?.code ?? 'ok')).toEqual(['ok', 'ok', 'rate-limited']);
  expect(answers[0].cursor.seq).toBe(0);
});
