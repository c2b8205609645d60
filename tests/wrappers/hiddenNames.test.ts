import fc from 'fast-check';
import { MemoryBucket, MemoryStore } from 'tiersync';
import { encrypted } from 'tiersync/adapters/encrypted';
import { oddNames } from 'tiersync/testing';
import { expect, test } from 'vitest';
import { HiddenNames } from '../../src/adapters/encryption/HiddenNames.ts';
import { bytesOf, key, list, namesIn } from './support.ts';

const secret = Uint8Array.from({ length: 64 }, (_, index) => index);
const hiding = await HiddenNames.open(secret);

test('[WR30] hidden names show nothing of a name, and of its length and depth only the rough', async () => {
  const outer = new MemoryBucket();
  const bucket = encrypted(outer, { key, hideNames: true });
  const names = ['app/head', 'app/data/app.global@1-x', 'app/data/app.secret@1-y'];
  for (const name of names) await bucket.put(name, bytesOf(name));
  const seen = (await namesIn(outer)).filter((name) => name !== '$encryption');
  expect(seen.map((name) => name.split('/').map((piece) => piece.length))).toEqual(
    expect.arrayContaining([
      [43, 43],
      [43, 43, 43],
      [43, 43, 43],
    ]),
  );
  for (const word of ['app', 'head', 'data', 'global', 'secret']) expect(seen.join(' ')).not.toContain(word);
});

test('[WR30] every text is hidden as a name of its own and revealed again', async () => {
  const hidden = await Promise.all(oddNames.map((name) => hiding.hide(name)));
  expect(new Set(hidden).size).toBe(oddNames.length);
  expect(hidden.every((name) => /^[\w/-]+$/.test(name))).toBe(true);
  expect(await Promise.all(hidden.map((name) => hiding.reveal(name)))).toEqual([...oddNames]);
});

test('[WR30] a prefix is hidden up to its last folder, whatever the names', async () => {
  const piece = fc.string({ unit: 'binary', maxLength: 12 });
  const name = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join('/'));
  await fc.assert(
    fc.asyncProperty(name, fc.nat(60), async (full, length) => {
      const hidden = await hiding.hide(full);
      expect(await hiding.reveal(hidden)).toBe(full);
      expect(hidden.startsWith(await hiding.hidePrefix(full.slice(0, length)))).toBe(true);
    }),
    { numRuns: 150 },
  );
});

test('[WR30] a name that was not hidden with the keys of the store, or stands elsewhere, is revealed as none', async () => {
  const hidden = await hiding.hide('app/head');
  const [app, head] = hidden.split('/') as [string, string];
  const other = await (await HiddenNames.open(new Uint8Array(64))).hide('app/head');
  const none = ['', '$encryption', 'app/head', `${head}/${app}`, head, `${app}/${app}`, `${hidden}A`, other, `${app}/`];
  expect(await Promise.all(none.map((name) => hiding.reveal(name)))).toEqual(none.map(() => null));
  const turned = `${app}/${head.slice(0, -1)}${head.endsWith('A') ? 'B' : 'A'}`;
  expect(await hiding.reveal(turned)).toBeNull();
});

test('[WR30] equal pieces of different folders look different', async () => {
  const [one, two] = await Promise.all(['a/head', 'b/head'].map((name) => hiding.hide(name)));
  expect(one!.split('/')[1]).not.toBe(two!.split('/')[1]);
});

test('[WR31] whether names are hidden is decided by who begins, and another word is refused', async () => {
  for (const hideNames of [true, false]) {
    const outer = new MemoryBucket();
    await encrypted(outer, { key, hideNames }).put('app/head', bytesOf('x'));
    expect(await namesIn(encrypted(outer, { key }))).toEqual(['app/head']);
    const wrong = encrypted(outer, { key, hideNames: !hideNames });
    await expect(wrong.put('app/head', bytesOf('y'))).rejects.toMatchObject({
      code: 'cloud-unreadable',
      message: expect.stringContaining(`hideNames: ${hideNames}`),
    });
  }
});

test('[WR31] keys of a persistence are hidden and found too', async () => {
  const inner = new MemoryStore();
  const persistence = encrypted(inner, { key, hideNames: true });
  await persistence.storeData('app.secret', { Note: {} });
  expect((await inner.listKeys('')).join(' ')).not.toContain('secret');
  expect(await persistence.listKeys?.('app.')).toEqual(['app.secret']);
});

test('[WR32] a list tells the size of what was put, with names hidden or not', async () => {
  for (const hideNames of [true, false]) {
    const bucket = encrypted(new MemoryBucket(), { key, hideNames });
    await bucket.put('a', new Uint8Array(1000));
    await bucket.put('b', new Uint8Array());
    expect((await list(bucket)).map(({ name, size }) => [name, size]).sort()).toEqual([
      ['a', 1000],
      ['b', 0],
    ]);
  }
});
