import type { Server as HttpServer } from 'node:http';
import { defaultLogger } from '../adapters/consoleLog.ts';
import { environmentOf } from '../adapters/environmentOf.ts';
import { systemEnvironment } from '../adapters/systemEnvironment.ts';
import { EntityKeyHandler } from '../EntityKeyHandler.ts';
import { usualStrategy } from '../strategies/globalKeys.ts';
import { checkedStrategy, checkStrategy } from '../util/checkedStrategy.ts';
import { createAuthenticator } from './auth/createAuthenticator.ts';
import { defaultTenant } from './auth/principalOf.ts';
import { Caretaker } from './Caretaker.ts';
import { Documents } from './documents/Documents.ts';
import { repositories } from './documents/repositories.ts';
import { basePath } from './http/basePath.ts';
import { HttpDoor } from './http/HttpDoor.ts';
import { boundedServer, startListening, stopListening } from './http/listen.ts';
import { nodeListener } from './http/nodeListener.ts';
import { OriginGuard } from './http/OriginGuard.ts';
import { FailedAttempts } from './limits/FailedAttempts.ts';
import { serverLimits } from './limits/ServerLimits.ts';
import { openStore } from './openStore.ts';
import { permissionActions } from './permissions/lines.ts';
import { checkServerOptions, type ServerOptions } from './ServerOptions.ts';
import { SourceFeed, type SourceFeedOptions } from './SourceFeed.ts';
import type { SyncServer } from './SyncServer.ts';
import { serverCore } from './serverCore.ts';
import { SocketGate } from './sockets/SocketGate.ts';
import { SocketHandler } from './sockets/SocketHandler.ts';
import { socketServer } from './sockets/socketServer.ts';

/** A server that many devices share: complete when the promise resolves, and reachable once it is mounted or listens. */
export async function createSyncServer(options: ServerOptions): Promise<SyncServer> {
  checkServerOptions(options);
  const { insecureDev = false, proxies = 0, allowedOrigins = [], logger = defaultLogger() } = options;
  const environment = environmentOf(systemEnvironment, options.environment);
  const now = (): number => environment.now();
  const limits = serverLimits(options.limits);
  const base = basePath(options.path ?? '/sync');
  const origins = new OriginGuard(allowedOrigins, insecureDev);
  const keys = keysOf(options, environment.createId);
  const failures = new FailedAttempts(limits.failuresPerMinute, now);
  const gate = new SocketGate({ failures, limits, proxies, origins });
  const io = await socketServer({ base, limits, gate, allowedOrigins });
  const authenticator = await createAuthenticator(options, limits.tokenBytes, now);
  // The last that can fail, so that nothing is left open.
  const store = await openStore(options, environment);

  const { permissions: lines = [], everyone = insecureDev ? permissionActions : [] } = options;
  const sources = sourcesOf(options, keys, { store, environment });
  const core = serverCore({ store, lines, everyone, keys, sources, limits, environment });
  const { permissions, service, desk } = core;
  const documents = new Documents({ service, keys, now });
  const repo = repositories({ store, keys, now, tenant: defaultTenant });
  const server = { ...core, repositories: repo, gate };
  const { onSubscribe, onUnsubscribe } = options;
  const told = { onSubscribe, onUnsubscribe };
  const sockets = new SocketHandler(io, { verifyToken: authenticator, server, limits, environment, logger, ...told });

  const { tombstoneRetentionMs } = options;
  const caretaker = new Caretaker({ store, environment, logger, tombstoneRetentionMs });
  let closing: Promise<void> | null = null;
  const isClosing = (): boolean => closing !== null;
  const http = { authenticator, failures, origins, logger, base, isClosing };
  const door = new HttpDoor({ ...http, documents, permissions, service, desk, limits });
  const listener = nodeListener(door, proxies, logger);
  const own: HttpServer[] = [];

  const attach = (server: HttpServer): void => {
    io.attach(server);
    gate.watch(io.engine);
  };
  return {
    repo,
    permissions,
    service,
    sockets,
    handler: (request, context) => door.handle(request, context),
    nodeListener: listener,
    attach,
    async listen(to = {}) {
      if (isClosing()) throw new TypeError('this server was closed; create another one');
      const server = boundedServer(listener, limits);
      attach(server);
      const listening = await startListening(server, to, insecureDev);
      own.push(server);
      logger.i('SyncServer', `listens at ${listening.url}${base}`);
      return { ...listening, url: listening.url + base };
    },
    close() {
      closing ??= (async () => {
        caretaker.stop();
        sockets.close();
        const stopped = own.map((server) => stopListening(server, environment));
        io.engine?.close();
        await Promise.all(stopped);
        await store.close();
      })();
      return closing;
    },
  };
}

function sourcesOf(
  { sources }: ServerOptions,
  keys: EntityKeyHandler | null,
  parts: Pick<SourceFeedOptions, 'store' | 'environment'>,
): SourceFeed | null {
  return sources === undefined || keys === null ? null : new SourceFeed({ ...parts, keys, sources });
}

function keysOf(
  { prefix, strategy, sources }: ServerOptions,
  createId: (size: number) => string,
): EntityKeyHandler | null {
  if (prefix === undefined) {
    if (strategy === undefined && sources === undefined) return null;
    throw new TypeError('strategy and sources: say the `prefix` as well, as devices say it to DataOrchestrator.load');
  }
  if (strategy === undefined) return new EntityKeyHandler({ prefix, strategy: usualStrategy, createId });
  checkStrategy(strategy);
  return new EntityKeyHandler({ prefix, strategy: checkedStrategy(strategy), createId });
}
