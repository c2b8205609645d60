import { createBackendTier } from 'tiersync/client';
import { expect, test } from 'vitest';
import { settle, TestEnvironment } from '../support/TestEnvironment.ts';
import { device, refusals } from './support.ts';
import { TableBackend } from './TableBackend.ts';

const numbers = (count: number): { readonly text: string }[] =>
  Array.from({ length: count }, (_, i) => ({ text: String(i).padStart(2, '0') }));

test('[BE1] what one device saves reaches another by way of the backend, edits and deletions too', async () => {
  const backend = new TableBackend();
  const a = await device(backend);
  const b = await device(backend);
  const id = a.notes.save({ text: 'one' });
  await a.push();
  expect(a.notes.syncState(id)).toBe('synced');
  await b.pull();
  expect(await b.texts()).toEqual(['one']);
  await b.edit(id, { text: 'two' });
  await b.push();
  await a.pull();
  expect(await a.texts()).toEqual(['two']);
  a.notes.delete(id);
  await a.push();
  expect(backend.held('Note', id)).toMatchObject({ entity: null, entityKey: 'app.global' });
  await b.pull();
  expect(await b.notes.get(id)).toBeNull();
  expect([a.conflicts(), b.conflicts()]).toEqual([[], []]);
});

test('[BE1] values that JSON does not know come back as they were', async () => {
  const backend = new TableBackend();
  const a = await device(backend);
  const b = await device(backend);
  const values = { at: new Date(0), big: 12n, bytes: new Uint8Array([1, 2]), odd: -0, $odd: 'x' };
  const id = a.data.repo('Thing').save(values);
  await a.push();
  await b.pull();
  expect(await b.data.repo('Thing').get(id)).toMatchObject(values);
});

test('[BE2] a pull is followed page by page to its end, at first contact and later', async () => {
  const backend = new TableBackend();
  backend.pageSize = 3;
  const a = await device(backend);
  a.notes.saveMany(numbers(10));
  await a.push();
  const limits: number[] = [];
  const b = await device(backend, {
    tier: {
      pull(cursor, { limit }) {
        limits.push(limit);
        return backend.pull(cursor);
      },
    },
  });
  await b.pull();
  expect(limits).toEqual([100, 100, 100, 100]);
  expect((await b.texts()).length).toBe(10);
  expect(backend.pulls.slice(-4)).toEqual([null, { at: 3 }, { at: 6 }, { at: 9 }]);
  a.notes.saveMany(numbers(7));
  await a.push();
  backend.pulls.length = 0;
  await b.pull();
  expect((await b.texts()).length).toBe(17);
  expect(backend.pulls).toEqual([{ at: 10 }, { at: 13 }, { at: 16 }]);
});

test('[BE2] what changes while it is read is taken as it is at the end', async () => {
  const backend = new TableBackend();
  backend.pageSize = 1;
  const a = await device(backend);
  const [first] = a.notes.saveMany(numbers(3));
  await a.push();
  const b = await device(backend, {
    tier: {
      pull: async (cursor) => {
        const page = await backend.pull(cursor);
        if (cursor === null && backend.pulls.length < 4) {
          const row = backend.held('Note', first!)!;
          const updatedAt = '2026-05-18T00:00:00.000Z';
          backend.put({ ...row, entity: { ...row.entity!, text: 'edited', updatedAt }, updatedAt, order: updatedAt });
        }
        return page;
      },
    },
  });
  await b.pull();
  expect(await b.texts()).toEqual(['01', '02', 'edited']);
});

for (const loss of ['request', 'reply'] as const) {
  test(`[BE5] a push whose ${loss} was lost is repeated without harm`, async () => {
    const backend = new TableBackend();
    const a = await device(backend);
    const b = await device(backend);
    const id = a.notes.save({ text: 'one' });
    backend.losses.push.push(loss);
    await expect(a.push()).rejects.toMatchObject({ code: 'unavailable' });
    expect(a.notes.syncState(id)).not.toBe('synced');
    await a.edit(id, { text: 'two' });
    await a.push();
    await b.pull();
    expect(await b.texts()).toEqual(['two']);
    expect(a.notes.syncState(id)).toBe('synced');
    expect([a.conflicts(), b.conflicts()]).toEqual([[], []]);
  });
}

test('[BE5] what is sent twice and answered with itself counts as taken', async () => {
  const backend = new TableBackend();
  const tier = createBackendTier(backend);
  const a = await device(backend, {
    tier: { push: (changes, how) => backend.push(changes, how).then(() => backend.push(changes, how)) },
  });
  const id = a.notes.save({ text: 'one' });
  await a.push();
  expect(a.notes.syncState(id)).toBe('synced');
  expect(await tier.readKey('app.global')).toMatchObject([{ id }]);
});

test('[BE6] changes are sent in their order, in batches', async () => {
  const backend = new TableBackend();
  const a = await device(backend, { tier: { batchSize: 4 } });
  const ids = a.notes.saveMany(numbers(10));
  await a.push();
  expect(backend.pushes).toEqual([ids.slice(0, 4), ids.slice(4, 8), ids.slice(8)]);
});

test('[BE6] what was answered before a later batch failed is not asked again', async () => {
  const backend = new TableBackend();
  backend.refuse = ({ entity }) => (entity?.['text'] === '01' ? { reason: 'not this one' } : null);
  const a = await device(backend, { tier: { batchSize: 2 }, sync: { direction: 'push' } });
  const ids = a.notes.saveMany(numbers(5));
  backend.losses.push.push(null, 'request');
  await expect(a.push()).rejects.toMatchObject({ code: 'unavailable' });
  await a.push();
  expect(backend.pushes).toEqual([ids.slice(0, 2), ids.slice(2, 4), ids.slice(2, 4), ids.slice(4)]);
  expect(refusals(a.rejected())).toEqual(['validation: not this one']);
  expect(a.pending().map(({ id }) => id)).toEqual([ids[1]]);
});

test('[BE6] what was edited after it was answered is sent', async () => {
  const backend = new TableBackend();
  const a = await device(backend, { tier: { batchSize: 1 } });
  const [first] = a.notes.saveMany(numbers(2));
  backend.losses.push.push(null, 'request');
  await expect(a.push()).rejects.toMatchObject({ code: 'unavailable' });
  await a.edit(first!, { text: 'edited' });
  await a.push();
  expect(backend.held('Note', first!)?.entity).toMatchObject({ text: 'edited' });
});

test('[BE7] a change that was superseded meanwhile is a conflict, decided as the app wishes', async () => {
  for (const [conflictStrategy, expected] of [
    ['last-write-wins', 'of the office'],
    ['client-wins', 'of a'],
  ] as const) {
    const backend = new TableBackend();
    const a = await device(backend, { conflictStrategy });
    const id = a.notes.save({ text: 'one' });
    await a.push();
    await a.edit(id, { text: 'of a' });
    const updatedAt = '2026-05-17T13:00:00.000Z';
    backend.beforePush = () => {
      backend.beforePush = () => {};
      const row = backend.held('Note', id)!;
      backend.put({
        ...row,
        entity: { ...row.entity!, text: 'of the office', updatedAt },
        updatedAt,
        order: updatedAt,
      });
    };
    await a.push();
    expect(a.conflicts()).toMatchObject([{ local: { text: 'of a' }, remote: { text: 'of the office' } }]);
    await a.push();
    expect(await a.texts()).toEqual([expected]);
    expect(backend.held('Note', id)?.entity).toMatchObject({ text: expected });
  }
});

test('[BE7] a version that is earlier than the one sent is shown as refused, and not sent for ever', async () => {
  const backend = new TableBackend();
  const a = await device(backend);
  const id = a.notes.save({ text: 'one' });
  await a.push();
  const row = backend.held('Note', id)!;
  await a.edit(id, { text: 'two' });
  backend.answers.push.push([{ superseded: row }]);
  await a.push();
  await a.push();
  expect(backend.pushes.length).toBe(2);
  expect(refusals(a.rejected())).toEqual(['validation: the backend keeps a version that is earlier than the one sent']);
  await a.rejected()[0]!.retry();
  await a.data.flush('cloud');
  expect(backend.held('Note', id)?.entity).toMatchObject({ text: 'two' });
});

test('[BE8] a refused change is told of with code and reason, and others flow on', async () => {
  const backend = new TableBackend();
  const reasons = [
    [{ code: 'permission', reason: 'not yours' }, 'auth-needed: not yours'],
    [{ code: 'validation', reason: 'no text' }, 'validation: no text'],
    [{ code: 'too-large', reason: 'a page at most' }, 'too-large: a page at most'],
    [{ code: 'quota', reason: 'ten at most' }, 'quota-exceeded: ten at most'],
    [{ reason: 'because' }, 'validation: because'],
    [{ code: 'moon-phase', reason: 'later' }, 'validation: later (moon-phase)'],
  ] as const;
  backend.refuse = ({ entity }) => reasons[Number(entity?.['text'])]?.[0] ?? null;
  const a = await device(backend);
  const ids = a.notes.saveMany([...reasons.map((_, i) => ({ text: String(i) })), { text: '99' }]);
  await a.push();
  expect(refusals(a.rejected())).toEqual(reasons.map(([, shown]) => shown));
  expect(a.notes.syncState(ids[0]!)).toBe('rejected');
  expect(a.notes.syncState(ids.at(-1)!)).toBe('synced');
  await a.push();
  expect(backend.pushes.length).toBe(1);
});

test('[BE14] an answer that does not come in time is unavailable, and its call is told', async () => {
  const environment = new TestEnvironment();
  const signals: AbortSignal[] = [];
  const never = (signal: AbortSignal): Promise<never> => {
    signals.push(signal);
    return new Promise(() => {});
  };
  const tier = createBackendTier({
    pull: (_, { signal }) => never(signal),
    push: (_, { signal }) => never(signal),
    timeoutMs: 1_000,
    environment,
  });
  const look = expect(tier.changesSince(null)).rejects.toMatchObject({
    code: 'unavailable',
    message: 'pull: the backend did not answer within 1000 ms',
  });
  await environment.advance(1_000);
  await look;
  const read = expect(tier.readMetadata()).rejects.toMatchObject({ code: 'closed' });
  await settle();
  await tier.close();
  await read;
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  expect(environment.timers).toBe(0);
});

test('[BE14] a tier that was detached can be attached again', async () => {
  const backend = new TableBackend();
  const a = await device(backend);
  await a.data.setCloud(null);
  const id = a.notes.save({ text: 'one' });
  await a.data.setCloud(a.cloud, { autoStart: false });
  await a.push();
  expect(a.notes.syncState(id)).toBe('synced');
});

test('[BE16] rows that the backend made itself are kept where the prefix says', async () => {
  const backend = new TableBackend();
  const times = { createdAt: '2026-05-01T00:00:00.000Z', updatedAt: '2026-05-01T00:00:00.000Z', version: 1 };
  backend.put({ entityName: 'Note', id: 'n1', entity: { id: 'n1', text: 'bare', ...times } });
  backend.put({ entityName: 'Note', id: 'work.n2', entity: { id: 'work.n2', text: 'of work', ...times } });
  const a = await device(backend, { tier: { prefix: 'app' } });
  await a.pull();
  expect(await a.texts()).toEqual(['bare', 'of work']);
  expect(await a.notes.get('work.n2')).toMatchObject({ text: 'of work' });
  await a.edit('n1', { text: 'edited' });
  await a.push();
  expect(backend.held('Note', 'n1')).toMatchObject({ entity: { text: 'edited' }, entityKey: 'app.global' });
  expect(backend.held('Note', 'work.n2')?.entityKey).toBeUndefined();
});

test('[BE17] a poke makes a device look, until it is detached', async () => {
  const backend = new TableBackend();
  const a = await device(backend);
  const subscribe = (onPoke: () => void) => backend.subscribe(onPoke);
  const b = await device(backend, { tier: { subscribe }, sync: { autoStart: true } });
  await b.advance(0);
  a.notes.save({ text: 'one' });
  await a.push();
  backend.poke();
  await b.advance(0);
  expect(await b.texts()).toEqual(['one']);
  expect(backend.listeners).toBe(1);
  await b.data.unload();
  expect(backend.listeners).toBe(0);
});

test('[BE18] the clock of the backend is measured by the time it tells, or known by the app', async () => {
  const environment = new TestEnvironment();
  const backend = new TableBackend();
  const pull = async () => {
    await environment.advance(200);
    return { changes: [], cursor: 0, serverTime: new Date(environment.now() + 5_000) };
  };
  const tier = createBackendTier({ pull, push: (...given) => backend.push(...given), environment });
  expect(tier.clockOffset).toBeNull();
  await tier.changesSince(null);
  expect(tier.clockOffset).toBe(5_100);
  expect(createBackendTier({ ...backend, pull, push: async () => [], clockOffset: () => -7 }).clockOffset).toBe(-7);
});

test('[BE21] a cursor in the answer to a push spares the device its own changes', async () => {
  const backend = new TableBackend();
  backend.givesCursor = true;
  const a = await device(backend, { tier: { batchSize: 2 } });
  a.notes.saveMany(numbers(5));
  await a.push();
  await a.pull();
  expect(backend.pulls).toEqual([null, { at: 5 }]);
  const b = await device(backend);
  b.notes.save({ text: 'of b' });
  await b.push();
  await a.pull();
  expect((await a.texts()).length).toBe(6);
});

test('[BE21] after a batch whose place is not told, no later one is believed', async () => {
  const backend = new TableBackend();
  const a = await device(backend, { tier: { batchSize: 1 } });
  a.notes.saveMany(numbers(2));
  backend.answers.push.push(['applied'], { results: ['applied'], cursor: { at: 99 } });
  await a.push();
  await a.pull();
  expect(backend.pulls).toEqual([null, { at: 0 }]);
});
