import { type EntityKeyData, MemoryBucket } from 'tiersync';
import { describe, expect, test } from 'vitest';
import { fromBytes, toBytes } from '../../../src/blob/envelope.ts';
import { KeySums } from '../../../src/blob/KeySums.ts';
import type { HeldRecords } from '../../../src/interfaces/ISharedTier.ts';
import type { StoredRecord } from '../../../src/interfaces/StoredRecord.ts';
import { BucketTier } from '../../../src/tiers/bucket/BucketTier.ts';
import { restoreTo } from '../../../src/tiers/bucket/restoreTo.ts';
import { recountBlob } from '../../support/recount.ts';
import { patchedTier } from './sim/patchedTier.ts';
import { everything, gone, namesIn, type Peer, peerOn, push, rot, task } from './support.ts';

const settings = { tailCommits: 1, pageRecords: 40 };
const key = 'app.a';

interface Entry {
  readonly object?: string;
  readonly pages?: readonly { readonly object: string; readonly summary: { hash: number; entities: object } }[];
}

const textOf = async (bucket: MemoryBucket, name: string): Promise<string> =>
  new TextDecoder().decode(((await bucket.get(name)) as { bytes: Uint8Array }).bytes);

async function dataOf<T>(bucket: MemoryBucket, name: string): Promise<T> {
  return (JSON.parse(await textOf(bucket, name)) as { data: T }).data;
}

async function entryOf(bucket: MemoryBucket, of = key): Promise<Entry> {
  const { checkpoint } = await dataOf<{ checkpoint: { index: string } }>(bucket, 'app/head');
  return (await dataOf<{ keys: Record<string, Entry> }>(bucket, `app/${checkpoint.index}`)).keys[of] as Entry;
}

const pagesOf = async (bucket: MemoryBucket): Promise<string[]> =>
  ((await entryOf(bucket)).pages ?? []).map(({ object }) => object);

const idOf = (i: number): string => `a.${i}`;
const tasks = (from: number, to: number, seconds = 1) =>
  Array.from({ length: to - from }, (_, i) => task(idOf(from + i), seconds, { title: `${from + i} at ${seconds}` }));

/** Commits, and folds it. */
async function fold({ tier }: Peer, ...changes: Parameters<typeof push>[1][]): Promise<void> {
  await push(tier, ...changes);
  await tier.maintain();
}

async function paged(records = 400) {
  const inner = new MemoryBucket();
  const peer = peerOn(inner, settings);
  await fold(peer, ...tasks(0, records));
  return { inner, peer };
}

const titles = (records: readonly StoredRecord[]) =>
  Object.fromEntries(records.map(({ id, value }) => [id, value?.['title'] ?? null]));

const held = (records: readonly StoredRecord[]): HeldRecords => ({ isSynced: () => true, read: async () => records });

describe('a key of many records', () => {
  test('[SB27] is kept in pages once it has more than `pageRecords`, and in one object again when few are left', async () => {
    const inner = new MemoryBucket();
    const peer = peerOn(inner, settings);
    await fold(peer, ...tasks(0, 40));
    expect(await entryOf(inner)).toMatchObject({ object: expect.stringMatching(/^data\/app\.a@1-[^.]+$/) });
    await fold(peer, ...tasks(40, 42));
    expect(await pagesOf(inner)).toHaveLength(8);
    expect(Object.keys(await everything(peerOn(inner).tier))).toHaveLength(42);
    await fold(peer, ...tasks(42, 1_000));
    const pages = await pagesOf(inner);
    expect(pages.length).toBeGreaterThan(50);
    expect(await everything(peerOn(inner).tier)).toEqual(
      titles(tasks(0, 1_000).map(({ record }) => record as StoredRecord)),
    );
    await peer.environment.advance(1);
    const few = { ...settings, tombstoneRetentionMs: 0 };
    const other = peerOn(inner, few);
    await other.environment.advance(2);
    await fold(other, ...Array.from({ length: 995 }, (_, i) => gone(idOf(i), 2)));
    await other.environment.advance(2);
    await fold(other, task('b.1', 3));
    expect(await pagesOf(inner)).toEqual([]);
    expect(Object.keys(await everything(peerOn(inner).tier))).toHaveLength(6);
    expect((await other.tier.changesSince(null)).horizon.seq).toBeGreaterThan(0);
  });

  test('[SB27] counts as the sum of its pages, and each page as its records', async () => {
    const { inner, peer } = await paged();
    await fold(peer, gone(idOf(7), 2), task(idOf(8), 2), task('a.new', 2));
    const { pages = [] } = await entryOf(inner);
    for (const { object, summary } of pages) {
      const { hash, entities } = recountBlob(await dataOf<EntityKeyData>(inner, `app/${object}`));
      expect([summary.hash, summary.entities]).toEqual([hash, entities]);
    }
    await peer.tier.changesSince(null);
    const said = (await peer.tier.readMetadata()).entityKeys[key];
    expect(said).toEqual(KeySums.of(await peer.tier.readKey(key)).summary());
  });

  test('[SB27] that another version wrote something into keeps what nobody knows', async () => {
    const inner = new MemoryBucket();
    const peer = peerOn(inner, { ...settings, pageRecords: 2_048 });
    await fold(peer, ...tasks(0, 400), gone('a.dead', 1));
    const { object } = await entryOf(inner);
    const blob = await dataOf<EntityKeyData>(inner, `app/${object}`);
    const odd = { ...blob, Odd: 5, $: { ...(blob.$ as object), later: { a: [1] } } };
    await inner.put(`app/${object}`, toBytes(odd));
    await fold(peerOn(inner, settings), ...tasks(0, 1, 2));
    const [first, ...others] = await pagesOf(inner);
    expect(others.length).toBeGreaterThan(2);
    expect(await dataOf(inner, `app/${first}`)).toMatchObject({ Odd: 5, $: { later: { a: [1] } } });
    // And the number that its deletion was folded with, which says when it is forgotten.
    const all = await Promise.all([first, ...others].map((name) => textOf(inner, `app/${name}`)));
    expect(all.filter((text) => text.includes('"folded":{"Task":{"a.dead":1}}'))).toHaveLength(1);
    await fold(peerOn(inner, { ...settings, pageRecords: 4_000 }), task(idOf(3), 5));
    const whole = await dataOf(inner, `app/${(await entryOf(inner)).object}`);
    expect(whole).toMatchObject({ Odd: 5, $: { later: { a: [1] }, folded: { Task: { 'a.dead': 1 } } } });
  });
});

describe('a checkpoint of a key in pages', () => {
  test('[SB28] reads and writes the pages that something changes in, and the index', async () => {
    const { inner, peer } = await paged();
    const before = await pagesOf(inner);
    await push(peer.tier, task(idOf(7), 2, { title: 'edited' }));
    peer.bucket.reset();
    await peer.tier.maintain();
    expect(peer.bucket.requests).toEqual({ get: 1, put: 3, delete: 0, list: 0 });
    const after = await pagesOf(inner);
    expect(after.filter((name, number) => name !== before[number])).toHaveLength(1);
    expect((await everything(peerOn(inner).tier))[idOf(7)]).toBe('edited');
  });

  test('[SB28] costs no more for one edit in a key of 100 times as many records', async () => {
    const sent: number[] = [];
    for (const records of [40, 4_000]) {
      const { peer } = await paged(records);
      let bytes = 0;
      for (let n = 0; n < 5; n++) {
        await push(peer.tier, task(idOf(n * 7), 2, { title: 'edited' }));
        peer.bucket.reset();
        await peer.tier.maintain();
        expect(peer.bucket.total).toBeLessThanOrEqual(5);
        bytes += peer.bucket.bytesSent - (await indexBytes(peer));
      }
      sent.push(bytes);
    }
    const [small, large] = sent as [number, number];
    expect(large).toBeLessThanOrEqual(3 * small);
  });

  test('[SB28] forgets deletions page by page', async () => {
    const { inner, peer } = await paged();
    await fold(peer, gone(idOf(7), 2));
    const before = await pagesOf(inner);
    await peer.environment.advance(200 * 86_400_000);
    await fold(peer, task('b.1', 3));
    const after = await pagesOf(inner);
    expect(after.filter((name, number) => name !== before[number])).toHaveLength(1);
    expect((await peer.tier.changesSince(null)).horizon.seq).toBe(2);
    expect((await peer.tier.readKey(key)).some(({ id }) => id === idOf(7))).toBe(false);
  });

  test('[SB18] [SB19] [SB20] what it replaced is kept, can be read and restored, and is removed in time', async () => {
    const { inner, peer } = await paged();
    const { tier, environment } = peer;
    const first = await pagesOf(inner);
    await fold(peer, ...tasks(0, 100, 2));
    await tier.collectGarbage();
    expect(await namesIn(inner)).toEqual(expect.arrayContaining(first.map((name) => `app/${name}`)));
    const then = await tier.readAt(1);
    expect(then.map(({ record }) => record?.value?.['title']).sort()).toEqual(
      tasks(0, 400)
        .map(({ record }) => record?.value?.['title'])
        .sort(),
    );
    expect(await restoreTo(tier, 1, environment.now())).toEqual({ restored: 100, deleted: 0 });
    await tier.maintain();
    expect((await everything(peerOn(inner).tier))[idOf(0)]).toBe('0 at 1');
    await environment.advance(8 * 86_400_000);
    await fold(peer, task('b.1', 5));
    const left = await namesIn(inner, 'app/data/app.a');
    expect(left.sort()).toEqual((await pagesOf(inner)).map((name) => `app/${name}`).sort());
    // Pages that nobody named are garbage, as all else.
    await inner.put('app/data/app.a@1-lost.64.3', new Uint8Array(1));
    expect(await tier.collectGarbage()).toEqual({ count: 1, bytes: 1 });
  });
});

async function indexBytes({ bucket }: Peer): Promise<number> {
  const head = (await bucket.get('app/head')) as { bytes: Uint8Array };
  const { index } = (JSON.parse(new TextDecoder().decode(head.bytes)) as { data: { checkpoint: { index: string } } })
    .data.checkpoint;
  return ((await bucket.get(`app/${index}`)) as { bytes: Uint8Array }).bytes.length;
}

describe('who reads a key in pages', () => {
  test('[SB29] gets all of them where it has nothing, each once', async () => {
    const { inner } = await paged();
    const { tier, bucket } = peerOn(inner);
    await tier.changesSince(null);
    expect(await tier.readKey(key)).toHaveLength(400);
    expect(bucket.total).toBe((await pagesOf(inner)).length + 2);
  });

  test('[SB29] reads only those that differ from what it holds', async () => {
    const { inner, peer } = await paged();
    const { cursor } = await peer.tier.changesSince(null);
    const mine = await peer.tier.readKey(key);
    await fold(peer, task(idOf(7), 2, { title: 'edited' }), gone(idOf(8), 2));
    await fold(peer, task('b.1', 3));
    const { tier, bucket } = peerOn(inner);
    expect((await tier.changesSince(cursor)).reach).toBe('behind');
    bucket.reset();
    const found = await tier.readKey(key, held(mine));
    expect(bucket.total).toBeLessThanOrEqual(3);
    expect(titles(found)).toEqual(titles(await tier.readKey(key)));
    expect(found.find(({ id }) => id === idOf(8))?.isDeleted).toBe(true);
  });

  test('[SB29] is answered as if all had been read, whatever it holds', async () => {
    const { inner, peer } = await paged();
    await fold(peer, gone(idOf(8), 2), task(idOf(9), 2));
    const { tier } = peerOn(inner);
    await tier.changesSince(null);
    const all = await tier.readKey(key);
    const own = task('a.own', 9).record as StoredRecord;
    const holdings: readonly (readonly StoredRecord[])[] = [
      [],
      all,
      all.filter(({ isDeleted }) => !isDeleted),
      [...all, own],
      all.slice(100),
      all.map((record) => (record.id === idOf(9) ? (tasks(9, 10)[0]?.record as StoredRecord) : record)),
    ];
    for (const records of holdings) expect(titles(await tier.readKey(key, held(records)))).toEqual(titles(all));
    const onlyNotes: HeldRecords = { isSynced: (name) => name === 'Note', read: async () => [] };
    expect(await tier.readKey(key, onlyNotes)).toEqual([]);
  });
});

test('[SB30] a bucket is of a newer format as long as a key of it is in pages, and not before or after', async () => {
  const inner = new MemoryBucket();
  const peer = peerOn(inner, settings);
  const formats = async (): Promise<Record<string, string>> => {
    const { checkpoint } = await dataOf<{ checkpoint: { index: string } }>(inner, 'app/head');
    const names = ['app/head', `app/${checkpoint.index}`, ...(await pagesOf(inner)).map((name) => `app/${name}`)];
    const texts = await Promise.all(names.map((name) => textOf(inner, name)));
    return Object.fromEntries(
      names.map((name, i) => [name.replace(/[@/][^/]*$/, ''), /"format":(\d+)/.exec(texts[i] ?? '')?.[1] ?? '']),
    );
  };
  await fold(peer, ...tasks(0, 40), task('b.1', 1));
  expect(await formats()).toEqual({ app: '1', 'app/index': '1' });
  await fold(peer, ...tasks(40, 60));
  expect(await formats()).toEqual({ app: '2', 'app/index': '2', 'app/data': '2' });
  await push(peer.tier, task('b.2', 2));
  expect(await formats()).toMatchObject({ app: '2' });
  await fold(peerOn(inner, { ...settings, pageRecords: 1_000 }), task('a.1', 3));
  expect(await formats()).toEqual({ app: '1', 'app/index': '1' });
});

test('[SB30] an older version asks for an update, and writes nothing', async () => {
  const patch = { file: 'SharedObjects.ts', find: ', PAGED_FORMAT)', put: ')' };
  const Older = await patchedTier([patch]);
  const inner = new MemoryBucket();
  const newer = peerOn(inner, settings);
  await fold(newer, ...tasks(0, 40));
  const older = peerOn(inner, settings, { Tier: Older });
  const cursor = await push(older.tier, task(idOf(1), 2));
  await fold(newer, ...tasks(40, 60));
  const before = new Map(await Promise.all((await namesIn(inner)).map(async (n) => [n, await inner.get(n)] as const)));
  await expect(older.tier.commit([task(idOf(2), 3)], cursor)).rejects.toMatchObject({ code: 'upgrade-needed' });
  await expect(older.tier.changesSince(cursor)).rejects.toMatchObject({ code: 'upgrade-needed' });
  await expect(older.tier.apply([task(idOf(2), 3)])).rejects.toMatchObject({ code: 'upgrade-needed' });
  await expect(older.tier.collectGarbage()).rejects.toMatchObject({ code: 'upgrade-needed' });
  const fresh = peerOn(inner, settings, { Tier: Older });
  await expect(fresh.tier.changesSince(null)).rejects.toMatchObject({ code: 'upgrade-needed' });
  for (const name of await pagesOf(inner)) {
    const { bytes } = (await inner.get(`app/${name}`)) as { bytes: Uint8Array };
    expect(() => fromBytes(name, bytes)).toThrow(expect.objectContaining({ code: 'upgrade-needed' }) as Error);
  }
  expect(await namesIn(inner)).toEqual([...before.keys()]);
  for (const [name, object] of before) expect(await inner.get(name)).toEqual(object);
});

describe('a page that is gone or rotten', () => {
  test.each(['gone', 'rotten'])(
    '[SB31] (%s) is told of as its key, once, and repaired by an ordinary commit',
    async (how) => {
      const { inner, peer } = await paged();
      const all = await peer.tier.readKey(key);
      const [spoiled] = (await pagesOf(inner)) as [string];
      if (how === 'gone') await inner.delete(`app/${spoiled}`);
      else await rot(inner, `app/${spoiled}`);
      const reader = peerOn(inner, settings);
      const { cursor } = await reader.tier.changesSince(null);
      await expect(reader.tier.readKey(key)).rejects.toMatchObject({ code: 'corrupt' });
      await expect(reader.tier.readKey(key)).rejects.toMatchObject({ code: 'corrupt' });
      const code = how === 'gone' ? 'missing' : 'corrupt';
      expect(reader.problems.map((problem) => [problem.code, problem.entityKey])).toEqual([[code, key]]);
      // Whoever holds what that page says need not read it, and keys beside it go on.
      expect(await reader.tier.readKey(key, held(all))).toHaveLength(400);
      await fold(peer, task('b.1', 2));
      expect(await pagesOf(inner)).toContain(spoiled);
      const { cursor: now } = await reader.tier.changesSince(cursor);
      const changes = all.map((record) => ({ entityKey: key, entityName: 'Task', id: record.id, record }));
      await reader.tier.commit(changes, now, { repaired: [key] });
      expect(titles(await reader.tier.readKey(key))).toEqual(titles(all));
      await reader.tier.maintain();
      expect(await pagesOf(inner)).not.toContain(spoiled);
      expect(Object.keys(await everything(peerOn(inner).tier))).toHaveLength(401);
      const { checkpoint } = await dataOf<{ checkpoint: { index: string } }>(inner, 'app/head');
      expect(await dataOf(inner, `app/${checkpoint.index}`)).toMatchObject({ quarantined: [spoiled] });
    },
  );

  test('[SB31] of which nobody has anything left is empty once the key is repaired', async () => {
    const { inner, peer } = await paged();
    const [spoiled] = (await pagesOf(inner)) as [string];
    const lost = new Set(Object.keys((await dataOf<{ Task: object }>(inner, `app/${spoiled}`)).Task));
    const left = (await peer.tier.readKey(key)).filter(({ id }) => !lost.has(id));
    await inner.delete(`app/${spoiled}`);
    const { cursor } = await peer.tier.changesSince(null);
    const changes = left.map((record) => ({ entityKey: key, entityName: 'Task', id: record.id, record }));
    await peer.tier.commit(changes, cursor, { repaired: [key] });
    await peer.tier.maintain();
    expect(Object.keys(await everything(peerOn(inner).tier)).sort()).toEqual(left.map(({ id }) => id).sort());
  });
});

test('[SB27] devices that are told other sizes of pages work on one bucket', async () => {
  const inner = new MemoryBucket();
  const sizes = [1, 7, 40, 2_048];
  const peers = sizes.map((pageRecords) => peerOn(inner, { tailCommits: 1, pageRecords }, { Tier: BucketTier }));
  for (let n = 0; n < 24; n++) {
    await fold(peers[n % 4] as Peer, ...tasks(n * 5, n * 5 + 20, n + 1));
    expect(Object.keys(await everything(peerOn(inner).tier))).toHaveLength(n * 5 + 20);
  }
});
