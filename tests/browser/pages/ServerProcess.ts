import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { Terminal } from '../../package/Terminal.ts';

const program = join(import.meta.dirname, '../../../dist/cli.js');

/** `tiersync serve` on a folder, as it was built, in a process of its own. */
export class ServerProcess {
  readonly #folder: string;
  readonly #port: number;
  readonly #origins: readonly string[];
  #secret = 'the first secret of this server, long enough';
  #terminal: Terminal | null = null;

  private constructor(folder: string, port: number, origins: readonly string[]) {
    this.#folder = folder;
    this.#port = port;
    this.#origins = origins;
  }

  static async start(origins: readonly string[]): Promise<ServerProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'tiersync-server-'));
    const server = new ServerProcess(folder, await freePort(), origins);
    await server.begin();
    return server;
  }

  get url(): string {
    return `http://localhost:${this.#port}/sync`;
  }

  /** What a page has to be allowed. */
  get addresses(): readonly string[] {
    return ['http', 'ws'].map((scheme) => `${scheme}://localhost:${this.#port}`);
  }

  token(user: string, { lifetime = '1h' }: { readonly lifetime?: string } = {}): Promise<string> {
    const claims = new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).setSubject(user);
    const signed = claims.setIssuer('pages').setAudience('notes').setExpirationTime(lifetime);
    return signed.sign(new TextEncoder().encode(this.#secret));
  }

  /** With a secret: what was signed by another one is refused from now on. */
  async begin(secret = this.#secret): Promise<void> {
    this.#secret = secret;
    const origins = this.#origins.flatMap((origin) => ['--origin', origin]);
    const who = ['--issuer', 'pages', '--audience', 'notes', '--everyone', 'read,write,delete'];
    const terminal = new Terminal([program, 'serve', this.#folder, '--port', `${this.#port}`, ...who, ...origins], {
      cwd: this.#folder,
      env: { ...process.env, TIERSYNC_SECRET: this.#secret },
    });
    this.#terminal = terminal;
    const isEnded = terminal.ended.then((code) => {
      throw new Error(`the server ended with ${code}: ${terminal.said.join('\n')}`);
    });
    isEnded.catch(() => {});
    await Promise.race([terminal.says(/ at http/), isEnded]);
  }

  async end(): Promise<void> {
    this.#terminal?.child.kill('SIGTERM');
    await this.#terminal?.ended;
    this.#terminal = null;
  }

  async stop(): Promise<void> {
    await this.end();
    await rm(this.#folder, { recursive: true });
  }
}

/** It comes back at the same place after a restart. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
