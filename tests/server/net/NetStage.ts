import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { SignJWT } from 'jose';
import { type Socket as ClientSocket, io } from 'socket.io-client';
import { Logger } from 'tiersync';
import { createSyncServer, MemorySyncStore, type ServerOptions, type SyncServer } from 'tiersync/server';
import { TestEnvironment } from '../../support/TestEnvironment.ts';

export const secret = 'a secret of the tests that is long enough';
export const issuer = 'https://issuer.test';
export const audience = 'tiersync';

/** What stands in a token; an undefined claim is left out. */
export interface Claims {
  readonly [claim: string]: unknown;
}

export const signed = (claims: Claims, key: string = secret, header: object = {}): Promise<string> =>
  new SignJWT(Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined)))
    .setProtectedHeader({ alg: 'HS256', ...header })
    .sign(new TextEncoder().encode(key));

export interface Asked {
  readonly token?: string | undefined;
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: { readonly [name: string]: string };
  readonly address?: string;
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server said, for a test to look into
  readonly json: any;
}

/** Waits for one event of a socket. */
export const next = <T = unknown>(socket: ClientSocket, event: string): Promise<T> =>
  new Promise((resolve) => socket.once(event, resolve));

/** A server with a clock in the test's hand, reached by its handler or at a port. */
export class NetStage {
  readonly server: SyncServer;
  readonly environment: TestEnvironment;
  readonly log: string[];
  /** The same with all that is inside errors and their causes. */
  readonly #logged: readonly string[];
  readonly #http: HttpServer[] = [];
  readonly #clients: ClientSocket[] = [];

  private constructor(server: SyncServer, environment: TestEnvironment, log: string[], logged: readonly string[]) {
    this.server = server;
    this.environment = environment;
    this.log = log;
    this.#logged = logged;
  }

  static async open(options: Partial<ServerOptions> = {}): Promise<NetStage> {
    const environment = new TestEnvironment();
    const log: string[] = [];
    const logged: string[] = [];
    const handle = (entry: object): void => {
      log.push(JSON.stringify(entry));
      logged.push(inspect(entry, { depth: 12, showHidden: true }));
    };
    const isOwn = options.authenticate !== undefined || options.insecureDev !== undefined;
    const server = await createSyncServer({
      ...(isOwn ? {} : { jwt: { secret, issuer, audience } }),
      store: new MemorySyncStore(),
      prefix: 'app',
      environment,
      logger: new Logger({ level: 'verbose', sink: { handle } }),
      ...options,
    });
    return new NetStage(server, environment, log, logged);
  }

  /** A good token, but for what is said here. */
  token(claims: Claims = {}): Promise<string> {
    const now = Math.floor(this.environment.now() / 1000);
    return signed({ sub: 'anna', iss: issuer, aud: audience, tenant: 'acme', exp: now + 3600, ...claims });
  }

  async ask(path: string, { token, method, body, headers = {}, address }: Asked = {}): Promise<Answered> {
    const request = new Request(`http://server.test/sync/${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return read(await this.server.handler(request, address === undefined ? {} : { address }));
  }

  /** A port at which the server is reached as if it listened by itself. */
  async listen(): Promise<string> {
    const http = createServer((request, response) => this.server.nodeListener(request, response));
    this.server.attach(http);
    this.#http.push(http);
    return await urlOf(http);
  }

  /** A socket that has not begun to connect. */
  socket(url: string, token?: unknown, options: object = {}): ClientSocket {
    const socket = io(url, {
      path: '/sync/socket.io',
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      autoConnect: false,
      ...(token === undefined ? {} : { auth: { token } }),
      ...options,
    });
    this.#clients.push(socket);
    return socket;
  }

  async connected(url: string, token: unknown, options: object = {}): Promise<ClientSocket> {
    const socket = this.socket(url, token, options);
    const outcome = new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    socket.connect();
    await outcome;
    return socket;
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.disconnect();
    await this.server.close();
    await Promise.all(this.#http.map(closed));
    this.assertNoTokenLogged();
  }

  /** Whatever a test was about. */
  assertNoTokenLogged(): void {
    const told = this.#logged.find((entry) => /eyJ[\w-]+\./.test(entry));
    if (told !== undefined) throw new Error(`a token stands in the log: ${told}`);
  }
}

export async function read(response: Response): Promise<Answered> {
  const text = await response.text();
  const json: unknown =
    text === '' || !response.headers.get('content-type')?.includes('json') ? null : JSON.parse(text);
  return { status: response.status, headers: response.headers, text, json };
}

export async function urlOf(http: HttpServer): Promise<string> {
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
}

export const closed = (http: HttpServer): Promise<void> =>
  new Promise((resolve) => {
    http.close(() => resolve());
    http.closeAllConnections();
  });
