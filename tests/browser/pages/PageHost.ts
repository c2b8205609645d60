import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { json } from 'node:stream/consumers';
import { build } from 'esbuild';

const types: { readonly [extension: string]: string } = { '.js': 'text/javascript', '.html': 'text/html' };
const root = join(import.meta.dirname, '../../..');

export interface PageHostOptions {
  /** Who signs people in. */
  readonly token?: (user: string) => Promise<string>;
  /** Where pages may connect to, besides here. Those at `/without-sockets` may not open any. */
  readonly connect?: () => readonly string[];
  /** Hears what a page at `/saver` says. */
  readonly onSaid?: (said: unknown) => void;
}

/** Serves the page of an app as a careful host does: nothing but its own files, no code made of text. */
export class PageHost {
  readonly #server: Server;
  readonly #folder: string;
  /** For whom a token was asked. */
  readonly tokens: string[] = [];

  private constructor(server: Server, folder: string) {
    this.#server = server;
    this.#folder = folder;
  }

  static async start({ token, connect = () => [], onSaid }: PageHostOptions = {}): Promise<PageHost> {
    const folder = await mkdtemp(join(tmpdir(), 'tiersync-page-'));
    await build({
      entryPoints: [join(import.meta.dirname, 'app.ts'), join(import.meta.dirname, 'saver.ts')],
      outdir: folder,
      bundle: true,
      splitting: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      // By its own name it is found as in an app: by `exports`, so as it was built.
      tsconfigRaw: '{}',
      absWorkingDir: root,
    });
    const server = createServer(async (request, response) => {
      const { url = '/' } = request;
      const { pathname, searchParams } = new URL(url, 'http://page');
      if (pathname === '/token') {
        const user = searchParams.get('user') ?? '';
        host.tokens.push(user);
        return response.end(await token?.(user));
      }
      if (pathname === '/said') {
        onSaid?.(await json(request));
        return response.end();
      }
      const script = pathname === '/saver' ? 'saver' : 'app';
      const extension = extname(pathname);
      const allowed = connect().filter((url) => pathname !== '/without-sockets' || !url.startsWith('ws:'));
      const body =
        extension === '.js'
          ? await readFile(join(folder, normalize(pathname))).catch(() => null)
          : `<!doctype html><meta charset="utf-8"><title>notes</title><script type="module" src="/${script}.js"></script>`;
      response.writeHead(body === null ? 404 : 200, {
        'content-type': types[extension] ?? 'text/html',
        'content-security-policy': [
          "default-src 'self'",
          ["connect-src 'self'", ...allowed].join(' '),
          "require-trusted-types-for 'script'",
        ].join('; '),
      });
      response.end(body ?? '');
    });
    const host = new PageHost(server, folder);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return host;
  }

  /** Another origin than that of any server. */
  get origin(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(this.#folder, { recursive: true });
  }
}
