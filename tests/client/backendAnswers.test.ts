import * as fc from 'fast-check';
import { TierSyncError } from 'tiersync';
import { type BackendOptions, createBackendTier } from 'tiersync/client';
import { expect, test } from 'vitest';
import { toBackend } from '../../src/client/backendRecord.ts';
import { compareRecords } from '../../src/reconcile/compareRecords.ts';
import { active, changeOf, deleted, timeAt } from '../support/records.ts';
import { TestEnvironment } from '../support/TestEnvironment.ts';
import { device } from './support.ts';
import { TableBackend } from './TableBackend.ts';

const sent = changeOf('app.global', active('Note', 'n', 1, { text: 'one' }));
const row = toBackend(sent);
const { entityKey: _key, ...keyless } = row;

const tierOf = (answers: Partial<BackendOptions>) =>
  createBackendTier({ pull: async () => ({ changes: [], cursor: 0 }), push: async () => [], ...answers });

/** What a look says of an answer. */
async function lookAt(answer: unknown): Promise<unknown> {
  return tierOf({ pull: async () => answer as never }).changesSince(null);
}

async function sendTo(answer: unknown): Promise<unknown> {
  return tierOf({ push: async () => answer as never }).commit([sent], null);
}

const pageOf = (change: unknown): object => ({ changes: [row, change], cursor: 1 });

for (const [answer, place] of [
  [null, 'the pull being null, not { changes, cursor }'],
  ['<html>', 'the pull being "<html>"'],
  [{ cursor: 1 }, 'changes being undefined, not a list'],
  [{ changes: [] }, 'cursor being undefined'],
  [{ changes: [], cursor: 1n }, 'cursor being 1, not JSON'],
  [{ changes: [], cursor: () => 1 }, 'cursor being [object Function], not JSON'],
  [{ changes: [], cursor: 1, hasMore: 'yes' }, 'hasMore being "yes"'],
  [{ changes: [], cursor: 1, lineage: 7 }, 'lineage being 7'],
  [{ changes: [], cursor: 1, serverTime: 'noon' }, 'serverTime being "noon", not a time'],
  [{ changes: [], cursor: null, hasMore: true }, 'hasMore being true, not false, as the cursor is the one'],
  [pageOf('n'), 'changes[1] being "n", not an object'],
  [pageOf({ ...row, entityName: undefined }), 'changes[1].entityName being undefined'],
  [pageOf({ ...row, entityName: 'deleted' }), 'changes[1].entityName being "deleted", not an entity name'],
  [pageOf({ ...row, entityName: '$sync' }), 'changes[1].entityName being "$sync"'],
  [pageOf({ ...row, id: 7 }), 'changes[1].id being 7'],
  [pageOf({ ...row, entityKey: 7 }), 'changes[1].entityKey being 7'],
  [pageOf({ ...row, entity: undefined }), 'changes[1].entity being undefined, not an entity or null'],
  [pageOf({ ...row, entity: { ...row.entity, id: 'm' } }), 'changes[1].entity.id being "m", not "n"'],
  [pageOf({ ...row, entity: { ...row.entity, updatedAt: '2026-05-17' } }), 'changes[1].entity.updatedAt being'],
  [pageOf({ ...row, entity: { ...row.entity, version: -1 } }), 'changes[1].entity being [object Object]'],
  [pageOf({ ...row, entity: null, updatedAt: null }), 'changes[1].updatedAt being null, not a time as toISOString'],
] as const) {
  test(`[BE12] a pull is refused that answers with ${place}`, async () => {
    const error = await lookAt(answer).catch((cause: unknown) => cause as TierSyncError);
    expect(error).toBeInstanceOf(TierSyncError);
    expect(error).toMatchObject({ code: 'cloud-unreadable', message: expect.stringContaining(place) });
  });
}

for (const [answer, place] of [
  [undefined, 'the push being undefined'],
  ['ok', 'the push being "ok"'],
  [{ done: true }, 'results being undefined, not a list'],
  [[], 'results.length being 0, not 1'],
  [['applied', 'applied'], 'results.length being 2, not 1'],
  [['ok'], 'results[0] being "ok", not \'applied\''],
  [[{}], 'results[0] being [object Object]'],
  [[{ superseded: 'n' }], 'results[0].superseded being "n"'],
  [[{ superseded: { ...row, entity: null, updatedAt: 'now' } }], 'results[0].superseded.updatedAt being "now"'],
  [[{ superseded: { ...row, entityName: 'Task' } }], 'results[0].superseded.entityName being "Task"'],
  [[{ superseded: { ...row, id: 'm', entity: null } }], 'results[0].superseded.id being "m"'],
  [[{ rejected: 'no' }], 'results[0].rejected being "no"'],
  [[{ rejected: { code: 'validation' } }], 'results[0].rejected.reason being undefined'],
  [[{ rejected: { code: 7, reason: 'no' } }], 'results[0].rejected.code being 7'],
  [{ results: ['applied'], cursor: 1n }, 'cursor being 1'],
] as const) {
  test(`[BE12] a push is refused that answers with ${place}`, async () => {
    const error = await sendTo(answer).catch((cause: unknown) => cause as TierSyncError);
    expect(error).toBeInstanceOf(TierSyncError);
    expect(error).toMatchObject({ code: 'cloud-unreadable', message: expect.stringContaining(place) });
  });
}

test('[BE12] of an answer that cannot be read nothing is taken, and it is read when it is mended', async () => {
  const backend = new TableBackend();
  const a = await device(backend);
  a.notes.save({ text: 'one' });
  await a.push();
  const b = await device(backend);
  await b.pull();
  const two = changeOf('app.global', active('Note', 'two', 9, { text: 'two' }));
  backend.answers.pull.push({ changes: [toBackend(two), 'x'], cursor: { at: 1 } });
  await expect(b.pull()).rejects.toMatchObject({ code: 'cloud-unreadable' });
  expect(await b.texts()).toEqual(['one']);
  backend.put(toBackend(two));
  await b.pull();
  expect(await b.texts()).toEqual(['one', 'two']);
});

const errorWith = (fields: object): Error => Object.assign(new Error('no'), fields);

for (const [what, cause, expected] of [
  ['a TierSyncError', new TierSyncError('quota-exceeded', 'full'), { code: 'quota-exceeded', message: 'full' }],
  ['any error', new Error('no network'), { code: 'unavailable', message: 'pull failed: no network' }],
  ['a Response 401', new Response('', { status: 401 }), { code: 'auth-needed', message: 'pull failed: 401' }],
  [
    'a Response 403',
    new Response('', { status: 403, statusText: 'Forbidden' }),
    { message: 'pull failed: 403 Forbidden' },
  ],
  ['a Response 500', new Response('', { status: 500 }), { code: 'unavailable', retryAfterMs: undefined }],
  [
    'an error of a client',
    errorWith({ response: { status: 403 } }),
    { code: 'auth-needed', message: 'pull failed: no' },
  ],
  ['an error with a status', errorWith({ status: 413 }), { code: 'too-large' }],
  ['a full disk there', errorWith({ status: 507 }), { code: 'quota-exceeded' }],
  ['a wait in a header', new Response('', { status: 429, headers: { 'retry-after': '7' } }), { retryAfterMs: 7_000 }],
  ['a wait in seconds', { status: 503, retryAfter: 2.5 }, { code: 'unavailable', retryAfterMs: 2_500 }],
  ['a wait in milliseconds', errorWith({ status: 503, retryAfterMs: 40 }), { retryAfterMs: 40 }],
  ['a time that no clock is known for', { status: 503, retryAfter: 'Sun' }, { retryAfterMs: undefined }],
] as const) {
  test(`[BE13] what is thrown becomes an error named by the next step: ${what}`, async () => {
    const look = tierOf({ pull: () => Promise.reject(cause) }).changesSince(null);
    const error = await look.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TierSyncError);
    expect(error).toMatchObject(expected);
    const pushed = tierOf({
      push() {
        throw cause;
      },
    }).commit([sent], null);
    await expect(pushed).rejects.toMatchObject({ code: (error as TierSyncError).code });
  });
}

test('[BE15] the order of a change, compared as a text, is the one order', () => {
  const record = fc.oneof(
    fc
      .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 9 }))
      .map(([seconds, version, n]) => active('Note', 'n', seconds, { n }, version)),
    fc.integer({ min: 0, max: 3 }).map((seconds) => deleted('Note', 'n', seconds)),
  );
  fc.assert(
    fc.property(record, record, (a, b) => {
      const [x, y] = [a, b].map((one) => toBackend(changeOf('app.global', one)).order) as [string, string];
      expect(x < y ? -1 : x > y ? 1 : 0).toBe(Math.sign(compareRecords(a, b)));
      expect(x.startsWith(a.time)).toBe(true);
      // What a backend changes by itself is later than all before that time, and not later than what is made at it.
      expect([timeAt(1) > x, timeAt(1) < x]).toEqual([
        a.stamp < Date.parse(timeAt(1)),
        a.stamp >= Date.parse(timeAt(1)),
      ]);
    }),
  );
});

test('[BE16] without a key of its own and without a prefix a row is refused, with what to say', async () => {
  await expect(lookAt({ changes: [keyless], cursor: 1 })).rejects.toMatchObject({
    code: 'cloud-unreadable',
    message: expect.stringContaining(
      'changes[0].entityKey being undefined, not the text that was sent; without it, say',
    ),
  });
  const tier = tierOf({ prefix: 'app', separator: '/', pull: async () => page });
  expect(await tier.readKey('app/x')).toMatchObject([{ id: 'x/n' }]);
});

const page = { changes: [{ ...keyless, id: 'x/n', entity: { ...row.entity!, id: 'x/n' } }], cursor: 1 };

const right = { pull: async () => page, push: async () => [] };

for (const [what, options, message] of [
  ['nothing', undefined, 'createBackendTier({ pull, push })'],
  ['no push', { pull: async () => page }, 'createBackendTier({ pull, push })'],
  ['a subscribe that is none', { ...right, subscribe: true }, 'subscribe must be a function'],
  ['a clockOffset that is none', { ...right, clockOffset: 5 }, 'clockOffset must be a function'],
  ['a batchSize', { ...right, batchSize: 0 }, 'batchSize must be a whole number from 1, not 0'],
  ['a timeoutMs', { ...right, timeoutMs: -1 }, 'timeoutMs must be milliseconds'],
  ['a prefix', { ...right, prefix: 'a.b' }, "Write a prefix such as 'app'"],
] as const) {
  test(`[BE19] wrong options are refused by name: ${what}`, () => {
    const create = (): unknown => createBackendTier(options as unknown as BackendOptions);
    expect(create).toThrow(TypeError);
    expect(create).toThrow(message);
  });
}

test('[BE19] pull, push and subscribe are called on the object that was given', async () => {
  class Api implements BackendOptions {
    readonly calls: string[] = [];
    readonly environment = new TestEnvironment();
    async pull() {
      this.calls.push('pull');
      return page;
    }
    async push() {
      this.calls.push('push');
      return ['applied'] as const;
    }
    subscribe() {
      this.calls.push('subscribe');
      return () => {};
    }
  }
  const api = new Api();
  const tier = createBackendTier(Object.assign(api, { prefix: 'app' }));
  await tier.changesSince(null);
  await tier.commit([sent], null);
  tier.watch?.(() => {})();
  expect(api.calls).toEqual(['pull', 'push', 'subscribe']);
  expect('watch' in tierOf({}) && tierOf({}).watch !== undefined).toBe(false);
});
