import { EntityKeyGlobalStrategy } from 'tiersync';
import { createSyncServer, MemorySyncStore, type ServerOptions, type SyncStore } from 'tiersync/server';
import { afterEach, expect, test } from 'vitest';
import { pgliteDatabase } from '../../../src/server/database/pgliteDatabase.ts';
import { pgliteImage } from '../../support/pgliteImage.ts';
import { TestEnvironment } from '../../support/TestEnvironment.ts';
import { NetStage, next } from './NetStage.ts';

let stage: NetStage;
afterEach(() => stage?.close());

interface Note {
  title: string;
  expiresAt?: Date;
}

test('[SR1] what the application saves by its repository reaches devices, sockets and REST', async () => {
  stage = await NetStage.open({ everyone: ['read'] });
  const url = await stage.listen();
  const token = await stage.token();
  const socket = await stage.connected(url, token);
  await socket.emitWithAck('subscribe', { device: 'd', cursor: null });
  const notes = stage.server.repo<Note>('Note', { tenant: 'acme' });
  const heard = next(socket, 'tiersync');
  const id = await notes.save({ title: 'from the server' });
  expect(await heard).toMatchObject({ type: 'changes', changes: [{ name: 'Note', entity: { id } }] });
  const shown = await stage.ask(`v1/collections/Note/documents/${id}`, { token });
  expect(shown.json.data).toEqual({ title: 'from the server' });
  expect(await stage.server.repo('Note').getAll()).toEqual([]);
  await notes.delete(id);
  expect((await stage.ask(`v1/collections/Note/documents/${id}`, { token })).status).toBe(404);
});

test('[SR1] what the application keeps in tables of its own is shown as well', async () => {
  const updatedAt = new Date('2026-05-17T11:00:00.000Z');
  const document = { id: 'e1', collection: 'events', data: { title: 'Concert' }, metadata: { updatedAt } };
  stage = await NetStage.open({ everyone: ['read'], sources: { events: { getDocuments: async () => [document] } } });
  const token = await stage.token();
  const body = { cursor: (await stage.ask('v1/pull', { token, body: { cursor: null } })).json.cursor };
  expect(body.cursor.seq).toBe(1);
  const shown = await stage.ask('v1/collections/events/documents/e1', { token });
  expect(shown.json.data).toEqual({ title: 'Concert' });
});

test('[SR2] what is over is taken away by the server itself, and nothing of that goes on after it was closed', async () => {
  stage = await NetStage.open();
  const notes = stage.server.repo<Note>('Note');
  await notes.save({ id: 'a', title: 'short', expiresAt: new Date(stage.environment.now() + 1_000) });
  await stage.environment.advance(80 * 60_000);
  expect(await notes.deletions()).toMatchObject([{ id: 'a' }]);
  await stage.server.close();
  expect(stage.environment.timers).toBe(0);
});

test('[SR2] housekeeping that fails is told of and tried again', async () => {
  class Away extends MemorySyncStore {
    isAway = true;
    override tenants: SyncStore['tenants'] = () => (this.isAway ? Promise.reject(new Error('away')) : super.tenants());
  }
  const store = new Away();
  stage = await NetStage.open({ store });
  const notes = stage.server.repo<Note>('Note');
  await notes.save({ id: 'a', title: 'short', expiresAt: new Date(stage.environment.now() + 1_000) });
  await stage.environment.advance(11 * 60_000);
  expect(stage.log.filter((line) => line.includes('housekeeping did not come to its end'))).toHaveLength(1);
  store.isAway = false;
  await stage.environment.advance(60 * 60_000);
  expect(await notes.deletions()).toHaveLength(1);
});

test('[SD8] a clock that counts in fractions of a millisecond is taken at whole ones, in a database too', async () => {
  const clock = new TestEnvironment();
  const { setTimer, clearTimer } = clock;
  const environment = { now: () => clock.now() + 0.625, setTimer, clearTimer };
  const database = await pgliteDatabase({ image: await pgliteImage() });
  stage = await NetStage.open({ database, store: undefined as never, environment });
  const notes = stage.server.repo<Note>('Note');
  await notes.save({ id: 'a', title: 'short', expiresAt: new Date(clock.now() + 1_000) });
  await notes.save({ id: 'b', title: 'stays' });
  await clock.advance(80 * 60_000);
  expect(await notes.deletions()).toMatchObject([{ id: 'a' }]);
  expect((await notes.getAll()).map(({ id }) => id)).toEqual(['b']);
  expect(stage.log.filter((line) => line.includes('did not come to its end'))).toEqual([]);
});

const jwt = { secret: 'x'.repeat(32), issuer: 'i', audience: 'a' };
const wrong: readonly [string, object, RegExp][] = [
  ['an unknown option', { jwt, tokens: {} }, /there is no option tokens; there are jwt, authenticate/],
  ['a database and a store', { jwt, database: 'x' }, /a database or a store/],
  ['a strategy without a prefix', { jwt, strategy: new EntityKeyGlobalStrategy() }, /say the `prefix`/],
  ['sources without a prefix', { jwt, sources: {} }, /say the `prefix`/],
  ['a prefix that holds the separator', { jwt, prefix: 'a.b' }, /prefix/],
  ['a path that is none', { jwt, path: 'a b' }, /such as '\/sync'/],
  ['proxies that are no number', { jwt, proxies: true }, /whole number/],
  ['origins that are no list', { jwt, allowedOrigins: '*' }, /must be a list/],
  ['an unknown limit', { jwt, limits: { size: 1 } }, /limits.size/],
];

test.each(wrong)('[SR3] %s is refused by name before anything is opened', async (_, options, message) => {
  const given = { store: new MemorySyncStore(), ...options } as ServerOptions;
  const attempt = createSyncServer(given);
  await expect(attempt).rejects.toThrow(TypeError);
  await expect(attempt).rejects.toThrow(message);
});

test('[SR3] a server without a prefix says so to whoever asks for a repository, and a closed one does not listen', async () => {
  stage = await NetStage.open({ prefix: undefined as unknown as string });
  expect(() => stage.server.repo('Note')).toThrow(/Say the `prefix`/);
  await stage.server.close();
  await stage.server.close();
  await expect(stage.server.listen()).rejects.toThrow(/was closed/);
});
