import { EntityKeyFieldStrategy, type IBucket, type IPersistence } from 'tiersync';
import { describe, expect, test } from 'vitest';
import { fromBytes, toBytes } from '../../src/blob/envelope.ts';
import { addHash } from '../../src/blob/hash.ts';
import { KeySums } from '../../src/blob/KeySums.ts';
import { checkKeyData, recordsIn } from '../../src/blob/keyData.ts';
import type { Metadata } from '../../src/interfaces/Metadata.ts';
import {
  create,
  type Data,
  expectRefusal,
  guardPrototypes,
  kept,
  ListingPersistence,
  objectsOf,
  outcomeOf,
  PlainPersistence,
  repoOf,
  stillWorld,
} from './support.ts';

guardPrototypes();

const encoder = new TextEncoder();
const strategy = new EntityKeyFieldStrategy('project');
const all = ['a.1', 'a.2', 'b.1', 'b.2', 'c.1', 'c.2'];

async function filled(open: () => Promise<Data>): Promise<void> {
  const data = await open();
  for (const project of ['a', 'b', 'c']) {
    repoOf(data).saveMany([1, 2, 3].map((n) => ({ id: `${project}.${n}`, project, n })));
    repoOf(data).delete(`${project}.3`);
  }
  await data.unload();
}

const opener = (local: IBucket | IPersistence) => {
  const environment = stillWorld();
  return (): Promise<Data> => create({ local, environment, strategy });
};

const idsOf = async (data: Data): Promise<string[]> => (await repoOf(data).getAll()).map(({ id }) => id).sort();

async function blobsOf(bucket: IBucket): Promise<Map<string, unknown>> {
  const blobs = new Map<string, unknown>();
  for (const [name, text] of await objectsOf(bucket)) {
    if (!name.startsWith('set-aside/')) blobs.set(name, fromBytes(name, Buffer.from(text, 'latin1')));
  }
  return blobs;
}

/** Counts and hashes of every key, from the blobs alone, beside what the index says. */
function compareWithBlobs(blobs: ReadonlyMap<string, unknown>, suffix: string): void {
  const index = blobs.get(`app.$metadata${suffix}`) as Metadata & { $: { checking?: string[] } };
  const counted: [string, unknown][] = [];
  let hash = 0;
  for (const [name, blob] of blobs) {
    if (name === `app.$metadata${suffix}` || name.startsWith('$aside')) continue;
    const summary = KeySums.of(recordsIn(checkKeyData(name, structuredClone(blob)))).summary();
    hash = addHash(hash, summary.hash);
    counted.push([name.slice(0, name.length - suffix.length), { hash: summary.hash, entities: summary.entities }]);
  }
  const told = Object.entries(index.entityKeys).map(([key, { hash: sum, entities }]) => [key, { hash: sum, entities }]);
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(counted));
  expect(index.hash).toBe(hash);
  expect(index.$.checking).toBeUndefined();
}

type Index = { [field: string]: unknown; entityKeys: Record<string, Record<string, unknown>> };

/** What may stand where the index was; undefined: nothing. */
const unreadable: readonly (readonly [what: string, damage: (bytes: Uint8Array) => Uint8Array | undefined])[] = [
  ['gone', () => undefined],
  ['empty', () => new Uint8Array()],
  ['cut short', (bytes) => bytes.slice(0, 100)],
  ['flipped in one bit', (bytes) => bytes.map((byte, i) => (i === 120 ? byte ^ 1 : byte))],
  ['bare JSON', () => encoder.encode('{"entityKeys":{}}')],
  ['HTML', () => encoder.encode('<html>')],
  ['an array in an envelope', () => toBytes([])],
];

const foreign: typeof unreadable = [
  ['an empty object', () => toBytes({})],
  ['a blob of entities', () => toBytes({ $: { format: 1 }, Task: {} })],
  ['an index of texts', () => toBytes({ $: { format: 1 }, entityKeys: 'x' })],
  ['an index as a list', () => toBytes({ $: { format: 1 }, entityKeys: [] })],
];

const changed = (change: (index: Index) => void) => (bytes: Uint8Array) => {
  const index = fromBytes('index', bytes) as Index;
  change(index);
  return toBytes(index);
};

const disagreeing: typeof unreadable = [
  ['without one key', changed(({ entityKeys }) => void delete entityKeys['app.b'])],
  ['without any key', changed((index) => void (index.entityKeys = {}))],
  ['with a key that is nowhere', changed(({ entityKeys }) => void (entityKeys['app.z'] = entityKeys['app.a']!))],
  ['with an entry that is a number', changed(({ entityKeys }) => void (entityKeys['app.b'] = 5 as never))],
  ['with an entry without sums', changed(({ entityKeys }) => void (entityKeys['app.b'] = {}))],
  ['with an entry whose time is none', changed(({ entityKeys }) => void (entityKeys['app.b']!['updatedAt'] = 'x'))],
  ['with an entry whose hash is a text', changed(({ entityKeys }) => void (entityKeys['app.b']!['hash'] = 'x'))],
  [
    'with an entry whose sums are null',
    changed(({ entityKeys }) => void (entityKeys['app.b']!['entities'] = { Task: null })),
  ],
  [
    'with wrong counts',
    changed(({ entityKeys }) => {
      entityKeys['app.b']!['entities'] = { Task: { hash: 1, deletedHash: 2, count: 7, deletedCount: 0 } };
    }),
  ],
  [
    'that says it was being written',
    changed((index) => void (index['$'] = { format: 1, checking: ['app.a', 'app.b'] })),
  ],
  [
    'that was being written, with nonsense',
    changed((index) => void (index['$'] = { format: 1, checking: [5, null, {}] })),
  ],
  [
    'with an entry called __proto__',
    changed(({ entityKeys }) => void Object.defineProperty(entityKeys, '__proto__', { value: 5, enumerable: true })),
  ],
];

async function damagedBucket(damage: (bytes: Uint8Array) => Uint8Array | undefined): Promise<IBucket> {
  const bucket = kept();
  await filled(opener(bucket));
  const found = await bucket.get('app.$metadata.json');
  const damaged = damage((found as { bytes: Uint8Array }).bytes);
  if (damaged === undefined) await bucket.delete('app.$metadata.json');
  else await bucket.put('app.$metadata.json', damaged);
  return bucket;
}

async function expectRebuilt(bucket: IBucket): Promise<void> {
  const before = await objectsOf(bucket);
  const open = opener(bucket);
  const data = await open();
  expect(await idsOf(data)).toEqual(all);
  expect(await repoOf(data).get('b.3')).toBeNull();
  for (const key of ['a', 'b', 'c']) {
    expect((await objectsOf(bucket)).get(`app.${key}.json`)).toBe(before.get(`app.${key}.json`));
  }
  // The next write of each key leaves an index that is the truth.
  for (const project of ['a', 'b', 'c']) await repoOf(data).update(`${project}.1`, { n: 'new' });
  await data.unload();
  compareWithBlobs(await blobsOf(bucket), '.json');
  const again = await open();
  expect(await idsOf(again)).toEqual(all);
}

describe('the index of a bucket', () => {
  test.each([...unreadable, ...disagreeing])(
    '[ER26] %s: it is rebuilt from the blobs, and all data is there',
    async (_what, damage) => {
      await expectRebuilt(await damagedBucket(damage));
    },
  );

  test.each(foreign)('[ER26] %s in its place: it is set aside and the index rebuilt', async (_what, damage) => {
    await expectRebuilt(await damagedBucket(damage));
  });

  test('[ER26] of a newer format: opening says so, and nothing is touched', async () => {
    const bucket = await damagedBucket(changed((index) => void (index['$'] = { format: 2 })));
    const before = await objectsOf(bucket);
    expectRefusal(await outcomeOf(opener(bucket)), /app\.\$metadata.*update the app/, 'upgrade-needed');
    expect(await objectsOf(bucket)).toEqual(before);
  });

  test('[ER26] every blob gone, index there: nothing is invented, and what is saved next is kept', async () => {
    const bucket = await damagedBucket((bytes) => bytes);
    for (const key of ['a', 'b', 'c']) await bucket.delete(`app.${key}.json`);
    const open = opener(bucket);
    const data = await open();
    expect(await idsOf(data)).toEqual([]);
    repoOf(data).save({ id: 'b.1', project: 'b' });
    await data.unload();
    compareWithBlobs(await blobsOf(bucket), '.json');
    expect(await idsOf(await open())).toEqual(['b.1']);
  });
});

const objectForms: readonly (readonly [what: string, raw: unknown])[] = [
  ['null', null],
  ['a text', 'x'],
  ['an array', []],
  ['a header that is none', { $: null, entityKeys: {} }],
];
const foreignForms: typeof objectForms = [
  ['an empty object', {}],
  ['a blob of entities', { Task: {} }],
  ['an index as a list', { entityKeys: [] }],
];

describe('the index of a persistence that can list its keys', () => {
  const withIndex = async (raw: unknown): Promise<ListingPersistence> => {
    const local = new ListingPersistence();
    await filled(opener(local));
    local.blobs.set('app.$metadata', raw);
    return local;
  };
  const expectAll = async (local: ListingPersistence): Promise<void> => {
    const open = opener(local);
    const data = await open();
    expect(await idsOf(data)).toEqual(all);
    for (const project of ['a', 'b', 'c']) await repoOf(data).update(`${project}.1`, { n: 'new' });
    await data.unload();
    compareWithBlobs(local.blobs, '');
    expect(await idsOf(await open())).toEqual(all);
  };

  test.each(objectForms)('[ER27] %s in its place: it is rebuilt from the blobs', async (_what, raw) => {
    await expectAll(await withIndex(raw));
  });

  test.each(foreignForms)('[ER27] %s in its place: it is set aside and the index rebuilt', async (_what, raw) => {
    await expectAll(await withIndex(raw));
  });
});

describe('the index of a persistence with three methods', () => {
  const lost = async (): Promise<PlainPersistence> => {
    const local = new PlainPersistence();
    await filled(opener(local));
    local.blobs.delete('app.$metadata');
    return local;
  };

  test('[ER28] lost: every entity is found by its id, and edits of it follow what is there', async () => {
    const local = await lost();
    const data = await opener(local)();
    for (const id of all) expect((await repoOf(data).get(id))?.id).toBe(id);
    expect(await repoOf(data).update('a.1', { n: 'new' })).toMatchObject({ n: 'new', version: 2 });
    await data.unload();
    const again = await opener(local)();
    expect(await repoOf(again).get('a.1')).toMatchObject({ n: 'new', version: 2 });
  });

  test('[ER28] an entry of the index that cannot be read: its key is looked at anew, and nothing is hidden', async () => {
    for (const entry of [5, null, {}, { hash: 'x' }, { hash: 1, updatedAt: 'x', entities: {} }]) {
      const local = new PlainPersistence();
      await filled(opener(local));
      const index = local.blobs.get('app.$metadata') as Index;
      index.entityKeys['app.b'] = entry as never;
      const data = await opener(local)();
      expect(await idsOf(data), JSON.stringify(entry)).toEqual(all);
    }
  });

  test('[ER28] lost, and written anew for one key: the other keys are still found', async () => {
    const local = await lost();
    const data = await opener(local)();
    await repoOf(data).update('a.1', { n: 'new' });
    await data.unload();
    const again = await opener(local)();
    for (const id of all) expect((await repoOf(again).get(id))?.id).toBe(id);
  });

  test('[ER28] lost, where all keys are one, a list should show what get shows', async () => {
    const local = new PlainPersistence();
    const environment = stillWorld();
    const data = await create({ local, environment });
    repoOf(data).save({ id: 'one' });
    await data.unload();
    local.blobs.delete('app.$metadata');
    expect(await idsOf(await create({ local, environment }))).toEqual(['one']);
  });
});
