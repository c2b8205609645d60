import { MemorySyncStore, type SyncStore } from 'tiersync/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomFrom } from '../../support/randomFrom.ts';
import { note, wire } from '../support.ts';
import { NetStage } from './NetStage.ts';

/** What would tell a stranger how it looks inside. */
const telling = [
  'node_modules',
  '    at ',
  '.ts:',
  '.js:',
  'select ',
  'insert ',
  'update ',
  'pglite',
  'postgres',
  'stack',
  '/srv/',
  'tenant =',
];
const random = randomFrom(7);
const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

const change = wire(note('a', 0, { title: 'one' }));
const cursor = { lineage: 'l', view: 'v', seq: 1 };
const seeds: readonly (readonly [string, string, unknown])[] = [
  ['POST', 'v1/pull', { cursor: null }],
  ['POST', 'v1/pull', { cursor, collections: ['Note'], limit: 3 }],
  ['POST', 'v1/metadata', {}],
  ['POST', 'v1/keys', { keys: ['app.global'], after: '["app.global","Note","a"]' }],
  ['POST', 'v1/push', { since: null, device: 'd', changes: [change] }],
  ['PUT', 'v1/collections/Note/documents/a', { title: 'two' }],
  ['GET', 'v1/collections/Note/documents?limit=2', undefined],
  ['DELETE', 'v1/collections/Note/documents/a', undefined],
  ['POST', 'v1/permissions', { userId: 'anna', collection: 'Note', actions: ['read'] }],
];
const odd: readonly unknown[] = [
  null,
  -1,
  2 ** 53,
  '1',
  '',
  [],
  {},
  true,
  1e308,
  '__proto__',
  '\u0000',
  '\ud800',
  "'; drop table",
  'x'.repeat(5_000),
];

/** The same with one thing in it changed to something odd. */
function mutated(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || random() < 0.2) return pick(odd);
  const names = Object.keys(value);
  if (names.length === 0 || random() < 0.1)
    return { ...value, [String(pick(['more', 'toString', '$x', '']))]: pick(odd) };
  const name = pick(names);
  const inner = mutated((value as Record<string, unknown>)[name]);
  return Array.isArray(value)
    ? value.map((each, i) => (String(i) === name ? inner : each))
    : { ...value, [name]: inner };
}

/** A store that fails as databases do, with all of it in the message. */
class FailingStore extends MemorySyncStore {
  override read: SyncStore['read'] = (tenant, work) => this.#maybe(() => super.read(tenant, work));
  override write: SyncStore['write'] = (tenant, work) => this.#maybe(() => super.write(tenant, work));

  #maybe<T>(work: () => Promise<T>): Promise<T> {
    if (random() < 0.9) return work();
    throw Object.assign(new Error('select * from tiersync.row where tenant = $1: postgres at /srv/x.ts:1:2'), {
      code: '42P01',
    });
  }
}

let stage: NetStage;
let token: string;
beforeAll(async () => {
  const everyone = ['read', 'write', 'delete', 'admin'] as const;
  stage = await NetStage.open({ store: new FailingStore(), everyone, limits: { writesAtOnce: 10_000 } });
  token = await stage.token();
});
afterAll(() => stage.close());

test('[SH7] [SH8] a thousand random requests are all answered, with a code and without a word of what is inside', async () => {
  const statuses = new Map<number, number>();
  for (let i = 0; i < 1_000; i += 1) {
    const [method, path, seed] = pick(seeds);
    const body = random() < 0.1 ? seed : mutated(seed);
    const isText = random() < 0.05;
    const asked = seed === undefined ? {} : { body: isText ? String(pick(odd)) : JSON.stringify(body) };
    const target = random() < 0.1 ? `${path}/${encodeURIComponent(String(pick(odd)).toWellFormed())}` : path;
    const answer = await stage.ask(target, { token: random() < 0.05 ? 'x' : token, method, ...asked });
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    const place = `${method} ${target} ${JSON.stringify(asked)}: ${answer.text}`;
    if (answer.status >= 400) {
      expect(answer.json.error.code, place).toMatch(/^[a-z-]+$/);
      for (const word of telling) expect(answer.json.error.message.toLowerCase(), place).not.toContain(word);
    }
  }
  // Every kind of answer was among them, or this proves little.
  for (const status of [200, 400, 401, 404, 500]) expect(statuses.get(status), String(status)).toBeGreaterThan(0);
  expect((await stage.ask('v1/health')).status).toBe(200);
});

test('[SH7] sockets tell as little, whatever they are sent', async () => {
  const url = await stage.listen();
  const socket = await stage.connected(url, token);
  for (let i = 0; i < 300; i += 1) {
    const [, path, seed] = pick(seeds.slice(0, 5));
    const answer = await socket.emitWithAck(path.slice(3), mutated(seed));
    const text = JSON.stringify(answer.error ?? '').toLowerCase();
    for (const word of telling) expect(text).not.toContain(word);
  }
  for (const args of [[], [1], ['x', 'y'], [null, null]]) socket.emit('pull', ...args);
  socket.emit('unknown', {});
  expect(socket.connected).toBe(true);
});
