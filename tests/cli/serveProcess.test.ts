import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { io } from 'socket.io-client';
import { afterEach, expect, test } from 'vitest';
import { note, wire } from '../server/support.ts';

/** As `npm test` has built it. */
const program = resolve(import.meta.dirname, '../../dist/cli.js');
const children = new Set<ChildProcess>();
const folder = mkdtempSync(join(tmpdir(), 'tiersync-serve-'));
const data = join(folder, 'data');

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(data, { recursive: true, force: true });
  rmSync(join(folder, 'other'), { recursive: true, force: true });
});

/** A server in a process of its own, and what it has said so far. */
class Served {
  readonly child: ChildProcess;
  readonly ended: Promise<number | string | null>;
  output = '';
  errors = '';

  constructor(...args: readonly string[]) {
    this.child = spawn(process.execPath, [program, 'serve', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    children.add(this.child);
    this.ended = new Promise((end) =>
      this.child.once('close', (code, signal) => {
        children.delete(this.child);
        end(code ?? signal);
      }),
    );
    this.child.stderr!.on('data', (bytes) => {
      this.errors += bytes;
    });
  }

  /** Where it is reached, once it says so. */
  readonly url: Promise<string> = new Promise((found, failed) => {
    queueMicrotask(() => {
      this.child.stdout!.on('data', (bytes) => {
        this.output += bytes;
        const [, url] = / at (http\S+)\n/.exec(this.output) ?? [];
        if (url !== undefined) found(url);
      });
      void this.ended.then(() => failed(new Error(this.errors)));
    });
  });
}

const serve = async (): Promise<{ served: Served; url: string }> => {
  const served = new Served(data, '--insecure-dev', '--port', '0');
  return { served, url: await served.url };
};

const ask = async <T>(url: string, operation: string, body: object): Promise<T> => {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  return (await (await fetch(`${url}/v1/${operation}`, init)).json()) as T;
};
const push = (url: string, id: string): Promise<{ results: unknown }> =>
  ask(url, 'push', { since: null, device: 'd', changes: [wire(note(id, 0))] });
const seqOf = async (url: string): Promise<number> =>
  (await ask<{ cursor: { seq: number } }>(url, 'pull', { cursor: null })).cursor.seq;

test('[CL1] [CL3] it says where it is, keeps others out, and when it is told to stop it tells the sockets, ends by itself and keeps everything', async () => {
  const { served, url } = await serve();
  expect(served.output).toContain('Nobody is asked who they are');
  expect((await push(url, 'a')).results).toEqual(['applied']);
  const second = new Served(data, '--insecure-dev', '--port', '0');
  second.url.catch(() => {});
  expect(await second.ended).toBe(1);
  expect(second.errors).toContain(`process ${served.child.pid} `);
  const { port } = new URL(url);
  const third = new Served(join(folder, 'other'), '--insecure-dev', '--port', port);
  third.url.catch(() => {});
  expect(await third.ended).toBe(1);
  expect(third.errors).toContain(`port ${port} is in use; choose another one with --port`);
  const socket = io(new URL(url).origin, { path: '/sync/socket.io', transports: ['websocket'], reconnection: false });
  await new Promise<void>((connected) => socket.once('connect', connected));
  const said = new Promise((heard) => socket.once('tiersync:closing', heard));
  served.child.kill('SIGTERM');
  expect(await said).toMatchObject({ error: { code: 'unavailable' } });
  expect(await served.ended).toBe(0);
  expect(served.output).toMatch(/SIGTERM: 1 sockets are told.*\nStopped\.\n$/);
  expect(served.errors).toBe('');
  const again = await serve();
  expect(await seqOf(again.url)).toBe(1);
}, 120_000);

test('[CL2] what was confirmed is there after a kill in the middle of a write, and once', async () => {
  let confirmed = 0;
  const first = await serve();
  // The process is killed while a write is under way.
  for (let isAlive = true; isAlive; ) {
    const writing = push(first.url, `n${confirmed}`).catch(() => null);
    if (confirmed === 20) first.served.child.kill('SIGKILL');
    isAlive = (await writing) !== null;
    if (isAlive) confirmed += 1;
  }
  expect(await first.served.ended).toBe('SIGKILL');
  const { url } = await serve();
  const { changes } = await ask<{ changes: { entity: { id: string } }[] }>(url, 'keys', { keys: ['app.global'] });
  const ids = new Set(changes.map(({ entity }) => entity.id));
  expect(ids.size).toBe(changes.length);
  for (let i = 0; i < confirmed; i += 1) expect(ids.has(`n${i}`), `n${i}`).toBe(true);
  expect(confirmed).toBeGreaterThanOrEqual(20);
}, 120_000);
