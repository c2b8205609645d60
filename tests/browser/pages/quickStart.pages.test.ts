import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuildContext, context } from 'esbuild';
import { type Browser, chromium as engine, type Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Installed, root } from '../../package/installed.ts';
import { Terminal } from '../../package/Terminal.ts';
import { chromium } from '../chromium.ts';

const guide = readFileSync(join(root, 'docs/guides/quick-start.md'), 'utf8');
const blocks = (language: string): string[] =>
  [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, block]) => block!);
const [page] = blocks('html');
const [app, additions] = blocks('ts');
const [, serve] = /^npx tiersync (serve .*)$/m.exec(guide) ?? [];

let installed: Installed;
let browser: Browser;
let bundler: BuildContext;
let pageUrl: string;
const folder = mkdtempSync(join(tmpdir(), 'tiersync-quick-start-'));
const terminals: Terminal[] = [];

/** In the place of vite: it makes the script of the page, and serves both. */
beforeAll(async () => {
  installed = new Installed(['idb', 'socket.io-client']);
  installed.write('main.ts', app!);
  installed.write('index.html', page!.replace('/main.ts', '/main.js'));
  bundler = await context({
    absWorkingDir: installed.folder,
    entryPoints: ['main.ts'],
    outdir: installed.folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
  });
  const { port } = await bundler.serve({ servedir: installed.folder, port: 0, host: '127.0.0.1' });
  pageUrl = `http://localhost:${port}`;
  browser = await engine.launch(chromium);
});

afterAll(async () => {
  for (const { child } of terminals) child.kill('SIGKILL');
  await browser.close();
  await bundler.dispose();
  installed.remove();
  rmSync(folder, { recursive: true });
});

/** The command of the guide; the page is elsewhere here. */
async function startServer(port: string): Promise<{ server: Terminal; url: string }> {
  const words = serve!.replace('http://localhost:5173', pageUrl).split(' ');
  const program = join(root, 'dist/cli.js');
  const server = new Terminal([program, ...words, '--port', port], { cwd: folder, env: process.env });
  terminals.push(server);
  return { server, url: (await server.says(/ at http/)).split(' at ')[1]!.replace('127.0.0.1', 'localhost') };
}

/** Another device: it shares nothing with any before. */
const device = async (): Promise<Page> => (await browser.newContext()).newPage();

/** The page does nothing before its script has run, and does not show that. */
const open = (on: Page): Promise<unknown> => on.goto(pageUrl, { waitUntil: 'networkidle' });

const add = async (on: Page, title: string): Promise<void> => {
  await on.getByLabel('New task').fill(title);
  await on.getByRole('button', { name: 'Add' }).click();
};
const sees = (on: Page, title: string): Promise<void> => on.getByText(title, { exact: true }).waitFor();
const titles = async (on: Page): Promise<string[]> =>
  (await on.getByRole('listitem').allTextContents()).map((title) => title.trim());
/** Durable on the device, which the app does not show. */
const written = (on: Page): Promise<void> => on.evaluate(() => new Promise((done) => setTimeout(done, 1_000)));

test('[GD10] with the programs of the quick start tasks survive a reload, and are in another tab at once', async () => {
  const laptop = await device();
  await open(laptop);
  await add(laptop, 'milk');
  await add(laptop, 'bread');
  await laptop.getByLabel('milk').check();
  await written(laptop);
  await laptop.reload();
  await sees(laptop, 'bread');
  expect(await titles(laptop)).toEqual(['milk', 'bread']);
  expect(await laptop.getByLabel('milk').isChecked()).toBe(true);
  const tab = await laptop.context().newPage();
  await open(tab);
  await sees(tab, 'bread');
  await add(tab, 'tea');
  await sees(laptop, 'tea');
});

test('[GD10] with the server of the quick start two devices share tasks, also what each did while it was away', async () => {
  const { server, url } = await startServer('0');
  writeFileSync(join(installed.folder, 'main.ts'), `${app}\n${additions!.replace('http://localhost:4000/sync', url)}`);
  const [laptop, phone] = [await device(), await device()];
  await open(laptop);
  await add(laptop, 'milk');
  await open(phone);
  await sees(phone, 'milk');
  await sees(phone, 'idle');
  await add(phone, 'rice');
  await sees(laptop, 'rice');

  server.child.kill('SIGINT');
  expect(await server.ended).toBe(0);
  await add(laptop, 'bread');
  await add(phone, 'tea');
  await written(phone);
  await phone.reload();
  await sees(phone, 'tea');
  await startServer(new URL(url).port);
  await sees(laptop, 'tea');
  await sees(phone, 'bread');
  expect(await titles(laptop)).toEqual(['milk', 'rice', 'bread', 'tea']);
  expect(await titles(phone)).toEqual(await titles(laptop));
}, 120_000);
