import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FileBucket } from '../../src/adapters/FileBucket.ts';
import type { BucketObject, PutCondition } from '../../src/interfaces/IBucket.ts';
import { collect } from '../../src/testing/check.ts';

const runs = Number(process.env['KILL_RUNS'] ?? 10);
let parent = '';
const child = () => join(parent, 'child.mjs');

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'tiersync-'));
  await build({
    entryPoints: [new URL('./fileBucketChild.ts', import.meta.url).pathname],
    outfile: child(),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
  });
});

afterAll(async () => {
  await rm(parent, { recursive: true });
});

function start(mode: string, folder: string, first = 0): ChildProcess {
  return spawn(process.execPath, [child(), mode, folder, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] });
}

function linesOf(process: ChildProcess): AsyncIterable<string> {
  if (process.stdout === null) throw new Error('the child has no output');
  return createInterface({ input: process.stdout });
}

function numberIn(found: BucketObject): number {
  const text = new TextDecoder().decode(found.bytes);
  const number = Number.parseInt(text, 10);
  expect(text).toBe(`${number} `.repeat(1 + ((number * 7919) % 4000)));
  return number;
}

test(`[AD68] FileBucket: nothing acknowledged is lost by kill -9, in ${runs} runs`, { timeout: 120_000 }, async () => {
  const folder = join(parent, 'killed');
  const acknowledged = new Map<string, { number: number; hash: string }>();
  for (let run = 1; run <= runs; run += 1) {
    const first = run * 1_000_000;
    const process = start('write', folder, first);
    const exited = once(process, 'exit');
    let left = 1 + ((run * 2_654_435_761) % 90);
    for await (const line of linesOf(process)) {
      const { name, ...written } = JSON.parse(line) as { name: string; number: number; hash: string };
      acknowledged.set(name, written);
      left -= 1;
      if (left === 0) process.kill('SIGKILL');
    }
    expect(await exited).toEqual([null, 'SIGKILL']);

    const bucket = new FileBucket(folder, { wait: () => Promise.reject(new Error('had to wait for a dead process')) });
    for (const [name, { number, hash }] of acknowledged) {
      const found = (await bucket.get(name)) as BucketObject;
      expect(numberIn(found)).toBeGreaterThanOrEqual(number);
      if (numberIn(found) === number) expect(createHash('sha256').update(found.bytes).digest('hex')).toBe(hash);
    }
    for (const { name } of await collect(bucket.list(''))) numberIn((await bucket.get(name)) as BucketObject);
    const head = (await bucket.get('app/head')) as BucketObject | null;
    const condition: PutCondition = head === null ? { ifAbsent: true } : { ifVersion: head.version };
    expect(await bucket.put('app/head', new TextEncoder().encode('0 '), condition)).not.toBe('conflict');
    acknowledged.delete('app/head');
    const names = await readdir(folder, { recursive: true });
    expect(names.filter((name) => name.includes('~'))).toEqual([]);
  }
  expect(acknowledged.size).toBeGreaterThan(0);
});

test('[AD66] FileBucket: real processes that count with `ifVersion` lose no count', { timeout: 120_000 }, async () => {
  const folder = join(parent, 'counted');
  const exits = await Promise.all(
    [start('count', folder), start('count', folder)].map((process) => once(process, 'exit')),
  );
  expect(exits).toEqual([
    [0, null],
    [0, null],
  ]);
  const found = (await new FileBucket(folder).get('count')) as BucketObject;
  expect(new TextDecoder().decode(found.bytes)).toBe('200');
});

test('[AD66] FileBucket: a lock of a living process is named, that of a killed one is taken over', async () => {
  const folder = join(parent, 'held');
  const process = start('hold', folder);
  const exited = once(process, 'exit');
  for await (const line of linesOf(process)) if (line === 'held') break;
  const bucket = new FileBucket(folder, { wait: async () => {}, lockLimitMs: 100 });
  await expect(bucket.exclusive(async () => 'never')).rejects.toMatchObject({
    code: 'locked',
    message: expect.stringContaining(`process ${process.pid} `),
  });
  process.kill('SIGKILL');
  await exited;
  expect(await bucket.exclusive(async () => 'mine')).toBe('mine');
});
