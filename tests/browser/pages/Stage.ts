import { type Browser, chromium as engine, type Page } from 'playwright';
import { chromium } from '../chromium.ts';
import type { Opening } from './app.ts';
import { PageHost } from './PageHost.ts';
import { ServerProcess } from './ServerProcess.ts';

/** A server in a process of its own, a host of pages, and browsers that share nothing. */
export class Stage {
  readonly host: PageHost;
  readonly server: ServerProcess;
  readonly #browser: Browser;
  /** What signs people in; a test may put another one here. */
  token: (user: string) => Promise<string>;

  private constructor(host: PageHost, server: ServerProcess, browser: Browser) {
    this.host = host;
    this.server = server;
    this.#browser = browser;
    this.token = (user) => server.token(user);
  }

  static async open(): Promise<Stage> {
    const host: PageHost = await PageHost.start({
      token: (user) => stage.token(user),
      connect: () => stage.server.addresses,
    });
    const [server, browser] = await Promise.all([ServerProcess.start([host.origin]), engine.launch(chromium)]);
    const stage = new Stage(host, server, browser);
    return stage;
  }

  /** A page of a browser of its own. */
  async page(path = '/', origin = this.host.origin): Promise<Page> {
    const context = await this.#browser.newContext();
    const page = await context.newPage();
    await page.goto(`${origin}${path}`);
    return page;
  }

  /** An app that is synced, in a browser of its own. */
  async app(opening: Partial<Opening> = {}, path = '/'): Promise<Page> {
    const page = await this.page(path);
    await startApp(page, this.server.url, opening);
    return page;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await Promise.all([this.host.stop(), this.server.stop()]);
  }
}

/** Also after the page was left: what it kept is found again. */
export async function startApp(page: Page, serverUrl: string, opening: Partial<Opening> = {}): Promise<void> {
  await page.evaluate(
    async ({ serverUrl, opening }) => {
      const { sync } = await openApp({ database: 'notes', ...opening, cloud: { serverUrl, ...opening.cloud } });
      await sync.start();
      await sync.ready();
    },
    { serverUrl, opening },
  );
}
