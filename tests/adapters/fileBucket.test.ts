import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FileBucket } from '../../src/adapters/FileBucket.ts';
import { nameOfPath, pathOfName } from '../../src/adapters/fileNames.ts';
import type { BucketObject } from '../../src/interfaces/IBucket.ts';
import { collect } from '../../src/testing/check.ts';
import { bucketContract, oddNames } from '../../src/testing/index.ts';
import { ForgetfulFileSystem, viewOf } from './ForgetfulFileSystem.ts';
import { ProcessesOfTest } from './ProcessesOfTest.ts';

bucketContract(test, {
  name: 'FileBucket',
  open: async () => new FileBucket(await mkdtemp(join(tmpdir(), 'tiersync-'))),
  reopen: async (bucket) => {
    await bucket.close?.();
    return new FileBucket((bucket as FileBucket).folder);
  },
  destroy: async (bucket) => {
    await bucket.close?.();
    await rm((bucket as FileBucket).folder, { recursive: true });
  },
  capabilities: { exclusive: true, close: true },
});

async function inFolder(run: (folder: string, parent: string) => Promise<void>): Promise<void> {
  const parent = await mkdtemp(join(tmpdir(), 'tiersync-'));
  try {
    await run(join(parent, 'bucket'), parent);
  } finally {
    await rm(parent, { recursive: true });
  }
}

const bytes = new Uint8Array([1, 2, 3]);

test('[AD60] FileBucket: plain names are paths as they are, others are escaped', () => {
  const table: Record<string, string> = {
    'tour.task.2026.json': 'tour.task.2026.json',
    'app/data/app.global@7-x_y': 'app+/data+/app.global@7-x_y',
    'a+/b': 'a%002b+/b',
    'a//b/': 'a+/+/b+/%',
    ReadMe: '^read^me',
    '..': '.%002e',
    '../x': '.%002e+/x',
    con: '%0063on',
    'nul.txt': '%006eul.txt',
    console: 'console',
    'a.': 'a%002e',
    '~lock': '%007elock',
    é: '%00e9',
    '\ud83d': '%d83d',
  };
  for (const [name, path] of Object.entries(table)) {
    expect(pathOfName(name)).toBe(path);
    expect(nameOfPath(path)).toBe(name);
  }
});

test('[AD60] FileBucket: every name has a path of its own that is safe on every disk', () => {
  const units = fc.array(
    fc.oneof(fc.nat(0xffff), fc.constantFrom(...'./\\~+!%^conAZ19'.split('').map((c) => c.charCodeAt(0)))),
  );
  const anyName = fc.oneof(
    units.map((list) => String.fromCharCode(...list)),
    fc.constantFrom(...oddNames),
  );
  const manyTimes = fc.tuple(anyName, fc.integer({ min: 1, max: 60 })).map(([name, times]) => name.repeat(times));
  fc.assert(
    fc.property(manyTimes, (name) => {
      fc.pre(name !== '');
      const path = pathOfName(name);
      expect(nameOfPath(path)).toBe(name);
      for (const piece of path.split('/')) {
        expect(piece).toMatch(/^[a-z0-9._@$=,^%+!-]{1,200}$/);
        expect(piece).not.toMatch(/\.$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/);
      }
    }),
    { numRuns: 2000, seed: 20261120 },
  );
});

test('[AD61] FileBucket: nothing leaves the folder, whatever its name', async () => {
  await inFolder(async (folder, parent) => {
    const bucket = new FileBucket(folder);
    for (const name of oddNames) await bucket.put(name, bytes);
    expect(await readdir(parent)).toEqual(['bucket']);
  });
});

test('[AD62] FileBucket: files that are none of ours are not listed, nor touched', async () => {
  await inFolder(async (folder) => {
    const bucket = new FileBucket(folder);
    await bucket.put('a', bytes);
    await mkdir(join(folder, '.git'));
    for (const name of ['.DS_Store', 'README', '%zz', '~notes', '.git/x']) await writeFile(join(folder, name), '');
    const again = new FileBucket(folder);
    await again.put('a', bytes, { ifVersion: ((await again.get('a')) as BucketObject).version });
    expect((await collect(again.list(''))).map((entry) => entry.name)).toEqual(['a']);
    expect((await readdir(folder)).sort()).toEqual(['%zz', '.DS_Store', '.git', 'README', 'a', '~notes']);
  });
});

test('[AD65] FileBucket: what a dead writer left is removed before the first write, what a living one writes is not', async () => {
  const disk = new ForgetfulFileSystem();
  const processes = new ProcessesOfTest();
  const [dying, living] = [processes.start(), processes.start()];
  for (const writer of [dying, living]) {
    const stuck = viewOf(disk, { rename: () => new Promise(() => {}) });
    void new FileBucket('/b', { fs: stuck, processes: writer }).put('data/a', bytes);
    void new FileBucket('/b', { fs: stuck, processes: writer }).exclusive(async () => {});
  }
  const drafts = () => disk.paths().filter((path) => path.includes('~')).length;
  while (drafts() < 4) await null;
  processes.kill(dying.pid);
  const bucket = new FileBucket('/b', { fs: viewOf(disk), processes: processes.start() });
  await collect(bucket.list(''));
  expect(drafts()).toBe(4);
  await bucket.put('x', bytes);
  expect(drafts()).toBe(2);
  expect(disk.paths().filter((path) => path.includes(`~${dying.pid}@`))).toEqual([]);
});

test('[AD69] FileBucket: what the disk says comes as the code of the next step, with the folder in the message', async () => {
  const disk = new ForgetfulFileSystem();
  const failing = (code: string): FileBucket => {
    const open = () => Promise.reject(Object.assign(new Error(code), { code }));
    return new FileBucket('/b', { fs: viewOf(disk, { open }) });
  };
  for (const [errno, code] of [
    ['ENOSPC', 'quota-exceeded'],
    ['EDQUOT', 'quota-exceeded'],
    ['EACCES', 'unavailable'],
    ['EROFS', 'unavailable'],
    ['EIO', 'unavailable'],
    ['ENAMETOOLONG', 'invalid-name'],
  ] as const) {
    const failure = { name: 'TierSyncError', code, message: expect.stringContaining('/b') };
    await expect(failing(errno).get('a')).rejects.toMatchObject(failure);
    await expect(failing(errno).put('a', bytes)).rejects.toMatchObject(failure);
  }
});

test('[AD69] FileBucket: a failed put leaves nothing behind, and the next one works', async () => {
  const disk = new ForgetfulFileSystem();
  let full = true;
  const fs = viewOf(disk, {
    open: async (path, flags) => {
      const file = await disk.open(path, flags);
      const writeFile = async (content: Uint8Array) => {
        if (full) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
        await file.writeFile(content);
      };
      return { ...file, writeFile };
    },
  });
  const bucket = new FileBucket('/b', { fs });
  await expect(bucket.put('a', bytes)).rejects.toMatchObject({ code: 'quota-exceeded' });
  expect(disk.paths()).toEqual(['/b']);
  full = false;
  await bucket.put('a', bytes);
  expect(await bucket.get('a')).toMatchObject({ bytes });
});

test('[AD69] FileBucket: works again after its folder was removed by somebody', async () => {
  await inFolder(async (folder) => {
    const bucket = new FileBucket(folder);
    await bucket.put('data/a', bytes);
    await rm(folder, { recursive: true });
    expect(await bucket.get('data/a')).toBeNull();
    expect(await collect(bucket.list(''))).toEqual([]);
    await bucket.delete('data/a');
    await expect(bucket.put('data/a', bytes)).rejects.toMatchObject({ code: 'unavailable' });
    await bucket.put('data/a', bytes);
    expect(await bucket.get('data/a')).toMatchObject({ bytes });
  });
});

test('[AD33] FileBucket: an empty name or folder is a misuse', async () => {
  expect(() => new FileBucket('')).toThrow(TypeError);
  const bucket = new FileBucket('/b', { fs: new ForgetfulFileSystem() });
  await expect(bucket.get('')).rejects.toBeInstanceOf(TypeError);
  await expect(bucket.put('', bytes)).rejects.toBeInstanceOf(TypeError);
});

test('[AD21] FileBucket: an object is read whole where a disk gives a few bytes at a time, and as it is where one was cut', async () => {
  const disk = new ForgetfulFileSystem();
  let size = 0;
  const fs = viewOf(disk, {
    open: async (path, flags) => {
      const file = await disk.open(path, flags);
      const read: typeof file.read = (into, offset, length, position) =>
        file.read(into, offset, Math.min(length, 3), position);
      return { ...file, read, stat: async () => ({ ...(await file.stat()), size: size || (await file.stat()).size }) };
    },
  });
  const bucket = new FileBucket('/b', { fs });
  const content = Uint8Array.from({ length: 10 }, (_, i) => i);
  await bucket.put('a', content);
  expect(await bucket.get('a')).toMatchObject({ bytes: content });
  size = 12;
  expect(await bucket.get('a')).toMatchObject({ bytes: content });
});
