import type { Server, Socket } from 'socket.io';
import type { Environment } from '../../interfaces/Environment.ts';
import type { SyncDocument } from '../../interfaces/SyncDocument.ts';
import { bearerToken } from '../auth/Authenticator.ts';
import { Denial } from '../Denial.ts';
import { Tally } from '../limits/Tally.ts';
import { userOf } from '../limits/WriteLimiter.ts';
import type { Principal } from '../Principal.ts';
import { type SocketHandlerOptions, type SocketParts, socketParts } from './SocketHandlerOptions.ts';
import { SocketSession } from './SocketSession.ts';
import { hearsOf, type Subscriber } from './Subscriber.ts';

/** Sockets are looked at so often: whose time is up, who reads nothing. */
const sweepMs = 500;
const tag = 'SocketHandler';

/** Lets devices in by Socket.io, answers what they ask, and tells them what happens. */
export class SocketHandler {
  readonly #parts: SocketParts;
  readonly #environment: Environment;
  /** By tenant. */
  readonly #sessions = new Map<string, Set<SocketSession>>();
  readonly #perUser = new Tally();
  #sweep: unknown = null;
  #isClosed = false;

  constructor(io: Server, options: SocketHandlerOptions) {
    this.#parts = socketParts(options);
    this.#environment = this.#parts.environment;
    if (io.engine !== undefined) this.#parts.gate.watch(io.engine);
    io.use((socket, next) => void this.#admit(socket, next));
    io.on('connection', (socket) => this.#welcome(socket));
  }

  /** Keeps a document that the application has made, and tells all who may see it. Again is harmless. */
  emitDocumentCreated(document: SyncDocument, options: { readonly tenant?: string } = {}): Promise<void> {
    return this.#parts.documents(options.tenant).save(document);
  }

  /** The same for one that was changed. */
  emitDocumentUpdated(document: SyncDocument, options: { readonly tenant?: string } = {}): Promise<void> {
    return this.#parts.documents(options.tenant).save(document);
  }

  /** Keeps the deletion, and who did it. */
  emitDocumentDeleted(
    collection: string,
    id: string,
    userId?: string,
    options: { readonly tenant?: string } = {},
  ): Promise<void> {
    return this.#parts.documents(options.tenant).remove(collection, id, userId);
  }

  /** Deletes all that is there now. */
  async emitCollectionCleared(
    collection: string,
    userId?: string,
    { tenant = this.#parts.tenant }: { readonly tenant?: string } = {},
  ): Promise<void> {
    await this.#parts.documents(tenant).clear(collection, userId);
    const timestamp = new Date(this.#environment.now());
    for (const session of this.#sessions.get(tenant) ?? []) session.tellCleared(collection, timestamp);
  }

  /** Closes all sockets of somebody; how many there were. Tokens are not looked at: see `isRevoked` for that. */
  disconnectUser(userId: string, { tenant = this.#parts.tenant }: { readonly tenant?: string } = {}): number {
    const sessions = [...(this.#sessions.get(tenant) ?? [])].filter(({ principal }) => principal.userId === userId);
    for (const session of sessions) session.end(new Denial('unauthorized', 'this user may not be here any more'));
    return sessions.length;
  }

  /** Who hears of a collection by a socket of this server, each socket by itself. */
  getSubscribers(collection: string, { tenant = this.#parts.tenant }: { readonly tenant?: string } = {}): Subscriber[] {
    const subscribers = [...(this.#sessions.get(tenant) ?? [])].flatMap(({ subscriber }) => subscriber ?? []);
    return subscribers.filter((subscriber) => hearsOf(subscriber, collection));
  }

  /** How many are connected. */
  get count(): number {
    let count = 0;
    for (const sessions of this.#sessions.values()) count += sessions.size;
    return count;
  }

  /** Says so to everybody, and lets nobody in any more. The Socket.io server stays whose it is. */
  close(): void {
    this.#isClosed = true;
    this.#parts.hearing.close();
    this.#environment.clearTimer(this.#sweep);
    for (const session of this.#all()) session.end(new Denial('unavailable', 'the server is going down'));
  }

  async #admit(socket: Socket, next: (error?: Error) => void): Promise<void> {
    const { authenticator, gate, limits, logger } = this.#parts;
    try {
      if (this.#isClosed) throw new Denial('unavailable', 'the server is going down');
      gate.check(socket.conn);
      const { auth, headers } = socket.handshake;
      const token: unknown = auth['token'] ?? bearerToken(headers.authorization);
      const principal = await authenticator.principal(token);
      const release = this.#perUser.take(userOf(principal), limits.socketsPerUser);
      if (release === null) {
        throw new Denial('rate-limited', `at most ${limits.socketsPerUser} sockets of one user at a time`);
      }
      // The connection may have ended while the token was looked at.
      if (socket.conn.readyState === 'open') socket.conn.once('close', release);
      else release();
      gate.admitted(socket.conn);
      socket.data = { principal };
      next();
    } catch (thrown) {
      const denial = Denial.from(thrown);
      if (denial.code === 'internal' || denial.code === 'unavailable') logger.w(tag, 'a socket was refused', thrown);
      if (denial.code === 'unauthorized') gate.failed(socket.conn);
      next(Object.assign(new Error(denial.message), { data: denial.toJSON().error }));
      // One connection, one try: the answer goes out first.
      this.#environment.setTimer(() => socket.conn.close(), 0);
    }
  }

  #welcome(socket: Socket): void {
    const { principal } = socket.data as { readonly principal: Principal };
    const session = new SocketSession(socket, principal, this.#parts);
    const sessions = this.#sessions.get(principal.tenant) ?? new Set();
    this.#sessions.set(principal.tenant, sessions.add(session));
    socket.once('disconnect', () => {
      session.closed();
      sessions.delete(session);
      if (sessions.size === 0 && this.#sessions.get(principal.tenant) === sessions) {
        this.#sessions.delete(principal.tenant);
      }
    });
    if (this.#sweep === null) this.#sweepLater();
  }

  #sweepLater(): void {
    this.#sweep = this.#environment.setTimer(() => {
      this.#sweep = null;
      void this.#look().finally(() => {
        if (!this.#isClosed && this.#sweep === null && this.#sessions.size > 0) this.#sweepLater();
      });
    }, sweepMs);
  }

  async #look(): Promise<void> {
    const { authenticator, logger } = this.#parts;
    const now = this.#environment.now();
    for (const session of this.#all()) {
      if (authenticator.isExpired(session.principal)) {
        session.end(new Denial('unauthorized', 'the token has run out; sign in again'));
      } else if (session.isStalled(now)) {
        logger.w(tag, 'a socket reads nothing of what it is sent, and was closed');
        session.cut();
      } else session.resume();
    }
    if (authenticator.canRevoke) await this.#lookForRevoked();
  }

  async #lookForRevoked(): Promise<void> {
    const { authenticator, logger } = this.#parts;
    const asked = new Map<string, Promise<boolean>>();
    await Promise.all(
      this.#all().map(async (session) => {
        const user = userOf(session.principal);
        const answer = asked.get(user) ?? authenticator.mayStay(session.principal);
        asked.set(user, answer);
        try {
          if (!(await answer)) session.end(new Denial('unauthorized', 'this user may not be here any more'));
        } catch (error) {
          logger.w(tag, 'it could not be asked whether a user was locked out', error);
        }
      }),
    );
  }

  #all(): SocketSession[] {
    return [...this.#sessions.values()].flatMap((sessions) => [...sessions]);
  }
}
