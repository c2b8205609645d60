import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium as engine, type Locator, type Page } from 'playwright';
import { Terminal } from '../../package/Terminal.ts';
import { chromium } from '../chromium.ts';

const program = join(import.meta.dirname, '../../../demo/start.mjs');

/** What `npm start` starts, on a folder of its own, and browsers that share nothing. */
export class DemoStage {
  readonly url: string;
  readonly #folder: string;
  readonly #terminal: Terminal;
  readonly #browser: Browser;
  /** What pages complained of: errors, and what their policy forbids. */
  readonly complaints: string[] = [];

  private constructor(parts: { url: string; folder: string; terminal: Terminal; browser: Browser }) {
    this.url = parts.url;
    this.#folder = parts.folder;
    this.#terminal = parts.terminal;
    this.#browser = parts.browser;
  }

  static async open(): Promise<DemoStage> {
    const folder = await mkdtemp(join(tmpdir(), 'tiersync-demo-'));
    const terminal = new Terminal([program, '--port', '0'], { cwd: folder, env: process.env });
    const [line, browser] = await Promise.all([terminal.says(/ at http/), engine.launch(chromium)]);
    return new DemoStage({ url: /http\S+/.exec(line)![0], folder, terminal, browser });
  }

  /** The page in a browser of its own, as soon as both boards show something. */
  async page(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext({ viewport: { width: 1400, height: 900 }, ...options });
    return this.tab(await context.newPage());
  }

  async tab(page: Page): Promise<Page> {
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      // A browser that is offline, or a server that is gone, is told by the browser itself.
      const isOurs = message.type() === 'error' && !message.text().includes('net::ERR');
      if (isOurs) this.complaints.push(message.text());
    });
    await page.goto(this.url);
    await page.locator('.card:visible').first().waitFor();
    return page;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.#terminal.child.kill('SIGTERM');
    await this.#terminal.ended;
    await rm(this.#folder, { recursive: true });
  }
}

/** One device on the page, handled as a person does. */
export class DeviceOnPage {
  readonly root: Locator;
  readonly #name: string;

  constructor(page: Page, name: string) {
    this.root = page.getByRole('region', { name, exact: true });
    this.#name = name;
  }

  card(title: string): Locator {
    return this.root.getByRole('button', { name: title, exact: true });
  }

  column(title: string): Locator {
    return this.root.getByRole('region', { name: title, exact: true });
  }

  note(title: string): Locator {
    return this.root.locator('.card', { hasText: title }).locator('.card-note');
  }

  async setOnline(isOnline: boolean): Promise<void> {
    const online = this.root.getByRole('switch', { name: `${this.#name} online` });
    if ((await online.getAttribute('aria-checked')) !== String(isOnline)) await online.click();
  }

  async add(title: string, { vanishing = false } = {}): Promise<void> {
    await this.root.getByLabel('New task').fill(title);
    if (vanishing) await this.root.getByRole('checkbox').check();
    await this.root.getByRole('button', { name: 'Add', exact: true }).click();
  }

  async edit(title: string, fields: { readonly [label: string]: string }): Promise<void> {
    await this.card(title).click();
    for (const [label, text] of Object.entries(fields)) await this.root.getByLabel(label, { exact: true }).fill(text);
    await this.root.getByRole('button', { name: 'Save' }).click();
  }

  async show(view: 'Board' | 'Sync' | 'Tiers'): Promise<void> {
    await this.root.getByRole('radio', { name: view }).check();
  }

  /** Nothing waits, and nothing is under way. */
  async settled(): Promise<void> {
    await this.root.getByText('Up to date').waitFor();
    await this.root.locator('.waiting[data-count="0"]').waitFor({ state: 'attached' });
  }
}
