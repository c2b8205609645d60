import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FileBucket } from '../../src/adapters/FileBucket.ts';
import type { FileSystem } from '../../src/adapters/FileSystem.ts';
import type { IBucket, PutCondition } from '../../src/interfaces/IBucket.ts';
import { collect } from '../../src/testing/check.ts';
import { ForgetfulFileSystem, viewOf } from './ForgetfulFileSystem.ts';
import { ProcessesOfTest } from './ProcessesOfTest.ts';

const folder = '/home/app';
const bytesOf = (text: string) => new TextEncoder().encode(text.repeat(40));

async function textOf(bucket: IBucket, name: string): Promise<string | null> {
  const found = await bucket.get(name);
  return found === null || found === 'unchanged' ? null : new TextDecoder().decode(found.bytes);
}

async function write(disk: FileSystem, path: string, text: string, sync: { file: boolean; folder: boolean }) {
  const file = await disk.open(path, 'wx');
  await file.writeFile(bytesOf(text));
  if (sync.file) await file.sync();
  await file.close();
  if (sync.folder) await (await disk.open('/', 'r')).sync();
}

test('[AD63] the forgetful disk forgets what was not synced: bytes, names, renames and removals', async () => {
  const disk = new ForgetfulFileSystem();
  await write(disk, '/none', 'x', { file: false, folder: false });
  await write(disk, '/file', 'x', { file: true, folder: false });
  disk.crash();
  expect(disk.paths()).toEqual(['']);
  await write(disk, '/folder', 'x', { file: false, folder: true });
  await write(disk, '/both', 'x', { file: true, folder: true });
  disk.crash();
  expect(disk.paths()).toEqual(['/folder', '/both']);
  expect((await disk.stat('/folder')).size).toBe(0);
  expect((await disk.stat('/both')).size).toBe(40);
  await disk.rename('/both', '/renamed');
  await disk.unlink('/folder');
  disk.crash(() => true);
  expect(disk.paths()).toEqual(['/renamed']);
  await disk.rename('/renamed', '/again');
  disk.crash();
  expect(disk.paths()).toEqual(['/renamed']);
});

/** Puts, replaces and deletes with a crash after each, and tells which promise was broken. */
async function brokenPromises(view: (disk: ForgetfulFileSystem) => FileSystem): Promise<string[]> {
  const disk = new ForgetfulFileSystem();
  const processes = new ProcessesOfTest();
  const broken: string[] = [];
  const after = async (what: string, work: (bucket: FileBucket) => Promise<unknown>, expected: string | null) => {
    const own = processes.start();
    await work(new FileBucket(folder, { fs: view(disk), processes: own }));
    processes.kill(own.pid);
    disk.crash();
    const next = new FileBucket(folder, { fs: view(disk), processes: processes.start() });
    if ((await textOf(next, 'app/data/a')) !== (expected?.repeat(40) ?? null)) broken.push(what);
  };
  await after('created', (bucket) => bucket.put('app/data/a', bytesOf('A')), 'A');
  await after('replaced', (bucket) => bucket.put('app/data/a', bytesOf('B')), 'B');
  const condition = async (bucket: FileBucket): Promise<PutCondition> => {
    const found = await bucket.get('app/data/a');
    return typeof found === 'object' && found !== null ? { ifVersion: found.version } : { ifAbsent: true };
  };
  await after('swapped', async (bucket) => bucket.put('app/data/a', bytesOf('C'), await condition(bucket)), 'C');
  await after('deleted', (bucket) => bucket.delete('app/data/a'), null);
  return broken;
}

test('[AD63] FileBucket: what a put or delete resolved for is so after a power cut', async () => {
  expect(await brokenPromises((disk) => disk)).toEqual([]);
});

test('[AD63] FileBucket: without either sync it would not be, and this test notices', async () => {
  const withoutSync = (folders: boolean) => (disk: ForgetfulFileSystem) =>
    viewOf(disk, {
      open: async (path, flags) => {
        const handle = await disk.open(path, flags);
        return (flags === 'r') === folders ? { ...handle, sync: async () => {} } : handle;
      },
    });
  expect(await brokenPromises(withoutSync(false))).toEqual(expect.arrayContaining(['created', 'replaced', 'swapped']));
  expect(await brokenPromises(withoutSync(true))).toEqual(expect.arrayContaining(['created', 'replaced', 'swapped']));
});

test('[AD64] FileBucket: two first puts into one new folder both survive, whichever made the folder', async () => {
  // One maker is stopped between making the folder and syncing its parent; the other must not rely on it.
  for (let cut = 1; cut < 12; cut += 1) {
    const disk = new ForgetfulFileSystem();
    const processes = new ProcessesOfTest();
    await new FileBucket(folder, { fs: disk, processes: processes.start() }).put('first', bytesOf('1'));
    let left = cut;
    const stopping = viewOf(disk, {
      open: (path, flags) => (left-- > 0 ? disk.open(path, flags) : new Promise(() => {})),
      mkdir: (path) => (left-- > 0 ? disk.mkdir(path) : new Promise(() => {})),
    });
    void new FileBucket(folder, { fs: stopping, processes: processes.start() }).put('new/a', bytesOf('A'));
    for (let turn = 0; turn < 200; turn += 1) await null;
    await new FileBucket(folder, { fs: viewOf(disk), processes: processes.start() }).put('new/b', bytesOf('B'));
    disk.crash();
    const bucket = new FileBucket(folder, { fs: disk, processes: processes.start() });
    expect(await textOf(bucket, 'new/b')).toBe('B'.repeat(40));
  }
});

const actions = fc.array(
  fc.record({
    name: fc.constantFrom('head', 'app/data/a', 'app/Data/a', 'x'.repeat(300)),
    kind: fc.constantFrom('put', 'swap', 'delete', 'exclusive'),
  }),
  { minLength: 1, maxLength: 8 },
);

test('[AD64] FileBucket: a power cut at any step leaves the old object or the new one, and no lock', async () => {
  await fc.assert(
    fc.asyncProperty(actions, fc.nat(120), fc.infiniteStream(fc.boolean()), async (list, cut, keep) => {
      const disk = new ForgetfulFileSystem();
      const processes = new ProcessesOfTest();
      const own = processes.start();
      const bucket = new FileBucket(folder, { fs: disk, processes: own });
      const allowed = new Map<string, (string | null)[]>();
      disk.cutAt = cut;
      for (const [number, { name, kind }] of list.entries()) {
        const before = allowed.get(name) ?? [null];
        const text = kind === 'delete' ? null : String(number);
        allowed.set(name, [...before, text]);
        try {
          if (text === null) await bucket.delete(name);
          else if (kind === 'put') await bucket.put(name, bytesOf(text));
          else if (kind === 'swap')
            expect(await bucket.put(name, bytesOf(text), await seen(bucket, name))).not.toBe('conflict');
          else await bucket.exclusive(async () => bucket.put(name, bytesOf(text), await seen(bucket, name)));
          allowed.set(name, [text]);
        } catch (cause) {
          expect(cause).toMatchObject({ code: 'unavailable' });
          break;
        }
      }
      processes.kill(own.pid);
      const kept = keep[Symbol.iterator]();
      disk.crash(() => kept.next().value === true);

      const next = new FileBucket(folder, { fs: viewOf(disk), processes: processes.start() });
      for (const [name, texts] of allowed) {
        expect(texts.map((text) => text?.repeat(40) ?? null)).toContain(await textOf(next, name));
      }
      expect(await next.put('head', bytesOf('next'), await seen(next, 'head'))).not.toBe('conflict');
      expect(disk.paths().filter((path) => path.includes('~'))).toEqual([]);
      for (const { name } of await collect(next.list(''))) expect([...allowed.keys(), 'head']).toContain(name);
    }),
    { numRuns: 400, seed: 20261120 },
  );
});

async function seen(bucket: IBucket, name: string): Promise<PutCondition> {
  const found = await bucket.get(name);
  return typeof found === 'object' && found !== null ? { ifVersion: found.version } : { ifAbsent: true };
}
