import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ILogger } from '../../interfaces/ILogger.ts';
import { needed } from '../needed.ts';
import { addressOf } from './addressOf.ts';
import type { HttpDoor } from './HttpDoor.ts';

/** What frameworks add to a request. */
type Incoming = IncomingMessage & { readonly body?: unknown; readonly originalUrl?: string };

/** For `http.createServer`, and as a middleware of Express: what is not ours goes on to `next`. */
export type NodeListener = (request: IncomingMessage, response: ServerResponse, next?: () => void) => void;

type Listener = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export function nodeListener(door: HttpDoor, proxies: number, logger: ILogger): NodeListener {
  let listener: Promise<Listener> | null = null;
  return (request: Incoming, response, next) => {
    // Express takes the part off at which it has mounted us.
    const url = request.originalUrl ?? request.url ?? '/';
    if (!door.owns(url.split('?', 1)[0] as string) && next !== undefined) {
      next();
      return;
    }
    request.url = url;
    listener ??= makeListener(door, proxies);
    listener
      .then((listen) => listen(request, response))
      .catch((error: unknown) => {
        logger.e('nodeListener', 'a request could not be answered', error);
        response.writeHead(500).end();
      });
  };
}

async function makeListener(door: HttpDoor, proxies: number): Promise<Listener> {
  const { getRequestListener } = await needed('@hono/node-server', () => import('@hono/node-server'));
  return getRequestListener(
    (request, { incoming }) => {
      const { socket, headers, body } = incoming as Incoming;
      const address = addressOf(socket.remoteAddress, headers['x-forwarded-for'], proxies);
      return door.handle(request, { address, body });
    },
    // The program that we are a part of keeps its own.
    { overrideGlobalObjects: false },
  );
}
