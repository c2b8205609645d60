import { MemoryBucket } from 'tiersync';
import { describe, expect, test } from 'vitest';
import { FaultyBucket } from '../../support/FaultyBucket.ts';
import { everything, namesIn, peek, peerOn, push, rot, tamper, task } from './support.ts';

const each = { tailCommits: 1 };

/** A bucket with a checkpoint of two keys and a commit on top. */
async function filled(): Promise<MemoryBucket> {
  const inner = new MemoryBucket();
  const { tier } = peerOn(inner, each);
  await push(tier, task('a.1', 1, { title: 'one' }), task('b.1', 1, { title: 'b' }));
  await tier.maintain();
  await push(tier, task('a.2', 2, { title: 'two' }));
  return inner;
}

const dataOf = async (bucket: MemoryBucket, key: string): Promise<string> =>
  (await namesIn(bucket, `app/data/${key}@`)).at(-1) as string;

describe('a head', () => {
  test('[SB10] that is missing is an error for who has synced, and for who finds other objects', async () => {
    const inner = await filled();
    const { tier } = peerOn(inner);
    const { cursor } = await tier.changesSince(null);
    await inner.delete('app/head');
    await expect(tier.changesSince(cursor)).rejects.toMatchObject({ code: 'cloud-unreadable' });
    const fresh = peerOn(inner);
    await expect(fresh.tier.changesSince(null)).rejects.toMatchObject({
      code: 'cloud-unreadable',
      message: expect.stringContaining('setCloud(bucket, { startOver: true })'),
    });
    await expect(fresh.tier.apply([task('a.9', 1)])).rejects.toMatchObject({ code: 'cloud-unreadable' });
    expect(fresh.bucket.requests.put).toBe(0);
    for (const name of await namesIn(inner)) await inner.delete(name);
    await expect(tier.changesSince(cursor)).rejects.toMatchObject({ code: 'cloud-unreadable' });
    expect((await tier.changesSince(null)).cursor).toBeNull();
    await push(tier, task('a.1', 1));
    expect((await tier.changesSince(cursor)).reach).toBe('first');
  });

  test('[SB10] that another device makes between the look and the list is found', async () => {
    const inner = new MemoryBucket();
    const faulty = new FaultyBucket(inner);
    const { tier } = peerOn(faulty);
    faulty.faults.gate = ({ method }) =>
      method === 'list' ? push(peerOn(inner).tier, task('a.1', 1)).then(() => {}) : undefined;
    expect((await tier.changesSince(null)).cursor?.seq).toBe(1);
  });

  test('[SB10] is looked for once more before anybody begins, as hours may have passed', async () => {
    const inner = new MemoryBucket();
    const a = peerOn(inner);
    const b = peerOn(inner);
    await a.tier.changesSince(null);
    await push(b.tier, task('b.1', 1));
    expect(await a.tier.commit([task('a.1', 1)], null)).toBe('stale');
    const c = peerOn(new MemoryBucket());
    await c.tier.changesSince(null);
    await c.bucket.put('app/data/x@1-y', new Uint8Array(1));
    await expect(c.tier.commit([task('a.1', 1)], null)).rejects.toMatchObject({ code: 'cloud-unreadable' });
  });

  test('[SB10] [SB11] is made before anything hangs from it, so that a device that ends while it begins stops nobody', async () => {
    const inner = new MemoryBucket();
    const { tier, bucket } = peerOn(inner, { inlineBytes: 0 });
    const order: string[] = [];
    const { put } = bucket;
    bucket.put = (name, ...rest) => {
      order.push(name.replace(/-.*/, ''));
      return put.call(bucket, name, ...rest);
    };
    await push(tier, task('a.1', 1));
    expect(order).toEqual(['app/head', 'app/changes/1', 'app/head']);
  });

  test('[SB12] that cannot be read twice stops everything, and nothing is written', async () => {
    const inner = await filled();
    const faulty = new FaultyBucket(inner);
    const { tier, bucket } = peerOn(faulty);
    const { cursor } = await tier.changesSince(null);
    await rot(inner, 'app/head');
    bucket.reset();
    await expect(tier.changesSince(cursor)).rejects.toMatchObject({ code: 'cloud-unreadable' });
    expect(bucket.requests).toEqual({ get: 2, put: 0, delete: 0, list: 0 });
    await expect(tier.apply([task('a.1', 5)])).rejects.toMatchObject({ code: 'cloud-unreadable' });
    expect(bucket.requests.put).toBe(0);
  });

  test('[SB12] that was garbled on its way once is read again', async () => {
    const inner = await filled();
    let garbled = 0;
    const { tier } = peerOn({
      get: async (name, options) => {
        const found = await inner.get(name, options);
        if (found === null || found === 'unchanged' || garbled++ > 0) return found;
        return { ...found, bytes: found.bytes.slice(0, -9) };
      },
      put: (...args) => inner.put(...args),
      delete: (name) => inner.delete(name),
      list: (prefix) => inner.list(prefix),
    });
    expect(await everything(tier)).toEqual({ 'a.1': 'one', 'a.2': 'two', 'b.1': 'b' });
  });

  const broken: [string, (head: Readonly<Record<string, unknown>>) => object][] = [
    ['no lineage', ({ lineage: _, ...head }) => head],
    ['a number that is none', (head) => ({ ...head, seq: 'two' })],
    ['another number than its tail', (head) => ({ ...head, seq: 7 })],
    ['no checkpoint', ({ checkpoint: _, ...head }) => head],
    [
      'a checkpoint without a horizon',
      (head) => ({ ...head, checkpoint: { ...(head['checkpoint'] as object), horizon: 1 } }),
    ],
    ['no tail', (head) => ({ ...head, tail: {} })],
    [
      'a commit of another number',
      (head) => ({ ...head, tail: (head['tail'] as object[]).map((c) => ({ ...c, seq: 9 })) }),
    ],
    [
      'a commit that follows another one',
      (head) => ({ ...head, tail: (head['tail'] as object[]).map((c) => ({ ...c, prev: 'x' })) }),
    ],
    [
      'a commit without changes',
      (head) => ({ ...head, tail: (head['tail'] as object[]).map((c) => ({ ...c, changes: 1 })) }),
    ],
    [
      'a change that is none',
      (head) => ({ ...head, tail: (head['tail'] as object[]).map((c) => ({ ...c, changes: [{}] })) }),
    ],
  ];
  test.each(broken)('[SB12] with %s cannot be read', async (_, change) => {
    const inner = await filled();
    await tamper(inner, 'app/head', change);
    await expect(peerOn(inner).tier.changesSince(null)).rejects.toMatchObject({ code: 'cloud-unreadable' });
  });

  test('[SB12] of a newer format asks for an update of the app', async () => {
    const inner = await filled();
    const found = (await inner.get('app/head')) as { bytes: Uint8Array };
    const newer = new TextDecoder().decode(found.bytes).replace('"format":1', '"format":99');
    await inner.put('app/head', new TextEncoder().encode(newer));
    const { tier, bucket } = peerOn(inner);
    await expect(tier.apply([task('a.1', 9)])).rejects.toMatchObject({ code: 'upgrade-needed' });
    expect(bucket.requests).toEqual({ get: 1, put: 0, delete: 0, list: 0 });
  });
});

describe('a blob', () => {
  test('[SB14] that fails its check is read twice, reported once, and left where it is', async () => {
    const inner = await filled();
    const name = await dataOf(inner, 'app.a');
    await rot(inner, name);
    const { tier, bucket, problems } = peerOn(inner);
    await tier.readMetadata();
    bucket.reset();
    await expect(tier.readKey('app.a')).rejects.toMatchObject({ code: 'corrupt' });
    expect(bucket.requests.get).toBe(2);
    await expect(tier.readKey('app.a')).rejects.toMatchObject({ code: 'corrupt' });
    expect(problems).toEqual([{ code: 'corrupt', entityKey: 'app.a', message: expect.stringContaining(name) }]);
    expect(await tier.readKey('app.b')).toHaveLength(1);
    expect(await namesIn(inner, name)).toEqual([name]);
  });

  test('[SB14] that nobody can have any more is the same; one that a later checkpoint replaced is not', async () => {
    const inner = await filled();
    const name = await dataOf(inner, 'app.a');
    const a = peerOn(inner);
    const b = peerOn(inner, each);
    await a.tier.changesSince(null);
    await inner.delete(name);
    await expect(a.tier.readKey('app.a')).rejects.toMatchObject({ code: 'corrupt' });
    expect(a.problems).toMatchObject([{ code: 'missing', entityKey: 'app.a' }]);
    await push(b.tier, task('b.2', 2));
    const { cursor } = await b.tier.changesSince(null);
    await b.tier.commit([task('a.1', 3)], cursor, { repaired: ['app.a'] });
    await b.tier.maintain();
    await expect(a.tier.readKey('app.a')).rejects.toMatchObject({ code: 'unavailable' });
    await a.tier.changesSince(null);
    expect(await a.tier.readKey('app.a')).toHaveLength(2);
  });

  test('[SB14] that cannot be read keeps its commits in the tail, until somebody repairs it by an ordinary commit', async () => {
    const inner = await filled();
    const name = await dataOf(inner, 'app.a');
    await rot(inner, name);
    const { tier, problems } = peerOn(inner, { ...each, keepMs: 0 });
    const { cursor } = await tier.changesSince(null);
    await tier.maintain();
    expect(problems).toMatchObject([{ code: 'corrupt', entityKey: 'app.a' }]);
    expect((await tier.changesSince(null)).changes).toHaveLength(1);
    expect(await namesIn(inner, 'app/index/')).toHaveLength(1);
    const all = [task('a.1', 1, { title: 'from here' }), task('a.2', 2, { title: 'two' })];
    expect(await tier.commit(all, cursor, { repaired: ['app.a'] })).not.toBe('stale');
    expect(await everything(peerOn(inner).tier)).toEqual({ 'a.1': 'from here', 'a.2': 'two', 'b.1': 'b' });
    await tier.maintain();
    expect(await everything(peerOn(inner).tier)).toEqual({ 'a.1': 'from here', 'a.2': 'two', 'b.1': 'b' });
    expect((await tier.changesSince(null)).changes).toEqual([]);
    for (let n = 0; n < 3; n++) {
      await push(tier, task('a.1', 5 + n));
      await tier.maintain();
    }
    await tier.collectGarbage();
    expect(await namesIn(inner, 'app/data/app.a@1-')).toEqual([name]);
  });

  test('[SB14] that was repaired for a passing fault loses nothing', async () => {
    const inner = await filled();
    const { tier } = peerOn(inner, each);
    const { cursor } = await tier.changesSince(null);
    await tier.commit([task('a.2', 2, { title: 'two' })], cursor, { repaired: ['app.a'] });
    await tier.maintain();
    expect(await everything(peerOn(inner).tier)).toEqual({ 'a.1': 'one', 'a.2': 'two', 'b.1': 'b' });
  });

  test('[SB14] with a record that cannot be read is reported, and the record stays through a checkpoint', async () => {
    const inner = await filled();
    const name = await dataOf(inner, 'app.a');
    await tamper(inner, name, (blob) => ({ ...blob, Task: { 'a.1': { id: 'a.1' } } }));
    const { tier, problems } = peerOn(inner, each);
    await tier.changesSince(null);
    expect(await tier.readKey('app.a')).toHaveLength(1);
    await tier.maintain();
    expect(problems).toMatchObject([{ code: 'corrupt', entityKey: 'app.a' }]);
    const blob = await peek(inner, await dataOf(inner, 'app.a'));
    expect(Object.keys(blob['Task'] as object).sort()).toEqual(['a.1', 'a.2']);
  });
});

describe('what cannot be had from elsewhere', () => {
  test.each(['index', 'changes'])('[SB12] an object below %s that cannot be read stops the link', async (folder) => {
    const inner = await filled();
    const { tier } = peerOn(inner, { inlineBytes: 0 });
    await push(tier, task('a.3', 3));
    const name = (await namesIn(inner, `app/${folder}/`)).at(-1) as string;
    await rot(inner, name);
    const look = () => everything(peerOn(inner).tier);
    await expect(look()).rejects.toMatchObject({ code: 'cloud-unreadable' });
    await inner.delete(name);
    await expect(look()).rejects.toMatchObject({ code: 'cloud-unreadable' });
  });

  test('[SB15] changes that were folded and removed meanwhile are had by a new look', async () => {
    const inner = new MemoryBucket();
    const faulty = new FaultyBucket(inner);
    const a = peerOn(faulty);
    const b = peerOn(inner, { ...each, inlineBytes: 0, keepMs: 0 });
    await push(b.tier, task('a.1', 1));
    faulty.faults.gate = async ({ key }) => {
      if (!key.startsWith('app/changes/')) return;
      faulty.faults.gate = null;
      for (let n = 2; n < 4; n++) {
        await b.tier.maintain();
        await push(b.tier, task('a.1', n));
      }
      await b.tier.maintain();
    };
    await expect(a.tier.changesSince(null)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await everything(a.tier)).toEqual({ 'a.1': null });
  });

  test('[SB15] what could not be loaded once is asked for again', async () => {
    const inner = await filled();
    await push(peerOn(inner, { inlineBytes: 0 }).tier, task('b.2', 3, { title: 'large' }));
    const faulty = new FaultyBucket(inner);
    const fresh = peerOn(faulty).tier;
    let failures = 3;
    faulty.faults.gate = ({ method, key }) =>
      method === 'get' && !key.endsWith('head') && failures-- > 0 ? Promise.reject(new Error('offline')) : undefined;
    await expect(fresh.readKey('app.b')).rejects.toMatchObject({ code: 'unavailable' });
    await expect(fresh.readMetadata()).rejects.toMatchObject({ code: 'unavailable' });
    await expect(fresh.readKey('app.b')).rejects.toMatchObject({ code: 'unavailable' });
    expect((await fresh.readKey('app.b')).map(({ id }) => id)).toEqual(['b.1', 'b.2']);
  });
});
