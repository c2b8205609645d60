import type { IncomingMessage } from 'node:http';
import type { Server, Socket } from 'socket.io';
import { Denial } from '../Denial.ts';
import { addressOf } from '../http/addressOf.ts';
import type { OriginGuard } from '../http/OriginGuard.ts';
import type { FailedAttempts } from '../limits/FailedAttempts.ts';
import type { ServerLimits } from '../limits/ServerLimits.ts';
import { Tally } from '../limits/Tally.ts';

type Connection = Socket['conn'];

export interface SocketGateParts {
  readonly failures: FailedAttempts;
  readonly limits: Pick<ServerLimits, 'socketsPerAddress'>;
  readonly proxies: number;
  /** Null: whoever made the Socket.io server looks at origins. */
  readonly origins: OriginGuard | null;
}

/** Counts connections by address, before anybody has said who they are. */
export class SocketGate {
  readonly #parts: SocketGateParts;
  readonly #perAddress = new Tally();
  readonly #admitted = new WeakSet<Connection>();
  readonly #counted = new WeakSet<Connection>();
  #watched: Server['engine'] | null = null;

  constructor(parts: SocketGateParts) {
    this.#parts = parts;
  }

  /** As the `allowRequest` of Socket.io. */
  readonly allowRequest = (
    request: IncomingMessage,
    answer: (message: string | null | undefined, isAllowed: boolean) => void,
  ): void => {
    const { origins, failures, limits } = this.#parts;
    try {
      if (origins !== null) origins.check(request.headers.origin, request.headers.host);
      const address = this.#addressOf(request);
      failures.check(address);
      if (this.#perAddress.of(address ?? '') >= limits.socketsPerAddress) throw tooMany(limits.socketsPerAddress);
      answer(null, true);
    } catch (thrown) {
      answer(Denial.from(thrown).message, false);
    }
  };

  /** Counts the connections of a server of sockets; one that goes without having signed in counts as an attempt. */
  watch(engine: Server['engine']): void {
    if (this.#watched === engine) return;
    this.#watched = engine;
    engine.on('connection', (conn: Connection) => {
      const address = this.#addressOf(conn.request);
      const release = this.#perAddress.take(address ?? '', this.#parts.limits.socketsPerAddress);
      if (release === null) conn.close(true);
      conn.once('close', () => {
        release?.();
        if (this.#admitted.has(conn) || this.#counted.has(conn)) return;
        // Who never said a word is not waited for to agree.
        terminate(conn);
        this.failed(conn);
      });
    });
  }

  check(conn: Connection): void {
    this.#parts.failures.check(this.#addressOf(conn.request));
  }

  admitted(conn: Connection): void {
    this.#admitted.add(conn);
  }

  /** Counts a connection once, whatever else it tries. */
  failed(conn: Connection): void {
    if (this.#counted.has(conn)) return;
    this.#counted.add(conn);
    this.#parts.failures.count(this.#addressOf(conn.request));
  }

  #addressOf({ socket, headers }: IncomingMessage): string | null {
    return addressOf(socket.remoteAddress, headers['x-forwarded-for'], this.#parts.proxies);
  }
}

/** Ends a connection without the other side's consent. */
export function terminate({ transport }: Connection): void {
  (transport as { readonly socket?: { terminate?(): void } }).socket?.terminate?.();
}

const tooMany = (most: number): Denial =>
  new Denial('rate-limited', `at most ${most} sockets of one address at a time`);
