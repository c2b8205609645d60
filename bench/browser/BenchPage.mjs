// A page with the benches in it: bundled, served, and opened in a Chromium of its own.
import { createServer } from 'node:http';
import { join } from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright';

const root = join(import.meta.dirname, '../..');
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const args = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-sync'];

/** By its own name tiersync is found as in an app: by `exports`, so as it was built. */
const asInstalled = {
  name: 'tiersync',
  setup: (build) =>
    build.onResolve({ filter: /^tiersync/ }, ({ path, resolveDir, kind }) =>
      resolveDir === root ? undefined : build.resolve(path, { resolveDir: root, kind }),
    ),
};

/** One file: nothing of a library is loaded while the clock runs. */
async function bundle(script) {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, script)],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2023',
    define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
    plugins: [asInstalled],
    tsconfigRaw: '{}',
    logLevel: 'error',
  });
  return outputFiles[0].contents;
}

/** `script`: a file beside this one, that sets `globalThis.bench` to an object of functions. */
export class BenchPage {
  #server;
  #browser;
  #page;
  #url;

  static async open(script) {
    const code = await bundle(script);
    const server = createServer((request, response) => {
      const isScript = request.url === '/page.js';
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
      response.end(
        isScript ? code : '<!doctype html><meta charset="utf-8"><script type="module" src="/page.js"></script>',
      );
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const browser = await chromium.launch({ executablePath, args });
    const page = await (await browser.newContext()).newPage();
    page.on('pageerror', (error) => console.error(error));
    const bench = new BenchPage(server, browser, page);
    await bench.reload();
    return bench;
  }

  constructor(server, browser, page) {
    this.#server = server;
    this.#browser = browser;
    this.#page = page;
    this.#url = `http://localhost:${server.address().port}/`;
  }

  get version() {
    return `Chromium ${this.#browser.version()}`;
  }

  /** The page anew: what it had in memory is gone, what it stored is not. */
  async reload() {
    await this.#page.goto(this.#url);
    await this.#page.waitForFunction(() => globalThis.bench !== undefined);
  }

  run(name, ...args) {
    return this.#page.evaluate(([name, args]) => globalThis.bench[name](...args), [name, args]);
  }

  async close() {
    await this.#browser.close();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
