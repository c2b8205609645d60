import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomFrom } from '../../support/randomFrom.ts';
import { gone, note, wire } from '../support.ts';
import { NetStage } from './NetStage.ts';

const random = randomFrom(3);
const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
const marker = 'marker-of-acme';
const place = 'v1/collections/Note/documents';

let stage: NetStage;
let ours: string;
beforeAll(async () => {
  const everyone = ['read', 'write', 'delete', 'admin'] as const;
  stage = await NetStage.open({ everyone, limits: { writesAtOnce: 10_000 } });
  ours = await stage.token();
});
afterAll(() => stage.close());

test('[SH13] whatever one tenant asks, it gets nothing of another, changes nothing there, and hears nothing of it', async () => {
  const ids = Array.from({ length: 20 }, (_, i) => `id${i}`);
  for (const id of ids) {
    await stage.ask(`${place}/${id}`, { token: ours, method: 'PUT', body: { title: `${marker}-${id}` } });
  }
  await stage.ask('v1/permissions', { token: ours, body: { userId: marker, collection: 'Note', actions: ['read'] } });
  const head = (await stage.ask('v1/pull', { token: ours, body: { cursor: null } })).json.cursor;
  const before = (await stage.ask(`${place}?limit=100`, { token: ours })).text;

  const url = await stage.listen();
  const rival = await stage.token({ sub: 'anna', tenant: 'rival' });
  const socket = await stage.connected(url, rival);
  const heard: unknown[] = [];
  socket.on('tiersync', (event) => heard.push(event));
  await socket.emitWithAck('subscribe', { device: 'd', cursor: head });

  // All that a stranger could have learned is used: ids, keys, cursors, and a tenant wherever one could be named.
  const cursors = [null, head, { ...head, seq: 0 }, { ...head, lineage: 'other' }];
  const changes = (id: string): object => pick([wire(note(id, 60, { title: 'stolen' })), wire(gone(id, 60))]);
  const requests: readonly ((id: string) => readonly [string, string, unknown?])[] = [
    () => ['POST', 'v1/pull', { cursor: pick(cursors) }],
    () => ['POST', 'v1/metadata', {}],
    () => ['POST', 'v1/keys', { keys: ['app.global'] }],
    (id) => ['POST', 'v1/push', { since: pick(cursors), device: 'd', changes: [changes(id)] }],
    (id) => ['GET', `${place}/${id}`],
    () => ['GET', `${place}?tenant=acme`],
    () => ['GET', 'v1/collections/Note/deletions'],
    (id) => ['PUT', `${place}/${id}?tenant=acme`, { tenant: 'acme', title: 'stolen' }],
    (id) => ['DELETE', `${place}/${id}`],
    () => ['GET', 'v1/permissions?tenant=acme'],
    () => ['POST', 'v1/permissions', { userId: 'anna', collection: 'Note', actions: ['read'], tenant: 'acme' }],
  ];
  for (let i = 0; i < 500; i += 1) {
    const [method, path, body] = pick(requests)(pick(ids));
    const headers = { 'x-tenant': 'acme', tenant: 'acme' };
    const answer = await stage.ask(path, { token: rival, method, headers, ...(body === undefined ? {} : { body }) });
    expect(answer.text, `${method} ${path}`).not.toContain(marker);
  }
  expect((await stage.ask(`${place}?limit=100`, { token: ours })).text).toBe(before);
  expect((await stage.ask('v1/pull', { token: ours, body: { cursor: head } })).json.changes).toEqual([]);
  expect(await stage.server.permissions.list('acme')).toHaveLength(1);
  await socket.emitWithAck('metadata', {});
  expect(JSON.stringify(heard)).not.toContain(marker);
});
