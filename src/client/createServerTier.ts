import { environmentOf } from '../adapters/environmentOf.ts';
import { systemEnvironment } from '../adapters/systemEnvironment.ts';
import type { Environment } from '../interfaces/Environment.ts';
import type { ISharedTier } from '../interfaces/ISharedTier.ts';
import { describe } from '../util/checkName.ts';
import { noTraffic } from '../util/traffic.ts';
import { checkCount, checkMs } from './checkNumbers.ts';
import { ServerTier } from './ServerTier.ts';
import type { ServerTransport } from './ServerTransport.ts';
import { type Fetch, HttpTransport } from './transports/HttpTransport.ts';
import { SocketTransport } from './transports/SocketTransport.ts';
import { type GivenToken, Token } from './transports/Token.ts';

/** Where a server is, and who asks. */
export interface ServerOptions {
  /** Where the server is mounted: `https://`, `http://`, `wss://` or `ws://`. */
  readonly url?: string;
  /** What the server knows this user by. A function is asked again when its token has run out or is refused. */
  readonly token?: GivenToken;
  /**
   * - `socket` (the default): others' changes come at once; while there is no socket it is `http`.
   * - `http`: others' changes are looked for now and then.
   * - a transport of your own, in the place of a `url`.
   */
  readonly transport?: 'socket' | 'http' | ServerTransport;
  /** Names that travel; all that may be read, if left out or empty. Say the same in `sync: { collections }`. */
  readonly collections?: readonly string[];
  /** How many changes are sent at once, 500 unless told. */
  readonly batchSize?: number;
  /** How long an answer is waited for, a minute unless told; and a second more for each 8,000 bytes beyond 64 KB by HTTP. */
  readonly timeoutMs?: number;
  /** The first wait before a socket is opened again, a second unless told; it doubles from there, up to half a minute. */
  readonly reconnectDelay?: number;
  /** How the server tells this device's own changes from others'; a new one each time, if left out. */
  readonly device?: string;
  /** The platform's own unless told. */
  readonly fetch?: Fetch;
  /** Clock, timers and the like of your own, for tests. */
  readonly environment?: Partial<Environment>;
}

/** As servers take them unless they are told otherwise. */
const serverLimits = { count: 500, frameBytes: 240_000, bodyBytes: 900_000 };

/** A tiersync server as the cloud of an app. Nothing is asked of it yet. */
export function createServerTier(options: ServerOptions): ISharedTier {
  const { batchSize = serverLimits.count, collections = [], ...checked } = check(options);
  const environment = environmentOf(systemEnvironment, checked.environment);
  return new ServerTier({
    transport: transportOf(checked, environment),
    device: checked.device ?? environment.createId(16),
    collections,
    limits: { ...serverLimits, count: batchSize },
    environment,
  });
}

function transportOf(options: ServerOptions, environment: Environment): ServerTransport {
  const { transport = 'socket', timeoutMs = 60_000, reconnectDelay: reconnectDelayMs = 1_000 } = options;
  if (typeof transport === 'object') return transport;
  const shared = {
    url: httpUrl(options.url),
    token: new Token(options.token, environment),
    timeoutMs,
    environment,
    meter: noTraffic(),
  };
  const http = new HttpTransport({ ...shared, fetch: options.fetch ?? globalThis.fetch.bind(globalThis) });
  if (transport === 'http') return http;
  const load = async (): Promise<typeof import('socket.io-client')['io']> => (await import('socket.io-client')).io;
  return new SocketTransport({ ...shared, http, load, reconnectDelayMs, frameBytes: serverLimits.frameBytes });
}

/** One address serves both: sockets begin as requests of HTTP. */
function httpUrl(given: string | undefined): string {
  const url = given !== undefined && URL.canParse(given) ? new URL(given) : null;
  if (url !== null && /^(https?|wss?):$/.test(url.protocol)) {
    const scheme = url.protocol.replace('ws', 'http');
    return `${scheme}//${url.host}${url.pathname.replace(/\/+$/, '')}`;
  }
  throw new TypeError(`url must be the address of a server, such as 'https://host/sync', not ${describe(given)}`);
}

function check(options: ServerOptions): ServerOptions {
  const { token, transport, batchSize, timeoutMs, reconnectDelay, collections } = Object(options) as ServerOptions;
  if (token !== undefined && typeof token !== 'string' && typeof token !== 'function') {
    throw new TypeError('token must be a text, or a function that answers with one');
  }
  const isKnown = transport === undefined || transport === 'socket' || transport === 'http';
  if (!isKnown && typeof (transport as Partial<ServerTransport> | null)?.pull !== 'function') {
    throw new TypeError("transport must be 'socket', 'http' or a transport of your own");
  }
  checkCount('batchSize', batchSize);
  checkMs('timeoutMs', timeoutMs);
  checkMs('reconnectDelay', reconnectDelay);
  const isList = Array.isArray(collections) && collections.every((name) => typeof name === 'string');
  if (collections !== undefined && !isList) throw new TypeError('collections must be a list of entity names');
  return options;
}
