import type { Socket } from 'socket.io-client';
import type { Permission } from 'tiersync/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ServerEvent, WireCursor } from '../../../src/protocol/messages.ts';
import { decide } from '../../../src/server/permissions/decide.ts';
import { randomFrom } from '../../support/randomFrom.ts';
import { gone, idOf, key, note, wire } from '../support.ts';
import { NetStage } from './NetStage.ts';

const random = randomFrom(5);
const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
const names = ['Note', 'Task', 'Plan', 'Bill'];
const nameOf = (n: number): string => names[n % names.length]!;
const users = Array.from({ length: 100 }, (_, n) => ({
  userId: `user${n}`,
  groups: [`group${n % 7}`, `group${n % 5}`, 'all'],
}));
const items = Array.from({ length: 100 }, (_, n) => ({ id: `n${n}`, name: nameOf(n), isDeleted: n % 10 === 0 }));
const owner: Permission = { userId: 'owner', collection: '*', actions: ['admin'] };
/** Whoever has heard of this has heard all before. */
const last: Permission = { groupId: 'all', collection: 'Last', actions: ['read'] };
const lines = Array.from(
  { length: 300 },
  (_, n): Permission => ({
    ...pick([{ userId: `user${n % 100}` }, { groupId: `group${n % 7}` }]),
    collection: pick(names),
    ...(random() < 0.5 ? { itemId: pick(items).id } : {}),
    actions: ['read'],
    effect: random() < 0.75 ? 'allow' : 'deny',
  }),
);

let stage: NetStage;
beforeAll(async () => {
  stage = await NetStage.open({ permissions: [owner, last, ...lines], limits: { socketsPerAddress: 200 } });
});
afterAll(() => stage.close());

type Events = Extract<ServerEvent, { readonly type: 'changes' }>;
const placesOf = (changes: Events['changes']): string[] => changes.map((one) => `${one.name} ${idOf(one)}`);

/** All that a socket hears until the last. */
function heardBy(socket: Socket): Promise<string[]> {
  const places: string[] = [];
  return new Promise((resolve) => {
    socket.on('tiersync', ({ changes }: Events) => {
      places.push(...placesOf(changes));
      if (!places.some((place) => place.startsWith('Last'))) return;
      socket.off('tiersync');
      resolve(places.filter((place) => !place.startsWith('Last')).sort());
    });
  });
}

test('[SZ2] for 10,000 pairs of a user and an item REST, poll, snapshot and socket show the same, and what the table says', async () => {
  const url = await stage.listen();
  const writer = await stage.token({ sub: 'owner' });
  const write = async (written: typeof items, seconds: number, version: number): Promise<void> => {
    const records = written.map(({ id, name, isDeleted }) =>
      isDeleted ? gone(id, seconds, name) : note(id, seconds, {}, version, name),
    );
    for (const changes of [records, [note(`last${version}`, seconds, {}, 1, 'Last')]]) {
      const since = (await stage.ask('v1/pull', { token: writer, body: { cursor: null } })).json.cursor;
      const body = { since, device: 'phone', changes: changes.map((one) => wire(one)) };
      expect((await stage.ask('v1/push', { token: writer, body })).json.results).toEqual(changes.map(() => 'applied'));
    }
  };
  await write(items, 1, 1);
  const policy = { lines: [owner, last, ...lines], everyone: [] };
  const sockets: { readonly socket: Socket; readonly expected: readonly string[] }[] = [];
  let shown = 0;
  for (const { userId, groups } of users) {
    const token = await stage.token({ sub: userId, groups });
    // biome-ignore lint/suspicious/noExplicitAny: whatever the server said
    const ask = async (path: string, body?: object): Promise<any> => (await stage.ask(path, { token, body })).json;
    const may = items.filter(({ id, name }) => decide(policy, { userId, groups }, 'read', name, id));
    const sorted = (some: typeof may): string[] => some.map(({ id, name }) => `${name} ${id}`).sort();
    const [all, alive, deleted] = [may, may.filter((i) => !i.isDeleted), may.filter((i) => i.isDeleted)].map(sorted);
    shown += may.length;

    const byRest: string[] = [];
    const deletions: string[] = [];
    for (const name of names) {
      const place = `v1/collections/${name}`;
      const { documents } = await ask(`${place}/documents?limit=500`);
      byRest.push(...documents.map(({ id }: { id: string }) => `${name} ${id}`));
      const answer = await ask(`${place}/deletions?limit=500`);
      deletions.push(...answer.deletions.map(({ id }: { id: string }) => `${name} ${id}`));
    }
    expect([userId, byRest.sort(), deletions.sort()]).toEqual([userId, alive, deleted]);

    const { cursor } = (await ask('v1/pull', { cursor: null })) as { cursor: WireCursor };
    const poll = await ask('v1/pull', { cursor: { ...cursor, seq: 0 }, collections: names });
    const snapshot = await ask('v1/keys', { keys: [key], collections: names });
    const { metadata } = await ask('v1/metadata', { collections: names });
    const counts = Object.values(metadata.entityKeys[key]?.entities ?? {}) as { count: number; deletedCount: number }[];
    expect([placesOf(poll.changes).sort(), placesOf(snapshot.changes).sort()]).toEqual([all, all]);
    expect(counts.reduce((sum, { count, deletedCount }) => sum + count + deletedCount, 0)).toBe(may.length);

    const socket = await stage.connected(url, token);
    const heard = heardBy(socket);
    await socket.emitWithAck('subscribe', { device: 'own', cursor: { ...cursor, seq: 0 } });
    expect(await heard).toEqual(all);
    sockets.push({ socket, expected: alive! });
  }
  expect(shown).toBeGreaterThan(1_000);
  expect(shown).toBeLessThan(9_000);
  // And once more as it happens, to all at one time.
  const live = sockets.map(({ socket }) => heardBy(socket));
  const alive = items.filter(({ isDeleted }) => !isDeleted);
  await write(alive, 2, 2);
  expect(await Promise.all(live)).toEqual(sockets.map(({ expected }) => expected));
});
