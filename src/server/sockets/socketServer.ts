import type { Server } from 'socket.io';
import { paths } from '../../protocol/socketMessages.ts';
import type { ServerLimits } from '../limits/ServerLimits.ts';
import { needed } from '../needed.ts';
import type { SocketGate } from './SocketGate.ts';

export interface SocketServerParts {
  readonly base: string;
  readonly limits: ServerLimits;
  readonly gate: SocketGate;
  readonly allowedOrigins: readonly string[];
}

/** Socket.io within our limits, waiting to be attached to a server. */
export async function socketServer({ base, limits, gate, allowedOrigins }: SocketServerParts): Promise<Server> {
  const { Server } = await needed('socket.io', () => import('socket.io'));
  return new Server({
    path: `${base}/${paths.socket}`,
    serveClient: false,
    maxHttpBufferSize: limits.frameBytes,
    connectTimeout: limits.connectMs,
    allowRequest: gate.allowRequest,
    cors: { origin: allowedOrigins.includes('*') ? '*' : [...allowedOrigins], credentials: false },
    // What else listens for upgrades on the same port keeps doing so.
    destroyUpgrade: false,
    perMessageDeflate: false,
  });
}
