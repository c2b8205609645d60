import type { Socket } from 'socket.io-client';
import { TierSyncError } from '../../errors.ts';
import type { Environment } from '../../interfaces/Environment.ts';
import type { Meter } from '../../interfaces/Meter.ts';
import { answerFault, eventFault } from '../../protocol/answerFaults.ts';
import type { ServerEvent, WireCursor } from '../../protocol/messages.ts';
import {
  paths,
  type SocketOperation,
  type SubscribeAnswer,
  type SubscribeRequest,
  socketEvents,
} from '../../protocol/socketMessages.ts';
import type { Listening, ServerListener } from '../ServerTransport.ts';
import { isSameView } from '../serverCursor.ts';
import { failureOf, isRefusal } from '../serverRefusal.ts';
import type { Token } from './Token.ts';

/** How a socket is made: `io` of socket.io-client. */
export type OpenSocket = typeof import('socket.io-client')['io'];

export interface SocketChannelOptions {
  /** Where the server is mounted, without a slash at its end. */
  readonly url: string;
  readonly token: Token;
  /** Loads the code of sockets. */
  readonly load: () => Promise<OpenSocket>;
  readonly timeoutMs: number;
  /** The first wait before it connects again; it doubles from there. */
  readonly reconnectDelayMs: number;
  readonly environment: Pick<Environment, 'setTimer' | 'clearTimer' | 'random'>;
  readonly meter: Meter;
  /** A socket could not be opened, and nobody tells of others' changes. It is tried again. */
  readonly onFailure: () => void;
}

const longestDelayMs = 30_000;

const encoder = new TextEncoder();
const lengthOf = (data: unknown): number => (typeof data === 'string' ? encoder.encode(data).length : 0);

/** A socket for as long as somebody listens: it connects again whenever it was closed, and says again what it wants. */
export class SocketChannel implements Listening {
  readonly #o: SocketChannelOptions;
  readonly #listener: ServerListener;
  #socket: Socket | null = null;
  #isSubscribed = false;
  #isStopped = false;
  #failures = 0;
  #timer: unknown = null;
  #token: string | null = null;

  constructor(options: SocketChannelOptions, listener: ServerListener) {
    this.#o = options;
    this.#listener = listener;
    this.#open().catch(() => this.#openLater());
  }

  get isOpen(): boolean {
    return this.#isSubscribed && this.#socket?.connected === true;
  }

  /** The answer is not looked at yet. */
  async ask(operation: SocketOperation, request: object): Promise<unknown> {
    const { meter, timeoutMs } = this.#o;
    if (this.#socket === null) throw new TierSyncError('unavailable', 'there is no socket');
    meter.requests++;
    return this.#socket.timeout(timeoutMs).emitWithAck(operation, request);
  }

  resume(): void {
    if (this.#socket?.connected) this.#subscribe(this.#socket);
  }

  stop(): void {
    this.#isStopped = true;
    this.#isSubscribed = false;
    if (this.#timer !== null) this.#o.environment.clearTimer(this.#timer);
    this.#socket?.disconnect();
    this.#socket = null;
  }

  async #open(): Promise<void> {
    const { load, url, timeoutMs, token } = this.#o;
    const open = await load();
    if (this.#isStopped) return;
    const { origin, pathname } = new URL(url);
    const socket = open(origin, {
      path: `${pathname === '/' ? '' : pathname}/${paths.socket}`,
      // Without polling, two requests of one client need not meet the same instance of the server.
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      autoConnect: false,
      timeout: timeoutMs,
      auth: (give) => {
        token.get().then(
          (known) => {
            this.#token = known;
            give({ token: known });
          },
          () => give({}),
        );
      },
    });
    this.#socket = socket;
    this.#follow(socket);
    socket.connect();
  }

  #follow(socket: Socket): void {
    const { token } = this.#o;
    this.#measure(socket);
    socket.on('connect', () => this.#subscribe(socket));
    socket.on('connect_error', (error) => {
      // A server that lets nobody in closes the socket at once; a network that fails says nothing of the kind.
      if ('data' in error) token.refuse(this.#token);
      this.#connectLater(socket);
      this.#o.onFailure();
    });
    socket.on('disconnect', () => {
      this.#isSubscribed = false;
      this.#connectLater(socket);
    });
    socket.on(socketEvents.closing, (refusal: unknown) => {
      if (isRefusal(refusal) && failureOf('socket', refusal).code === 'auth-needed') token.refuse(this.#token);
    });
    socket.on(socketEvents.event, (event: unknown) => {
      this.#listener.onEvent(eventFault(event) === undefined ? (event as ServerEvent) : { type: 'poke' });
    });
  }

  #measure(socket: Socket): void {
    const { meter } = this.#o;
    socket.io.on('open', () => {
      socket.io.engine.on('packet', ({ data }) => {
        meter.bytesReceived += lengthOf(data);
      });
      socket.io.engine.on('packetCreate', ({ data }) => {
        meter.bytesSent += lengthOf(data);
      });
    });
  }

  #subscribe(socket: Socket): void {
    const { device, collections } = this.#listener;
    const cursor = this.#listener.cursor();
    const which = collections.length === 0 ? {} : { collections };
    const request: SubscribeRequest = { device, cursor, ...which };
    this.ask('subscribe', request)
      .then((answer) => this.#begin(cursor, answer))
      .catch((error: unknown) => {
        if (error instanceof TierSyncError && error.code === 'auth-needed') this.#o.token.refuse(this.#token);
        socket.disconnect();
      });
  }

  #begin(from: WireCursor | null, answer: unknown): void {
    if (isRefusal(answer)) throw failureOf('subscribe', answer);
    const fault = answerFault('subscribe', answer);
    if (fault !== undefined) throw new TierSyncError('cloud-unreadable', fault);
    this.#isSubscribed = true;
    this.#failures = 0;
    // Of another history, or of what is to be seen now, no event can follow on what this device has.
    if (from !== null && !isSameView(from, (answer as SubscribeAnswer).cursor))
      this.#listener.onEvent({ type: 'poke' });
  }

  #connectLater(socket: Socket): void {
    this.#later(() => socket.connect());
  }

  #openLater(): void {
    this.#later(() => this.#open().catch(() => this.#openLater()));
  }

  /** All clients lose their sockets at once when a server restarts; they must not come back at once. */
  #later(work: () => void): void {
    if (this.#isStopped) return;
    const { environment, reconnectDelayMs } = this.#o;
    if (this.#timer !== null) environment.clearTimer(this.#timer);
    const ms = Math.min(longestDelayMs, reconnectDelayMs * 2 ** this.#failures);
    this.#failures += 1;
    this.#timer = environment.setTimer(work, ms * (0.5 + environment.random() / 2));
  }
}
