import { createServerTier } from 'tiersync/client';
import { expect, test } from 'vitest';
import type { KeysAnswer, PullAnswer, PushRequest } from '../../src/protocol/messages.ts';
import { settle } from '../support/TestEnvironment.ts';
import { serverDevice } from './serverDevice.ts';
import { TestServer } from './TestServer.ts';

const numbers = (count: number, group = 'g'): { readonly text: string; readonly group: string }[] =>
  Array.from({ length: count }, (_, i) => ({ text: String(i).padStart(3, '0'), group }));

const pushed = (server: TestServer): PushRequest[] =>
  server.asked.splice(0).flatMap(({ name, request }) => (name === 'push' ? [request as PushRequest] : []));

test('[SC1] what one device saves, edits or deletes reaches another by way of the server, every value as it was', async () => {
  const server = new TestServer();
  const a = await serverDevice(server);
  const b = await serverDevice(server, { user: 'ben' });
  const values = { text: 'one', at: new Date(0), big: 12n, bytes: new Uint8Array([1, 2]), odd: -0, $odd: 'x' };
  const id = a.notes.save(values);
  await a.flush();
  expect(a.notes.syncState(id)).toBe('synced');
  await b.pull();
  expect(await b.notes.get(id)).toMatchObject(values);
  await b.edit(id, { text: 'two', at: undefined });
  await b.flush();
  await a.pull();
  expect(await a.notes.get(id)).toEqual(await b.notes.get(id));
  a.notes.delete(id);
  await a.flush();
  await b.pull();
  expect(await b.notes.get(id)).toBeNull();
  expect([a.conflicts(), b.conflicts()]).toEqual([[], []]);
});

test('[SC2] a pull and the keys are followed page by page, and keys that are wanted at one time are one question', async () => {
  const server = new TestServer({ limits: { page: 3 } });
  const a = await serverDevice(server);
  for (const group of ['g', 'h', 'i']) a.notes.saveMany(numbers(4, group));
  await a.flush();
  const b = await serverDevice(server);
  server.names();
  await b.pull();
  expect(server.names()).toEqual(['pull', 'metadata', 'keys', 'keys', 'keys', 'keys']);
  expect((await b.texts()).length).toBe(12);
  for (const one of await a.notes.getAll()) {
    await a.edit(one.id, { text: `later ${one.text}` });
    await a.flush();
  }
  server.names();
  await b.pull();
  expect(server.names()).toEqual(['pull', 'pull', 'pull', 'pull']);
  expect(await b.texts()).toEqual(await a.texts());
});

test('[SC3] an idle look is one question and writes nothing', async () => {
  const server = new TestServer();
  const a = await serverDevice(server);
  a.notes.save({ text: 'one' });
  await a.flush();
  await a.pull();
  server.names();
  const before = a.stats();
  await a.pull();
  expect(server.names()).toEqual(['pull']);
  expect(a.stats().bytesReceived - before.bytesReceived).toBeLessThan(300);
});

test('[SC4] a push whose request or reply was lost is repeated without harm and without a conflict', async () => {
  for (const loss of ['before', 'after'] as const) {
    const server = new TestServer();
    const a = await serverDevice(server);
    const b = await serverDevice(server);
    const id = a.notes.save({ text: 'one' });
    server[loss] = ({ name }: { readonly name: string }, answer?: unknown): never => {
      if (name === 'push') throw new Error('the network is gone');
      return answer as never;
    };
    await expect(a.push()).rejects.toMatchObject({ code: 'unavailable' });
    server[loss] = (_question: unknown, answer?: unknown): never => answer as never;
    await a.edit(id, { text: 'two' });
    await a.flush();
    await b.pull();
    expect(await b.texts()).toEqual(['two']);
    expect(a.notes.syncState(id)).toBe('synced');
    expect([a.conflicts(), b.conflicts()]).toEqual([[], []]);
  }
});

test('[SC5] a step of the app is one push as long as it fits, and many are sent in their order', async () => {
  const server = new TestServer();
  const a = await serverDevice(server, { tier: { batchSize: 10 } });
  await a.pull();
  for (let step = 0; step < 4; step++) {
    await a.advance(1000);
    a.notes.saveMany(numbers(4));
  }
  server.names();
  await a.push();
  const sizes = pushed(server).map(({ changes }) => changes.length);
  expect(sizes).toEqual([8, 8]);
  await a.advance(1000);
  const ids = a.notes.saveMany(numbers(25));
  await a.push();
  const batches = pushed(server).map(({ changes }) => changes);
  expect(batches.map(({ length }) => length)).toEqual([10, 10, 5]);
  expect(batches.flat().map((change) => ('entity' in change ? change.entity.id : null))).toEqual(ids);
});

test('[SC5] what is too much for one push in bytes is divided, and a server that takes less is sent less', async () => {
  const server = new TestServer();
  const a = await serverDevice(server);
  for (let i = 0; i < 8; i++) {
    await a.advance(1000);
    a.notes.save({ text: 'x'.repeat(100_000) });
  }
  await a.push();
  expect(pushed(server).map(({ changes }) => changes.length)).toEqual([2, 2, 2, 2]);
  const small = new TestServer({ limits: { batch: 3 } });
  const b = await serverDevice(small);
  b.notes.saveMany(numbers(10));
  await b.push();
  expect([b.pending(), (await small.store.read('one', (tenant) => tenant.head())).seq]).toEqual([[], 4]);
});

test('[SC6] an edit travels as what changed in it where that is shorter and what it was made of is known', async () => {
  const server = new TestServer();
  const a = await serverDevice(server);
  const b = await serverDevice(server);
  const id = a.notes.save({ text: 'one', more: 'y'.repeat(2000) });
  await a.flush();
  server.names();
  await a.edit(id, { text: 'two' });
  await a.flush();
  const [edit] = pushed(server);
  expect(edit?.changes).toMatchObject([{ id, base: expect.any(Number), difference: { unset: [] } }]);
  expect(JSON.stringify(edit).length).toBeLessThan(600);
  await b.pull();
  expect(await b.notes.get(id)).toEqual(await a.notes.get(id));
  const short = a.notes.save({ text: 's' });
  await a.flush();
  server.names();
  await a.edit(short, { text: 't' });
  await a.flush();
  expect(pushed(server)[0]?.changes).toMatchObject([{ entity: { text: 't' } }]);
});

test('[SC6] what the server cannot make of its own version is sent whole', async () => {
  const server = new TestServer();
  const a = await serverDevice(server);
  const id = a.notes.save({ text: 'one', more: 'y'.repeat(2000) });
  await a.flush();
  server.names();
  let isFirst = true;
  server.after = ({ name, request }, answer) => {
    if (name !== 'push' || !isFirst) return answer;
    isFirst = false;
    return { now: 0, results: (request as PushRequest).changes.map(() => 'base-unknown'), cursor: null };
  };
  await a.edit(id, { text: 'two' });
  await a.flush();
  const pushes = pushed(server).map(({ changes }) => 'entity' in changes[0]!);
  expect(pushes).toEqual([false, true]);
  expect(a.notes.syncState(id)).toBe('synced');
});

test('[SC7] others are looked at again where they have changed the same, and not where they have changed other things', async () => {
  const server = new TestServer();
  const a = await serverDevice(server);
  const b = await serverDevice(server);
  const [mine, shared] = a.notes.saveMany(numbers(2));
  await a.flush();
  await b.pull();
  await b.edit(shared!, { text: 'of b' });
  await a.pull();
  await b.flush();
  // Between the look of a and its push.
  const write = async (text: string, id: string): Promise<void> => {
    server.before = () => {};
    await b.pull();
    await b.edit(id, { text });
    await b.flush();
  };
  await a.edit(mine!, { text: 'of a' });
  server.before = ({ name }) => (name === 'push' ? write('of b again', shared!) : undefined);
  server.names();
  await a.push();
  expect(server.names().filter((name) => name === 'push').length).toBe(2);
  await a.pull();
  await a.advance(1000);
  await b.advance(2000);
  await a.edit(mine!, { text: 'of a later' });
  server.before = ({ name }) => (name === 'push' ? write('of b meanwhile', mine!) : undefined);
  const pushing = a.push();
  await a.advance(5000);
  await pushing;
  expect(a.conflicts()).toMatchObject([{ local: { text: 'of a later' }, remote: { text: 'of b meanwhile' } }]);
});

test('[SC8] what is told is taken without a question, and what is asked for is asked', async () => {
  const server = new TestServer();
  const a = await serverDevice(server);
  const b = await serverDevice(server, { sync: { autoStart: true } });
  const id = a.notes.save({ text: 'one' });
  await a.flush();
  await b.advance(0);
  await b.data.sync.ready();
  server.names();
  await a.edit(id, { text: 'two' });
  await a.flush();
  const asked = server.asked.length;
  await b.advance(0);
  expect([await b.texts(), server.asked.length]).toEqual([['two'], asked]);
  await b.pull();
  expect(server.names().slice(asked)).toEqual(['pull']);
  expect(b.notes.syncState(id)).toBe('synced');
});

test('[SC8] a look for what there is now asks, although something was told, and any other takes that', async () => {
  for (const [isFresh, expected] of [
    [false, ['two']],
    [true, ['three']],
  ] as const) {
    const server = new TestServer();
    const a = await serverDevice(server);
    const id = a.notes.save({ text: 'one' });
    await a.flush();
    const tier = createServerTier({ transport: server.transport(), environment: a.environment });
    const { cursor } = await tier.changesSince(null);
    const stop = tier.watch?.(() => {});
    await a.edit(id, { text: 'two' });
    await a.flush();
    await settle();
    server.isMuted = true;
    await a.edit(id, { text: 'three' });
    await a.flush();
    server.names();
    const { changes } = await tier.changesSince(cursor, { isFresh });
    expect(changes.map(({ record }) => record?.value?.['text'])).toEqual(expected);
    expect(server.names()).toEqual(isFresh ? ['pull'] : []);
    stop?.();
  }
});

test('[SC8] what does not follow on what was seen is pulled, and a poke is', async () => {
  const server = new TestServer();
  const a = await serverDevice(server);
  const b = await serverDevice(server, { sync: { autoStart: true } });
  const id = a.notes.save({ text: 'one' });
  await a.flush();
  await b.advance(0);
  await b.data.sync.ready();
  b.data.sync.disableRealTime();
  await a.edit(id, { text: 'two' });
  await a.flush();
  expect(server.listeners).toBe(0);
  b.data.sync.enableRealTime();
  server.names();
  await a.edit(id, { text: 'three' });
  await a.flush();
  await b.advance(0);
  expect(await b.texts()).toEqual(['three']);
  server.names();
  server.poke();
  await b.advance(0);
  expect(server.names()).toEqual(['pull']);
});

test('[SC8] an own change is not heard of, also where the answer to its push was lost', async () => {
  const server = new TestServer();
  const a = await serverDevice(server, { sync: { autoStart: true } });
  const b = await serverDevice(server);
  const id = a.notes.save({ text: 'one' });
  await a.flush();
  await b.pull();
  server.after = ({ name }, answer) => {
    if (name !== 'push') return answer;
    server.after = (_question, given) => given;
    throw new Error('the reply is lost');
  };
  await a.edit(id, { text: 'two' });
  await expect(a.push()).rejects.toMatchObject({ code: 'unavailable' });
  await b.pull();
  await b.edit(id, { more: 'by b' });
  await b.flush();
  await a.advance(5000);
  await a.flush();
  expect(await a.notes.get(id)).toMatchObject({ text: 'two', more: 'by b' });
  expect(await b.notes.get(id)).toEqual(await a.notes.get(id));
});

test('[SC9] only the collections that are synced travel, in every answer', async () => {
  const server = new TestServer();
  const a = await serverDevice(server);
  a.data.repo('Secret').save({ text: 'not for b' });
  a.notes.save({ text: 'one' });
  await a.flush();
  const answers: unknown[] = [];
  server.after = (_question, answer) => {
    answers.push(answer);
    return answer;
  };
  const b = await serverDevice(server, { tier: { collections: ['Note'] }, sync: { collections: ['Note'] } });
  await b.pull();
  a.data.repo('Secret').save({ text: 'not for b' });
  a.notes.save({ text: 'two' });
  await a.flush();
  answers.length = 0;
  await b.pull();
  expect(await b.texts()).toEqual(['one', 'two']);
  expect(JSON.stringify(answers)).not.toContain('Secret');
});

test('[SC10] the clock of the server is measured by its answers, and what a clock ahead has stamped is stamped anew', async () => {
  const server = new TestServer();
  const a = await serverDevice(server);
  a.environment.jump(3_600_000);
  const id = a.notes.save({ text: 'from the future' });
  await a.flush();
  expect(a.cloud.clockOffset).toBe(-3_600_000);
  expect((await a.notes.get(id))?.updatedAt.getTime()).toBe(server.environment.now());
  expect(a.rejected()).toEqual([]);
});

test('[SC10] an edit that follows on one whose answer was lost is stamped anew too', async () => {
  const server = new TestServer();
  const a = await serverDevice(server);
  const id = a.notes.save({ text: 'one' });
  server.before = ({ name }) => {
    if (name === 'push') throw new Error('the network is gone');
  };
  await expect(a.push()).rejects.toMatchObject({ code: 'unavailable' });
  server.before = () => {};
  a.environment.jump(3_600_000);
  await a.edit(id, { text: 'from the future' });
  await a.flush();
  expect([a.rejected(), a.notes.syncState(id)]).toEqual([[], 'synced']);
  expect((await a.notes.get(id))?.updatedAt.getTime()).toBeLessThan(server.environment.now() + 1000);
});

test('[SC10] while every answer comes too late to tell the time by, nothing is sent', async () => {
  const server = new TestServer();
  const a = await serverDevice(server);
  a.environment.jump(3_600_000);
  const id = a.notes.save({ text: 'from the future' });
  server.before = () => a.environment.jump(61_000);
  await expect(a.push()).rejects.toMatchObject({ code: 'unavailable' });
  expect(server.names()).not.toContain('push');
  server.before = () => {};
  await a.flush();
  expect(a.notes.syncState(id)).toBe('synced');
  expect((await a.notes.get(id))?.updatedAt.getTime()).toBeLessThan(server.environment.now() + 1000);
});

test('[SC11] requests and bytes are counted, in the stats as in the telemetry', async () => {
  const server = new TestServer();
  const told: { requests: number; bytesSent: number; bytesReceived: number }[] = [];
  const a = await serverDevice(server, { telemetry: (event) => void told.push(event) });
  a.notes.save({ text: 'x'.repeat(1000) });
  await a.push();
  const { requests, bytesSent, bytesReceived } = a.stats();
  expect(requests).toBe(server.names().length);
  expect(bytesSent).toBeGreaterThan(1000);
  expect(bytesReceived).toBeGreaterThan(100);
  expect(told).toMatchObject([{ requests, bytesSent, bytesReceived }]);
});

test('[SC12] an answer that is not as agreed is cloud-unreadable, and nothing of it is taken', async () => {
  for (const spoil of [
    (answer: PullAnswer) => ({ ...answer, changes: [{ key: 'app.g', name: 'Note', entity: { id: 'x' } }] }),
    (answer: PullAnswer) => ({ ...answer, cursor: 7 }),
    (answer: PullAnswer) => ({ ...answer, hasMore: true }),
    () => 'nonsense',
    () => null,
  ]) {
    const server = new TestServer();
    const a = await serverDevice(server);
    a.notes.save({ text: 'one' });
    await a.flush();
    const b = await serverDevice(server);
    await b.pull();
    a.notes.save({ text: 'two' });
    await a.flush();
    server.after = ({ name }, answer) => (name === 'pull' ? spoil(answer as PullAnswer) : answer);
    await expect(b.pull()).rejects.toMatchObject({ code: 'cloud-unreadable' });
    expect(await b.texts()).toEqual(['one']);
  }
});

test('[SC13] permissions that change while keys are read make the device look again, and nothing of it is offered', async () => {
  const server = new TestServer({ everyone: [] });
  const line = { userId: 'anna', collection: 'Note', actions: ['read', 'write', 'delete'] as const };
  await server.permissions.grant('one', line);
  const a = await serverDevice(server);
  a.notes.saveMany(numbers(3));
  await a.flush();
  const answers: KeysAnswer[] = [];
  server.before = async ({ name }) => {
    if (name !== 'keys') return;
    server.before = () => {};
    await server.permissions.revoke('one', line);
  };
  const b = await serverDevice(server);
  b.notes.save({ text: 'of b', group: 'g' });
  await expect(b.push()).rejects.toMatchObject({ code: 'unavailable' });
  await b.push();
  expect(b.rejected()).toMatchObject([{ code: 'auth-needed', entity: { text: 'of b' } }]);
  expect([await b.texts(), answers]).toEqual([['of b'], []]);
});

test('[SC14] what the server does not let a device read any more is withdrawn from it, and comes back when it may again', async () => {
  const server = new TestServer({ everyone: [] });
  const all = ['read', 'write', 'delete'] as const;
  await server.permissions.grant('one', { userId: 'anna', collection: '*', actions: all });
  const ofBen = { userId: 'ben', collection: 'Note', actions: all };
  await server.permissions.grant('one', ofBen);
  const a = await serverDevice(server);
  const [first, second] = a.notes.saveMany(numbers(30));
  await a.flush();
  const b = await serverDevice(server, { user: 'ben' });
  await b.pull();
  const lost: string[] = [];
  b.data.events$.subscribe((event) => {
    if (event.type === 'permission-lost') lost.push(...event.ids.map(({ id }) => id));
  });
  await b.edit(first!, { text: 'edited' });
  await b.data.flush();
  await server.permissions.revoke('one', ofBen);
  await b.push();
  expect([await b.texts(), lost.length]).toEqual([['edited'], 29]);
  expect(b.rejected()).toMatchObject([{ id: first, code: 'auth-needed', entity: { text: 'edited' } }]);
  await server.permissions.grant('one', ofBen);
  await a.edit(second!, { text: 'meanwhile' });
  await a.flush();
  await b.pull();
  expect((await b.texts()).length).toBe(30);
  await b.rejected()[0]!.retry();
  await b.data.flush('cloud');
  await a.pull();
  expect([await a.texts(), b.rejected()]).toEqual([await b.texts(), []]);
});

test('[SC10] an edit goes on although the version before it arrived late, and its time turns out to be later', async () => {
  for (const direction of ['both', 'push'] as const) {
    const server = new TestServer();
    const a = await serverDevice(server, { sync: { direction } });
    a.environment.jump(3_600_000);
    const id = a.notes.save({ text: 'one' });
    const late: (() => void)[] = [];
    const arrives: Promise<unknown>[] = [];
    server.before = ({ name, request }) => {
      if (name !== 'push') return;
      late.push(() => arrives.push(server.service.push(server.principal('anna'), request)));
      throw new Error('the network is slow');
    };
    await expect(a.push()).rejects.toMatchObject({ code: 'unavailable' });
    // Set back by its owner, so that the next version gets an earlier time than the one under way.
    server.environment.jump(-5_000);
    await a.edit(id, { text: 'two' });
    server.before = async ({ name }) => {
      if (name !== 'push') return;
      for (const send of late.splice(0)) send();
      await Promise.all(arrives);
    };
    await a.push();
    server.before = () => {};
    await a.push();
    const b = await serverDevice(server);
    await b.pull();
    expect([await b.texts(), a.pending(), a.notes.syncState(id)]).toEqual([['two'], [], 'synced']);
  }
});
