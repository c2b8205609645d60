import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http';
import type { Repositories } from './documents/repositories.ts';
import type { RequestContext } from './http/HttpDoor.ts';
import type { Permissions } from './permissions/Permissions.ts';
import type { SyncService } from './SyncService.ts';
import type { SocketHandler } from './sockets/SocketHandler.ts';

/** Where to listen. */
export interface ListenOptions {
  /** 0, and if left out: any that is free. */
  readonly port?: number;
  /** Left out: every address of this machine; with `insecureDev` only `127.0.0.1`. */
  readonly host?: string;
}

/** Where it listens. */
export interface Listening {
  readonly url: string;
  readonly port: number;
  readonly host: string;
}

/** A server that is ready. Mount it into yours, or let it listen by itself. */
export interface SyncServer {
  /** For everything that speaks fetch: Hono, Elysia, and tests. */
  handler(request: Request, context?: RequestContext): Promise<Response>;
  /** For `http.createServer`, Express and Fastify. */
  nodeListener(request: IncomingMessage, response: ServerResponse, next?: () => void): void;
  /** Adds the sockets to a server of yours, on its port. */
  attach(server: HttpServer): void;
  /** A server of its own. */
  listen(options?: ListenOptions): Promise<Listening>;
  /** Lets nobody in any more, tells those who are connected why, finishes what was begun, and closes the database. */
  close(): Promise<void>;
  /** For the application's own code: what is saved and deleted there reaches devices like anything else. */
  readonly repo: Repositories;
  /** Who may do what, by tenant. */
  readonly permissions: Permissions;
  /** The operations themselves, for code that knows whom it asks for. */
  readonly service: SyncService;
  /** What is told by sockets, and who hears it. */
  readonly sockets: SocketHandler;
}
