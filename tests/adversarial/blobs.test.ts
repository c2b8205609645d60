import { EntityKeyFieldStrategy, type IBucket, type IPersistence, TierSyncError } from 'tiersync';
import { describe, expect, test } from 'vitest';
import { fromBytes, toBytes } from '../../src/blob/envelope.ts';
import {
  create,
  type Data,
  eventsOf,
  expectRefusal,
  guardPrototypes,
  kept,
  ListingPersistence,
  objectsOf,
  outcomeOf,
  PlainPersistence,
  problemsOf,
  repoOf,
  stillWorld,
} from './support.ts';

guardPrototypes();

const encoder = new TextEncoder();
const strategy = new EntityKeyFieldStrategy('project');

/** Three keys, two entity names, a deletion each. */
async function fill(data: Data): Promise<void> {
  for (const project of ['a', 'b', 'c']) {
    repoOf(data).saveMany([
      { id: `${project}.1`, project, title: `${project} one` },
      { id: `${project}.2`, project, title: `${project} two é` },
      { id: `${project}.3`, project, title: `${project} gone` },
    ]);
    repoOf(data).delete(`${project}.3`);
    repoOf(data, 'Note').save({ id: `${project}.n`, project });
  }
  await data.flush();
}

const opener = (local: IBucket | IPersistence) => {
  const environment = stillWorld();
  return (): Promise<Data> => create({ local, environment, strategy });
};

const idsOf = async (data: Data, name = 'Task'): Promise<string[]> =>
  (await repoOf(data, name).getAll()).map(({ id }) => id).sort();

const bytesOf = async (bucket: IBucket, name: string): Promise<Uint8Array> => {
  const found = await bucket.get(name);
  if (found === null || found === 'unchanged') throw new Error(`${name} is missing`);
  return found.bytes;
};

const truncated = [0, 1, 20, 43, 44, 60, 200].map((length): [string, (bytes: Uint8Array) => Uint8Array] => [
  `its first ${length} bytes`,
  (bytes) => bytes.slice(0, length),
]);
const flipped = [0, 10, 22, 50, 80, 150, 300].map((at): [string, (bytes: Uint8Array) => Uint8Array] => [
  `byte ${at} flipped`,
  (bytes) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte)),
]);
const damages: readonly (readonly [what: string, damage: (bytes: Uint8Array) => Uint8Array])[] = [
  ...truncated,
  ['all but its last byte', (bytes) => bytes.slice(0, -1)],
  ...flipped,
  ['null', () => encoder.encode('null')],
  ['an array', () => encoder.encode('[]')],
  ['an object', () => encoder.encode('{}')],
  ['JSON of somebody else', () => encoder.encode('{"users":[1,2,3]}')],
  ['the JSON of a blob without its envelope', (bytes) => encoder.encode(JSON.stringify(fromBytes('k', bytes)))],
  ['a page of HTML', () => encoder.encode('<html></html>')],
  ['zeros', (bytes) => new Uint8Array(bytes.length)],
  ['a sound envelope around an array', () => toBytes([])],
  ['a sound envelope around a text', () => toBytes('x' as never)],
  ['a sound envelope around a blob of format 0', () => toBytes({ $: { format: 0 }, Task: {} })],
  ['a sound envelope around a header that is none', () => toBytes({ $: 'x', Task: {} })],
  ['a byte more', (bytes) => Uint8Array.from([...bytes, 10])],
];

describe('a damaged blob in a bucket', () => {
  test.each(damages)(
    '[ER20] %s: the key is set aside and told of, the others load, nothing is deleted',
    async (_what, damage) => {
      const bucket = kept();
      const open = opener(bucket);
      const first = await open();
      await fill(first);
      await first.unload();
      const damaged = damage(await bytesOf(bucket, 'app.b.json'));
      await bucket.put('app.b.json', damaged);
      const before = await objectsOf(bucket);

      const data = await open();
      const events = eventsOf(data);
      expect(await idsOf(data)).toEqual(['a.1', 'a.2', 'c.1', 'c.2']);
      expect(await idsOf(data, 'Note')).toEqual(['a.n', 'c.n']);
      expect(await repoOf(data).get('b.1')).toBeNull();
      const [problem] = problemsOf(events).filter(({ code }) => code === 'corrupt');
      expect(problem).toMatchObject({ entityKey: 'app.b', setAsideAs: expect.any(String) });
      expect(problem!.message).toContain('app.b');
      expect(await bytesOf(bucket, problem!.setAsideAs!)).toEqual(damaged);
      expect(events.filter(({ type }) => type === 'failed')).toEqual([]);

      // Life goes on in that key, and what was set aside stays.
      repoOf(data).save({ id: 'b.9', project: 'b' });
      await data.flush();
      await data.unload();
      const after = await objectsOf(bucket);
      expect(after.get(problem!.setAsideAs!)).toBe(Buffer.from(damaged).toString('latin1'));
      for (const name of ['app.a.json', 'app.c.json']) expect(after.get(name), name).toBe(before.get(name));
      expect(await idsOf(await open())).toEqual(['a.1', 'a.2', 'b.9', 'c.1', 'c.2']);
    },
  );

  test.each(damages)(
    '[ER21] %s under a running app: what memory holds is written again, whole',
    async (_what, damage) => {
      const bucket = kept();
      const open = opener(bucket);
      const data = await open();
      await fill(data);
      const events = eventsOf(data);
      const damaged = damage(await bytesOf(bucket, 'app.b.json'));
      await bucket.put('app.b.json', damaged);
      repoOf(data).save({ id: 'b.9', project: 'b' });
      await data.flush();
      await data.flush();
      expect(problemsOf(events)).toMatchObject([{ code: 'corrupt', entityKey: 'app.b' }, { code: 'missing' }]);
      expect(await bytesOf(bucket, problemsOf(events)[0]!.setAsideAs!)).toEqual(damaged);
      await data.unload();
      const again = await open();
      expect(await idsOf(again)).toEqual(['a.1', 'a.2', 'b.1', 'b.2', 'b.9', 'c.1', 'c.2']);
      expect(await idsOf(again, 'Note')).toEqual(['a.n', 'b.n', 'c.n']);
      // The deletion too: an old copy of b.3 must not come back.
      const blob = fromBytes('k', await bytesOf(bucket, 'app.b.json')) as { deleted?: { Task?: object } };
      expect(Object.keys(blob.deleted?.Task ?? {})).toEqual(['b.3']);
    },
  );

  test.each<[string, (bytes: Uint8Array) => Uint8Array]>([
    ['of its envelope', (bytes) => encoder.encode(new TextDecoder().decode(bytes).replace('"format":1', '"format":2'))],
    ['of its envelope, in a shape unknown today', () => encoder.encode('{"check":"0123456789abc","format":7,"data":!')],
    ['in its header', (bytes) => toBytes({ ...(fromBytes('k', bytes) as object), $: { format: 2, more: 1 } })],
  ])(
    '[ER22] a newer format %s: told of and left alone, reads and flushes of the key say so, others go on',
    async (_what, change) => {
      const bucket = kept();
      const open = opener(bucket);
      const first = await open();
      await fill(first);
      await first.unload();
      const newer = change(await bytesOf(bucket, 'app.b.json'));
      await bucket.put('app.b.json', newer);

      const data = await open();
      const events = eventsOf(data);
      expectRefusal(await outcomeOf(() => repoOf(data).get('b.1')), /app\.b.*update the app/, 'upgrade-needed');
      expectRefusal(await outcomeOf(() => repoOf(data).update('b.1', {})), /app\.b/, 'upgrade-needed');
      expectRefusal(await outcomeOf(() => repoOf(data).observe('b.1')), /app\.b/, 'upgrade-needed');
      expect(repoOf(data).peek('b.1')).toBeUndefined();
      expect(await idsOf(data)).toEqual(['a.1', 'a.2', 'c.1', 'c.2']);
      expect(problemsOf(events)).toMatchObject([{ code: 'upgrade-needed', entityKey: 'app.b' }]);

      repoOf(data).save({ id: 'b.1', project: 'b', title: 'from the past' });
      repoOf(data).delete('b.2');
      repoOf(data).save({ id: 'c.9', project: 'c' });
      expectRefusal(await outcomeOf(() => data.flush()), /app\.b/, 'upgrade-needed');
      expectRefusal(await outcomeOf(() => data.flush()), /app\.b/, 'upgrade-needed');
      expect(await bytesOf(bucket, 'app.b.json')).toEqual(newer);
      expect([...(await objectsOf(bucket)).keys()].filter((name) => name.startsWith('set-aside'))).toEqual([]);
      // The edit of another key was not held up, and the edits that wait are still there.
      expect(repoOf(data).syncState('c.9')).toBe('local');
      expect(repoOf(data).syncState('b.1')).toBe('pending');
      expect(await idsOf(await open())).toEqual(['a.1', 'a.2', 'c.1', 'c.2', 'c.9']);
    },
  );

  test('[ER23] a blob that is gone is told of, its key can be written again, and nothing else is touched', async () => {
    const bucket = kept();
    const open = opener(bucket);
    const first = await open();
    await fill(first);
    await bucket.delete('app.b.json');
    repoOf(first).save({ id: 'b.9', project: 'b' });
    const events = eventsOf(first);
    await first.flush();
    expect(problemsOf(events)).toMatchObject([{ code: 'missing', entityKey: 'app.b' }]);
    await first.unload();
    expect(await idsOf(await open())).toEqual(['a.1', 'a.2', 'b.1', 'b.2', 'b.9', 'c.1', 'c.2']);
  });

  test('[ER23] a problem found while opening reaches those who listen to events$ from the start', async () => {
    const bucket = kept();
    const open = opener(bucket);
    const first = await open();
    await fill(first);
    await first.unload();
    await bucket.delete('app.b.json');
    const events = eventsOf(await open());
    expect(problemsOf(events)).toMatchObject([{ code: 'missing', entityKey: 'app.b' }]);
  });

  test('[ER23] records that cannot be read are told of and stay, whatever else is written to the key', async () => {
    const bucket = kept();
    const open = opener(bucket);
    const first = await open();
    await fill(first);
    await first.unload();
    const blob = fromBytes('k', await bytesOf(bucket, 'app.b.json')) as { Task: Record<string, unknown> };
    const strange = {
      'b.x': 5,
      'b.y': { id: 'b.z' },
      'b.t': { id: 'b.t', updatedAt: '2026-01-01T00:00:00.000Z', f: { $new: 1 } },
    };
    await bucket.put(
      'app.b.json',
      toBytes({ ...blob, Task: { ...blob.Task, ...strange }, Later: 'x', $: { format: 1, z: [1] } }),
    );
    const data = await open();
    const events = eventsOf(data);
    expect(await idsOf(data)).toEqual(['a.1', 'a.2', 'b.1', 'b.2', 'c.1', 'c.2']);
    expect(
      problemsOf(events)
        .map(({ code }) => code)
        .sort(),
    ).toEqual(['corrupt', 'upgrade-needed']);
    repoOf(data).save({ id: 'b.9', project: 'b' });
    repoOf(data).delete('b.1');
    await data.flush();
    const after = fromBytes('k', await bytesOf(bucket, 'app.b.json')) as { Task: Record<string, unknown> };
    expect(after).toMatchObject({ Task: strange, Later: 'x', $: { format: 1, z: [1] } });
    expect(Object.keys(after.Task).sort()).toEqual(['b.2', 'b.9', 'b.t', 'b.x', 'b.y']);
  });

  test('[ER23] a record with a newer tag should not read as missing, nor be overwritten by a save', async () => {
    const bucket = kept();
    const open = opener(bucket);
    const first = await open();
    await fill(first);
    await first.unload();
    const blob = fromBytes('k', await bytesOf(bucket, 'app.b.json')) as { Task: Record<string, object> };
    const newer = { ...blob.Task['b.1'], shape: { $geo: [1, 2] } };
    await bucket.put('app.b.json', toBytes({ ...blob, Task: { ...blob.Task, 'b.1': newer } }));
    const data = await open();
    expectRefusal(await outcomeOf(() => repoOf(data).get('b.1')), /b\.1/, 'upgrade-needed');
  });

  test('[ER23] a store of plain objects is not reached through names in a blob', async () => {
    const bucket = kept();
    const at = '2026-01-01T00:00:00.000Z';
    const entity = (id: string) => ({ id, createdAt: at, updatedAt: at, version: 1, polluted: true });
    const hostile = JSON.parse(
      JSON.stringify({
        PROTO: { polluted: entity('polluted') },
        constructor: { polluted: entity('polluted') },
        Task: { PROTO: entity('__proto__'), fine: entity('fine') },
        deleted: { PROTO: { toString: at }, Task: { PROTO: at } },
      }).replaceAll('PROTO', '__proto__'),
    ) as object;
    await bucket.put('app.global.json', toBytes(hostile));
    const { QuickStartStore } = await import('../support/QuickStartStore.ts');
    const data = await create({ local: bucket, store: new QuickStartStore() });
    expect(await idsOf(data)).toEqual(['fine']);
    repoOf(data).save({ id: 'polluted' });
    await data.flush();
    expect(await idsOf(data)).toEqual(['fine', 'polluted']);
  });
});

const cyclic = (): unknown => {
  const one: Record<string, unknown> = {};
  one['self'] = one;
  return one;
};

const objectDamages: readonly (readonly [what: string, raw: unknown])[] = [
  ['a text', 'x'],
  ['an empty text', ''],
  ['a number', 0],
  ['false', false],
  ['an array', []],
  ['an array of blobs', [{ Task: {} }]],
  ['a header that is none', { $: 5, Task: {} }],
  ['a format that is a text', { $: { format: '1' }, Task: {} }],
  ['format 0', { $: { format: 0 }, Task: {} }],
  ['an object that contains itself', cyclic()],
  ['an object with a bigint', { Task: { 'b.1': 1n } }],
  ['a function', () => {}],
];

describe.each([
  ['with three methods', () => new PlainPersistence()],
  ['that can list its keys', () => new ListingPersistence()],
])('a damaged blob in a persistence %s', (_kind, make) => {
  test.each(objectDamages)('[ER24] %s: the key is set aside and told of, the others load', async (_what, raw) => {
    const local = make();
    const open = opener(local);
    const first = await open();
    await fill(first);
    await first.unload();
    const before = new Map(local.blobs);
    local.blobs.set('app.b', raw);
    const data = await open();
    const events = eventsOf(data);
    expect(await idsOf(data)).toEqual(['a.1', 'a.2', 'c.1', 'c.2']);
    expect(await repoOf(data).get('b.1')).toBeNull();
    const [problem] = problemsOf(events).filter(({ code }) => code === 'corrupt');
    expect(problem).toMatchObject({ entityKey: 'app.b', setAsideAs: expect.any(String) });
    expect(local.blobs.get(problem!.setAsideAs!)).toEqual({ raw });
    for (const key of ['app.a', 'app.c']) expect(local.blobs.get(key)).toEqual(before.get(key));
    repoOf(data).save({ id: 'b.9', project: 'b' });
    await data.unload();
    expect(await idsOf(await open())).toEqual(['a.1', 'a.2', 'b.9', 'c.1', 'c.2']);
  });

  test.each(objectDamages)('[ER24] %s under a running app: what memory holds is written again', async (_what, raw) => {
    const local = make();
    const open = opener(local);
    const data = await open();
    await fill(data);
    local.blobs.set('app.b', raw);
    repoOf(data).save({ id: 'b.9', project: 'b' });
    await data.flush();
    await data.flush();
    await data.unload();
    expect(await idsOf(await open())).toEqual(['a.1', 'a.2', 'b.1', 'b.2', 'b.9', 'c.1', 'c.2']);
  });

  test('[ER24] a newer format: told of, left alone, and nothing of it changes', async () => {
    const local = make();
    const open = opener(local);
    const first = await open();
    await fill(first);
    await first.unload();
    const newer = { $: { format: 2 }, Task: { packed: 'x' } };
    local.blobs.set('app.b', structuredClone(newer));
    const data = await open();
    const events = eventsOf(data);
    expectRefusal(await outcomeOf(() => repoOf(data).get('b.1')), /app\.b/, 'upgrade-needed');
    repoOf(data).save({ id: 'b.1', project: 'b' });
    expectRefusal(await outcomeOf(() => data.flush()), /app\.b/, 'upgrade-needed');
    expect(local.blobs.get('app.b')).toEqual(newer);
    expect(problemsOf(events)).toMatchObject([{ code: 'upgrade-needed', entityKey: 'app.b' }]);
    expect(await idsOf(data, 'Note')).toEqual(['a.n', 'c.n']);
  });

  test('[ER24] null or undefined: the blob is missing, that is told, and what memory held is written again', async () => {
    for (const nothing of [null, undefined]) {
      const local = make();
      const open = opener(local);
      const data = await open();
      await fill(data);
      const events = eventsOf(data);
      local.blobs.set('app.b', nothing);
      repoOf(data).save({ id: 'b.9', project: 'b' });
      await data.flush();
      await data.flush();
      expect(problemsOf(events)).toMatchObject([{ code: 'missing', entityKey: 'app.b' }]);
      await data.unload();
      expect(await idsOf(await open())).toEqual(['a.1', 'a.2', 'b.1', 'b.2', 'b.9', 'c.1', 'c.2']);
    }
  });

  test('[ER24] records that the index counts and the blob lacks should be told of', async () => {
    const local = make();
    const open = opener(local);
    const first = await open();
    await fill(first);
    await first.unload();
    local.blobs.set('app.b', {});
    const data = await open();
    const events = eventsOf(data);
    await idsOf(data);
    expect(problemsOf(events)).toMatchObject([{ entityKey: 'app.b' }]);
  });

  test('[ER25] a failing medium is a typed error that names the key, and nothing is lost', async () => {
    const local = make();
    const open = opener(local);
    const data = await open();
    await fill(data);
    const { storeData, loadData } = local;
    local.storeData = async () => {
      throw Object.assign(new Error('disk on fire'), { code: 'EIO' });
    };
    repoOf(data).save({ id: 'b.9', project: 'b' });
    expectRefusal(await outcomeOf(() => data.flush()), /app\..*disk on fire/, 'unavailable');
    local.storeData = async () => {
      throw Object.assign(new Error('full'), { name: 'QuotaExceededError' });
    };
    expectRefusal(await outcomeOf(() => data.flush()), /app\..*full/, 'quota-exceeded');
    expect(repoOf(data).syncState('b.9')).toBe('pending');
    local.storeData = storeData;
    local.loadData = async () => {
      throw 'not even an error';
    };
    expectRefusal(await outcomeOf(() => data.flush()), /app\..*not even an error/, 'unavailable');
    local.loadData = loadData;
    await data.flush();
    await data.unload();
    expect(await idsOf(await open())).toEqual(['a.1', 'a.2', 'b.1', 'b.2', 'b.9', 'c.1', 'c.2']);
    expect(new TierSyncError('closed', 'x')).toBeInstanceOf(Error);
  });
});
