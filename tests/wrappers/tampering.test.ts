import { DataOrchestrator, type IBucket, MemoryBucket, MemoryStore } from 'tiersync';
import { encrypted } from 'tiersync/adapters/encrypted';
import { describe, expect, test } from 'vitest';
import { TextDisk } from '../support/TextDisk.ts';
import { bytesOf, contentOf, key, namesIn, read, textOf } from './support.ts';

const head = 'tiersync-encrypted 1\n'.length;

/** What somebody who holds the store does to `app/a`, beside which `app/b` stands. */
const cases: { readonly [what: string]: (outer: MemoryBucket, bytes: Uint8Array) => Promise<unknown> } = {
  'copied to another name': (outer, bytes) => outer.put('app/copy', bytes),
  'exchanged with another object': async (outer) => outer.put('app/a', (await read(outer, 'app/b')).bytes),
  'cut by one byte': (outer, bytes) => outer.put('app/a', bytes.slice(0, -1)),
  'cut in its first line': (outer, bytes) => outer.put('app/a', bytes.slice(0, 10)),
  'cut before its text': (outer, bytes) => outer.put('app/a', bytes.slice(0, head + 20)),
  'cut to nothing': (outer) => outer.put('app/a', new Uint8Array()),
  'longer by one byte': (outer, bytes) => outer.put('app/a', Uint8Array.from([...bytes, 0])),
  'of another nonce': (outer, bytes) => outer.put('app/a', flipped(bytes, head + 8)),
  'of another first byte of text': (outer, bytes) => outer.put('app/a', flipped(bytes, head + 20)),
  'of another last byte': (outer, bytes) => outer.put('app/a', flipped(bytes, bytes.length - 1)),
  'plain text': (outer) => outer.put('app/a', bytesOf('the plain text')),
};

const flipped = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));

async function store(): Promise<{ outer: MemoryBucket; bucket: IBucket; bytes: Uint8Array }> {
  const outer = new MemoryBucket();
  const bucket = encrypted(outer, { key });
  await bucket.put('app/a', bytesOf('the plain text'));
  await bucket.put('app/b', bytesOf('another text'));
  return { outer, bucket, bytes: (await read(outer, 'app/a')).bytes };
}

describe('an object', () => {
  test.each(Object.entries(cases))('[WR12] that is %s is refused as corrupt', async (what, tamper) => {
    const { outer, bucket, bytes } = await store();
    await tamper(outer, bytes);
    const before = await contentOf(outer);
    const name = what === 'copied to another name' ? 'app/copy' : 'app/a';
    await expect(bucket.get(name)).rejects.toMatchObject({ code: 'corrupt', message: expect.stringContaining(name) });
    expect(await contentOf(outer)).toEqual(before);
    expect(textOf((await read(bucket, 'app/b')).bytes)).toBe('another text');
  });

  test('[WR12] with any one bit flipped, or cut anywhere, is refused', async () => {
    const { outer, bucket, bytes } = await store();
    const codes: unknown[] = [];
    const refusal = () =>
      bucket.get('app/a').then(
        (found) => found,
        (error) => error.code,
      );
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      await outer.put(
        'app/a',
        bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)),
      );
      codes.push(await refusal());
    }
    for (let length = 0; length < bytes.length; length++) {
      await outer.put('app/a', bytes.slice(0, length));
      codes.push(await refusal());
    }
    // Its key by another name is a key that nobody has; its format by another number is one of the future.
    expect(new Set(codes)).toEqual(new Set(['corrupt', 'cloud-unreadable', 'upgrade-needed']));
    expect(codes.filter((code) => code === 'cloud-unreadable').length).toBeGreaterThanOrEqual(64);
    expect(codes.filter((code) => code === 'upgrade-needed').length).toBeLessThanOrEqual(8);
  });

  test('[WR13] of a key that nobody has any more is cloud-unreadable, and nothing is written', async () => {
    const [one, two] = [await store(), await store()];
    await one.outer.put('app/a', two.bytes);
    const before = await contentOf(one.outer);
    await expect(one.bucket.get('app/a')).rejects.toMatchObject({ code: 'cloud-unreadable' });
    expect(await contentOf(one.outer)).toEqual(before);
  });
});

describe('the keys', () => {
  const keys = '$encryption';
  const open = (outer: IBucket) => encrypted(outer, { key });

  test('[WR13] that are gone while objects stand there are an error, and no beginning', async () => {
    const { outer } = await store();
    await outer.delete(keys);
    const before = await contentOf(outer);
    const bucket = open(outer);
    await expect(bucket.get('app/a')).rejects.toMatchObject({ code: 'cloud-unreadable' });
    await expect(bucket.put('app/c', bytesOf('new'))).rejects.toMatchObject({ code: 'cloud-unreadable' });
    await expect(bucket.put('app/c', bytesOf('new'), { ifAbsent: true })).rejects.toMatchObject({
      code: 'cloud-unreadable',
    });
    await expect(bucket.delete('app/a')).rejects.toMatchObject({ code: 'cloud-unreadable' });
    await expect(namesIn(bucket)).rejects.toMatchObject({ code: 'cloud-unreadable' });
    expect(await contentOf(outer)).toEqual(before);
  });

  test('[WR13] that are damaged are cloud-unreadable, and nothing is written', async () => {
    const { outer } = await store();
    const { bytes } = await read(outer, keys);
    for (const damage of [flipped(bytes, 100), bytes.slice(0, -3), new Uint8Array(), bytesOf('{}')]) {
      await outer.put(keys, damage);
      const before = await contentOf(outer);
      await expect(open(outer).put('app/a', bytesOf('x'))).rejects.toMatchObject({ code: 'cloud-unreadable' });
      expect(await contentOf(outer)).toEqual(before);
    }
  });

  test('[WR13] that a persistence cannot read are not set aside by a local tier', async () => {
    const local = new MemoryStore();
    const data = await DataOrchestrator.create({ prefix: 'app', local: encrypted(local, { key }) });
    data.repo('Note').save({ text: 'kept' });
    await data.unload();
    await local.storeData(keys, { $: { format: 1001, wrapped: '???' } });
    const stored = await local.listKeys('');
    const opening = DataOrchestrator.create({ prefix: 'app', local: encrypted(local, { key }) });
    await expect(opening).rejects.toMatchObject({ code: 'cloud-unreadable' });
    expect(await local.listKeys('')).toEqual(stored);
  });

  test('[WR13] are never put where plain objects stand', async () => {
    const outer = new MemoryBucket();
    await outer.put('app/head', bytesOf('plain'));
    await expect(open(outer).put('app/a', bytesOf('x'))).rejects.toMatchObject({ code: 'cloud-unreadable' });
    expect(await namesIn(outer)).toEqual(['app/head']);
  });

  test('[WR13] are never put where plain blobs stand, whether or not their keys can be listed', async () => {
    for (const abilities of [{}, { listKeys: true }]) {
      const disk = new TextDisk();
      const plain = await DataOrchestrator.create({ prefix: 'app', local: disk.open(abilities) });
      plain.repo('Note').save({ text: 'plain' });
      await plain.unload();
      const before = new Map(disk.texts);
      const opening = DataOrchestrator.create({ prefix: 'app', local: encrypted(disk.open(abilities), { key }) });
      await expect(opening).rejects.toMatchObject({ code: 'cloud-unreadable' });
      expect(disk.texts).toEqual(before);
    }
  });

  test('[WR13] stand under a name that nothing else may have', async () => {
    const { outer, bucket } = await store();
    const before = await contentOf(outer);
    await expect(bucket.put(keys, bytesOf('mine'))).rejects.toMatchObject({ code: 'invalid-name' });
    await expect(bucket.delete(keys)).rejects.toMatchObject({ code: 'invalid-name' });
    expect(await namesIn(bucket)).toEqual(['app/a', 'app/b']);
    expect(await contentOf(outer)).toEqual(before);
  });
});

describe('without its wrapper', () => {
  test('[WR14] an encrypted bucket is taken for no damage and not written, as cloud and as local tier', async () => {
    const outer = new MemoryBucket();
    const first = await DataOrchestrator.create({ prefix: 'app', cloud: encrypted(outer, { key }) });
    first.repo('Note').save({ text: 'secret' });
    await first.flush('cloud');
    await first.unload();
    const before = await contentOf(outer);
    const plain = await DataOrchestrator.create({ prefix: 'app', cloud: outer, sync: { autoStart: false } });
    plain.repo('Note').save({ text: 'plain' });
    await expect(plain.sync.forceSync()).rejects.toMatchObject({ code: 'upgrade-needed' });
    await plain.unload();
    expect(await contentOf(outer)).toEqual(before);
  });

  test('[WR14] an encrypted local tier is taken for no damage and not written, of either kind', async () => {
    for (const local of [new MemoryStore(), new MemoryBucket()]) {
      const data = await DataOrchestrator.create({ prefix: 'app', local: encrypted(local as IBucket, { key }) });
      data.repo('Note').save({ text: 'secret' });
      await data.flush();
      const before = await stateOf(local);
      await expect(DataOrchestrator.create({ prefix: 'app', local })).rejects.toMatchObject({ code: 'upgrade-needed' });
      expect(await stateOf(local)).toEqual(before);
      await data.unload();
    }
  });
});

async function stateOf(local: MemoryStore | MemoryBucket): Promise<unknown> {
  if ('get' in local && 'put' in local) return contentOf(local);
  const keys = await local.listKeys('');
  return Promise.all(keys.map(async (each) => [each, await local.loadData(each)]));
}
