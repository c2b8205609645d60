import { expect, test } from 'vitest';
import { FileBucket } from '../../src/adapters/FileBucket.ts';
import type { FileSystem } from '../../src/adapters/FileSystem.ts';
import { ForgetfulFileSystem, viewOf } from './ForgetfulFileSystem.ts';
import { ProcessesOfTest } from './ProcessesOfTest.ts';

const folder = '/home/app';
const bytes = new Uint8Array([1]);
const wait = async () => {};

/** A disk whose every operation takes a while of its own, so that processes overtake each other. */
function slowView(disk: FileSystem, random: () => number, changes: Partial<FileSystem> = {}): FileSystem {
  const pause = async () => {
    for (let turns = Math.floor(random() * 12); turns > 0; turns -= 1) await null;
  };
  const slow =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
    async (...args: A) => {
      await pause();
      const result = await work(...args);
      await pause();
      return result;
    };
  const view = viewOf(disk, changes);
  return viewOf(view, {
    open: slow(view.open),
    mkdir: slow(view.mkdir),
    readdir: slow(view.readdir),
    rename: slow(view.rename),
    unlink: slow(view.unlink),
    rmdir: slow(view.rmdir),
  });
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
}

/** Six processes over a lock whose holder died; answers with how often two were inside at once. */
async function overlaps(seed: number, changes: (disk: ForgetfulFileSystem) => Partial<FileSystem>): Promise<number> {
  const disk = new ForgetfulFileSystem();
  const processes = new ProcessesOfTest();
  const random = seeded(seed);
  const dead = processes.start();
  void new FileBucket(folder, { fs: viewOf(disk), processes: dead }).exclusive(() => new Promise(() => {}));
  while (!disk.paths().some((path) => path.includes('~lock/'))) await null;
  processes.kill(dead.pid);

  let inside = 0;
  let found = 0;
  let done = 0;
  const work = async () => {
    inside += 1;
    found += inside > 1 ? 1 : 0;
    for (let turns = Math.floor(random() * 30); turns > 0; turns -= 1) await null;
    inside -= 1;
    done += 1;
  };
  const runs = Array.from({ length: 6 }, async () => {
    const fs = slowView(disk, random, changes(disk));
    const bucket = new FileBucket(folder, { fs, processes: processes.start(), random, wait });
    await bucket.exclusive(work);
    await bucket.exclusive(work);
  });
  await Promise.all(runs);
  expect(done).toBe(12);
  return found;
}

test('[AD66] FileBucket: of many processes that take over a dead lock at once, one at a time gets it', async () => {
  for (let seed = 1; seed <= 100; seed += 1) expect(await overlaps(seed, () => ({}))).toBe(0);
});

test('[AD66] FileBucket: with a take-over by name of the place alone they would not, and this test notices', async () => {
  let found = 0;
  for (let seed = 1; seed <= 100; seed += 1) {
    found += await overlaps(seed, (disk) => ({
      // Removes whatever lock stands there now, in place of the one that was seen to be dead.
      unlink: async (path) => {
        const place = path.slice(0, path.lastIndexOf('/'));
        if (!place.endsWith('~lock')) return disk.unlink(path);
        for (const { name } of await disk.readdir(place)) await disk.unlink(`${place}/${name}`);
      },
    }));
  }
  expect(found).toBeGreaterThan(0);
});

test('[AD66] FileBucket: a folder in use by a living process is `locked` after the limit, and names it', async () => {
  const disk = new ForgetfulFileSystem();
  const processes = new ProcessesOfTest();
  const holder = new FileBucket(folder, { fs: viewOf(disk), processes: processes.start() });
  let waited = 0;
  const count = async (ms: number) => {
    waited += ms;
  };
  const waiting = new FileBucket(folder, { fs: disk, processes: processes.start(), wait: count, lockLimitMs: 5000 });
  await holder.put('a', bytes);
  await holder.exclusive(async () => {
    const locked = { code: 'locked', message: expect.stringContaining('process 1 on test') };
    await expect(waiting.put('a', bytes, { ifAbsent: true })).rejects.toMatchObject(locked);
    await expect(waiting.exclusive(async () => 'never')).rejects.toMatchObject(locked);
    expect(waited).toBeGreaterThan(10_000);
    // What needs no lock goes on.
    await waiting.put('b', bytes);
    expect(await waiting.get('a')).toMatchObject({ bytes });
    await waiting.delete('a');
  });
  expect(await waiting.put('a', bytes, { ifAbsent: true })).not.toBe('conflict');
  expect(disk.paths().filter((path) => path.includes('~'))).toEqual([]);
});

test('[AD66] FileBucket: a lock of another host is never taken over', async () => {
  const disk = new ForgetfulFileSystem();
  const fs = viewOf(disk);
  const there = { self: async () => ({ pid: 1, host: 'there', birth: '' }), isDead: async () => false };
  void new FileBucket(folder, { fs, processes: there }).exclusive(() => new Promise(() => {}));
  while (!disk.paths().some((path) => path.includes('~lock/'))) await null;
  // The table of real processes: number 1 or not, it cannot be looked up from here.
  const here = new FileBucket(folder, { fs: disk, wait, lockLimitMs: 100 });
  await expect(here.exclusive(async () => 'never')).rejects.toMatchObject({ code: 'locked' });
});

test('[AD67] FileBucket: two objects over one folder exclude each other within a process', async () => {
  const disk = new ForgetfulFileSystem();
  const processes = new ProcessesOfTest().start();
  const neverWait = () => Promise.reject(new Error('had to wait for its own process'));
  const buckets = [1, 2].map(() => new FileBucket(folder, { fs: disk, processes, wait: neverWait }));
  const steps: string[] = [];
  await Promise.all(
    buckets.map((bucket, number) =>
      bucket.exclusive(async () => {
        steps.push(`${number} begins`);
        await bucket.put('a', bytes, { ifAbsent: true });
        steps.push(`${number} ends`);
      }),
    ),
  );
  expect(steps).toEqual(['0 begins', '0 ends', '1 begins', '1 ends']);
});

test('[AD67] FileBucket: calls inside exclusive work take part in its lock, at once, nested, and left running', async () => {
  const disk = new ForgetfulFileSystem();
  const bucket = new FileBucket(folder, { fs: disk, processes: new ProcessesOfTest().start(), wait });
  let left: Promise<unknown> | undefined;
  await bucket.exclusive(async () => {
    const puts = Array.from({ length: 10 }, () => bucket.put('a', bytes, { ifAbsent: true }));
    expect((await Promise.all(puts)).filter((answer) => answer !== 'conflict')).toHaveLength(1);
    await bucket.exclusive(async () => {
      expect(await bucket.put('b', bytes, { ifAbsent: true })).not.toBe('conflict');
    });
    left = bucket.put('c', bytes, { ifAbsent: true });
  });
  expect(await left).not.toBe('conflict');
  expect(await bucket.put('d', bytes, { ifAbsent: true })).not.toBe('conflict');
});

test('[AD67] FileBucket: exclusive work is over when the calls that it left running are', async () => {
  const disk = new ForgetfulFileSystem();
  const bucket = new FileBucket(folder, { fs: disk, processes: new ProcessesOfTest().start(), wait });
  const steps: string[] = [];
  await bucket.exclusive(async () => {
    await new Promise<void>((begun) => {
      void bucket.exclusive(async () => {
        begun();
        await bucket.put('a', bytes);
        steps.push('inner');
      });
    });
  });
  steps.push('outer');
  expect(steps).toEqual(['inner', 'outer']);
});

test('[AD65] FileBucket: a conflict leaves no draft behind', async () => {
  const disk = new ForgetfulFileSystem();
  const bucket = new FileBucket(folder, { fs: disk, processes: new ProcessesOfTest().start() });
  await bucket.put('a', bytes);
  expect(await bucket.put('a', bytes, { ifAbsent: true })).toBe('conflict');
  expect(disk.paths()).toEqual([`${folder}/a`]);
});
