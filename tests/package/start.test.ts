import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { root } from './installed.ts';
import { Terminal } from './Terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'tiersync-start-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A page is bundled and a database begins, three times: a busy machine may take its time. */
const patience = { timeout: 120_000 };

/** What `npm start` runs when the package is built. */
const start = (...args: readonly string[]): Terminal =>
  new Terminal([join(root, 'demo/start.mjs'), ...args], { cwd: folder, env: process.env });

test(
  '[DE1] it serves the page, its script and the server, keeps others off its port, and ends by itself when it is told to',
  patience,
  async () => {
    const demo = start('--port', '0');
    const [url] = /http\S+/.exec(await demo.says(/ at http/)) ?? [];
    const get = (path: string): Promise<Response> => fetch(new URL(path, url));
    const page = await (await get('/')).text();
    const [, script] = /<script type="module" src="([^"]+)"/.exec(page) ?? [];
    expect((await get(script!)).headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(await (await get('/sync/v1/health')).json()).toEqual({ status: 'ok' });
    const cards = (await (await get('/sync/v1/collections/Card/documents')).json()) as { documents: object[] };
    expect(cards.documents.length).toBeGreaterThan(3);
    expect((await get('/demo/start.mjs')).status).toBe(404);

    const { port } = new URL(url!);
    expect(await start('--port', port).ended).toBe(1);
    expect(await start('--port', 'many').ended).toBe(2);

    demo.child.kill('SIGTERM');
    expect(await demo.ended).toBe(0);
    expect(demo.said.at(-1)).toBe('Stopped.');
  },
);

const freePort = (): Promise<number> =>
  new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => found(port));
    });
  });

/** Tries until somebody is there who takes the request. */
async function firstAnswer(url: string, signal: AbortSignal): Promise<Response> {
  for (;;) {
    try {
      return await fetch(url, { signal });
    } catch (error) {
      signal.throwIfAborted();
      if (!/ECONNREFUSED/.test(String((error as Error).cause))) throw error;
    }
  }
}

test('[DE9] whoever opens the page while it is still starting is answered when it has', patience, async () => {
  const port = await freePort();
  const demo = start('--port', String(port));
  const answer = await firstAnswer(`http://127.0.0.1:${port}/`, AbortSignal.timeout(60_000));
  expect(answer.status).toBe(200);
  demo.child.kill('SIGTERM');
  expect(await demo.ended).toBe(0);
});
