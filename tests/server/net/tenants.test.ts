import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomFrom } from '../../support/randomFrom.ts';
import { gone, note, wire } from '../support.ts';
import { NetStage } from './NetStage.ts';

const random = randomFrom(3);
const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
/** The first asks for nothing: whatever changes there, somebody else has done. */
const tenants = ['quiet', 'acme', 'rival'] as const;
type Tenant = (typeof tenants)[number];
/** In all that a tenant writes, and in nothing that others do. */
const markerOf = (tenant: Tenant): string => `marker-of-${tenant}`;
const othersOf = (tenant: Tenant): readonly Tenant[] => tenants.filter((each) => each !== tenant);
const place = 'v1/collections/Note/documents';
const ids = Array.from({ length: 20 }, (_, i) => `id${i}`);
const requests = 10_000;

let stage: NetStage;
beforeAll(async () => {
  const everyone = ['read', 'write', 'delete', 'admin'] as const;
  stage = await NetStage.open({ everyone, limits: { writesAtOnce: requests } });
});
afterAll(() => stage.close());

/** A tenant with documents, a permission and a socket that hears everything from its beginning. */
async function settled(tenant: Tenant, url: string) {
  const token = await stage.token({ tenant });
  const title = markerOf(tenant);
  for (const id of ids) await stage.ask(`${place}/${id}`, { token, method: 'PUT', body: { title } });
  await stage.ask('v1/permissions', { token, body: { userId: title, collection: 'Note', actions: ['read'] } });
  const { cursor } = (await stage.ask('v1/pull', { token, body: { cursor: null } })).json;
  const socket = await stage.connected(url, token);
  const traffic: string[] = [];
  socket.onAny((...heard) => traffic.push(JSON.stringify(heard)));
  await socket.emitWithAck('subscribe', { device: 'd', cursor: { ...cursor, seq: 0 }, events: true });
  const everything = async (): Promise<string> => {
    const paths = [`${place}?limit=500`, 'v1/collections/Note/deletions', 'v1/permissions'];
    return (await Promise.all(paths.map((path) => stage.ask(path, { token })))).map(({ text }) => text).join();
  };
  return { tenant, token, cursor, socket, traffic, everything };
}

test('[SH13] of 10,000 requests none gets anything of another tenant, changes anything there, or lets it be heard', async () => {
  const url = await stage.listen();
  const all = await Promise.all(tenants.map((tenant) => settled(tenant, url)));
  const [quiet, ...asking] = all as [(typeof all)[0], ...typeof all];
  const before = await quiet.everything();
  const leaks: string[] = [];
  const statuses = new Map<number, number>();
  for (let i = 0; i < requests; i += 1) {
    const { tenant, token, cursor } = pick(asking);
    const foreign = pick(all.filter((each) => each.tenant !== tenant));
    // All that a stranger could have learned is used: ids, keys, cursors, and a tenant wherever one could be named.
    const lure = foreign.tenant;
    const seen = pick([null, foreign.cursor, { ...foreign.cursor, seq: 0 }, { ...cursor, lineage: 'other' }]);
    const title = markerOf(tenant);
    const id = pick(ids);
    const change = pick([wire(note(id, 60, { title })), wire(gone(id, 60))]);
    const [method, path, body] = pick<readonly [string, string, unknown?]>([
      ['POST', 'v1/pull', { cursor: seen }],
      ['POST', 'v1/metadata', {}],
      ['POST', 'v1/keys', { keys: ['app.global', `${lure}.global`] }],
      ['POST', 'v1/push', { since: seen, device: 'd', changes: [change] }],
      ['GET', `${place}/${id}`],
      ['GET', `${place}?tenant=${lure}&limit=5`],
      ['GET', `v1/collections/Note/deletions?tenant=${lure}`],
      ['PUT', `${place}/${id}?tenant=${lure}`, { tenant: lure, title }],
      ['DELETE', `${place}/${id}?tenant=${lure}`],
      ['GET', `v1/permissions?tenant=${lure}`],
      ['POST', 'v1/permissions', { userId: title, collection: 'Note', actions: ['read'], tenant: lure }],
    ]);
    const headers = { 'x-tenant': lure, tenant: lure };
    const answer = await stage.ask(path, { token, method, headers, ...(body === undefined ? {} : { body }) });
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    if (othersOf(tenant).some((other) => answer.text.includes(markerOf(other)))) leaks.push(`${method} ${path}`);
  }
  expect(leaks).toEqual([]);
  // Most were done and some refused, or this proves little.
  expect(statuses.get(200)).toBeGreaterThan(requests / 2);
  expect(statuses.get(404)).toBeGreaterThan(0);
  expect(await quiet.everything()).toBe(before);
  for (const { tenant, socket, traffic, everything } of all) {
    await socket.emitWithAck('metadata', {});
    const known = `${traffic.join()} ${await everything()}`;
    expect([tenant, known.includes(markerOf(tenant))]).toEqual([tenant, true]);
    for (const other of othersOf(tenant)) expect([tenant, known.includes(markerOf(other))]).toEqual([tenant, false]);
  }
});
