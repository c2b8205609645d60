import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Environment } from '../../interfaces/Environment.ts';
import type { ServerLimits } from '../limits/ServerLimits.ts';
import type { Listening, ListenOptions } from '../SyncServer.ts';
import type { NodeListener } from './nodeListener.ts';

/** A server of our own, which gives nobody the time that Node would. */
export function boundedServer(listener: NodeListener, limits: ServerLimits): Server {
  return createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.keepAliveMs,
      connectionsCheckingInterval: limits.checkMs,
    },
    (request, response) => listener(request, response),
  );
}

const loopbacks = ['127.0.0.1', 'localhost', '::1'];

/** `isLocalOnly`: whoever could reach it could do everything. */
export async function startListening(
  server: Server,
  { port = 0, host }: ListenOptions,
  isLocalOnly: boolean,
): Promise<Listening> {
  if (isLocalOnly && host !== undefined && !loopbacks.includes(host)) {
    throw new TypeError(`insecureDev listens on this machine only, not on ${host}; give jwt or authenticate`);
  }
  const on = host ?? (isLocalOnly ? '127.0.0.1' : undefined);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(on === undefined ? {} : { host: on }) }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port: taken } = server.address() as AddressInfo;
  const shown = on === undefined ? 'localhost' : on.includes(':') ? `[${on}]` : on;
  return { url: `http://${shown}:${taken}`, port: taken, host: on ?? '::' };
}

/** What is under way has so long to come to its end. */
const graceMs = 3_000;

/** Stops taking connections, ends those on which nothing is under way, and at last all others. */
export function stopListening(
  server: Server,
  environment: Pick<Environment, 'setTimer' | 'clearTimer'>,
): Promise<void> {
  return new Promise((resolve) => {
    const timer = environment.setTimer(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      environment.clearTimer(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
