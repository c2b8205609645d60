import type { WireCursor } from './messages.ts';

/**
 * A device asks by acknowledged events of these names: `emit(operation, request, (answer) => ...)`. The answer is that of
 * the operation, or a `WireError`. The token travels in the `auth` of the handshake: `{ token }`.
 */
export const socketOperations = ['pull', 'metadata', 'keys', 'push', 'subscribe'] as const;
export type SocketOperation = (typeof socketOperations)[number];

/** The names of what a server sends without being asked. */
export const socketEvents = {
  /** A `ServerEvent`. */
  event: 'tiersync',
  /** A `WireError`: why the server closes this socket. Nothing comes after it. */
  closing: 'tiersync:closing',
} as const;

/** Takes the place of what this socket subscribed to before; said again after each reconnect. */
export interface SubscribeRequest {
  /** Its own commits are left out. */
  readonly device: string;
  /** Left out or empty: all that may be read. */
  readonly collections?: readonly string[];
  /** Changes are sent from here on. Null: from now on. */
  readonly cursor: WireCursor | null;
  /** Asks for each change as a `SyncEvent` of its own as well. */
  readonly events?: boolean;
}

/**
 * Events follow: `changes` whose `after` is no later than what the device has seen can be applied as they are. A `poke`
 * says that they cannot be told so; pull, and subscribe again from there.
 */
export interface SubscribeAnswer {
  readonly now: number;
  readonly cursor: WireCursor;
}

/** Where a server that is mounted at `https://host/sync` is found. */
export const paths = {
  pull: 'v1/pull',
  metadata: 'v1/metadata',
  keys: 'v1/keys',
  push: 'v1/push',
  /** The `path` of the Socket.io client is the path of the server and this. */
  socket: 'socket.io',
} as const;
