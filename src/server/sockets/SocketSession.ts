import type { Socket } from 'socket.io';
import type { ILogger } from '../../interfaces/ILogger.ts';
import type { SyncEvent } from '../../interfaces/SyncDocument.ts';
import {
  type SocketOperation,
  type SubscribeAnswer,
  type SubscribeRequest,
  socketEvents,
  socketOperations,
} from '../../protocol/socketMessages.ts';
import { SerialQueue } from '../../util/SerialQueue.ts';
import { Denial } from '../Denial.ts';
import type { Desk } from '../Desk.ts';
import type { Listener, Quiet } from '../hearing/Audiences.ts';
import type { SharedHearing } from '../hearing/SharedHearing.ts';
import type { ServerLimits } from '../limits/ServerLimits.ts';
import type { Principal } from '../Principal.ts';
import { ChangeFeed, type FeedOutlet } from './ChangeFeed.ts';
import { Outbound } from './Outbound.ts';
import { terminate } from './SocketGate.ts';
import { hearsOf, type Subscriber, type SubscriptionListeners } from './Subscriber.ts';
import { SyncEventType, syncEventOf } from './syncEvents.ts';

export interface SessionParts {
  readonly desk: Desk;
  readonly hearing: Pick<SharedHearing, 'hear' | 'join'>;
  readonly limits: ServerLimits;
  readonly logger: ILogger;
  readonly listeners: SubscriptionListeners;
}

type Answer = (answer: object) => void;

/** One socket of somebody who has signed in. */
export class SocketSession implements Listener {
  readonly principal: Principal;
  readonly #socket: Socket;
  readonly #parts: SessionParts;
  readonly #feed: ChangeFeed;
  readonly #outbound: Outbound;
  #subscriber: Subscriber | null = null;
  /** Of those who hear the same. */
  #leave = (): void => {};
  #waiting = 0;
  /** One at a time, and each once the answers before were read: what somebody asks for and does not read is bounded. */
  readonly #questions = new SerialQueue();

  constructor(socket: Socket, principal: Principal, parts: SessionParts) {
    this.principal = principal;
    this.#socket = socket;
    this.#parts = parts;
    this.#outbound = new Outbound(socket.conn);
    const outlet: FeedOutlet = {
      hasRoom: () => this.#outbound.bytes <= parts.limits.outboundBytes,
      poke: () => socket.emit(socketEvents.event, { type: 'poke' }),
      changes: (event) => {
        socket.emit(socketEvents.event, event);
        if (this.#feed.wantsEvents) for (const change of event.changes) this.#tell(syncEventOf(change));
      },
    };
    this.#feed = new ChangeFeed(parts.hearing, principal, outlet, parts.limits.frameBytes);
    for (const operation of socketOperations) {
      socket.on(operation, (request: unknown, answer: unknown) => {
        // Whoever does not want to hear the answer does not get one, and has not asked.
        if (typeof answer === 'function') void this.#serve(operation, request, answer as Answer);
      });
    }
  }

  get subscriber(): Subscriber | null {
    return this.#subscriber;
  }

  /** There may be something new for this socket. */
  nudge(quiet?: Quiet): void {
    this.#logged(this.#feed.nudge(quiet));
  }

  /** What could not be sent or read the last time may be possible now. */
  resume(): void {
    this.#logged(this.#feed.resume());
  }

  tellCleared(collection: string, timestamp: Date): void {
    if (!this.#feed.wantsEvents || this.#subscriber === null || !hearsOf(this.#subscriber, collection)) return;
    this.#tell({ type: SyncEventType.COLLECTION_CLEARED, collection, timestamp });
  }

  /** Whether what was sent has been lying there unread for too long. */
  isStalled(now: number): boolean {
    return this.#outbound.stuckMs(now) >= this.#parts.limits.stalledMs;
  }

  /** Says why, and closes the connection. */
  end(reason: Denial): void {
    this.#socket.emit(socketEvents.closing, reason.toJSON());
    this.#socket.disconnect(true);
  }

  /** Closes the connection of somebody who does not read. */
  cut(): void {
    const { conn } = this.#socket;
    conn.close(true);
    terminate(conn);
  }

  closed(): void {
    this.#feed.close();
    this.#leave();
    this.#hear(null);
  }

  #logged(work: Promise<void>): void {
    work.catch((error: unknown) => this.#parts.logger.w('SocketSession', 'changes could not be read', error));
  }

  #tell(event: SyncEvent): void {
    this.#socket.emit(event.type, event);
  }

  async #serve(operation: SocketOperation, request: unknown, answer: Answer): Promise<void> {
    if (this.#waiting >= this.#parts.limits.waitingPerSocket) {
      answer(new Denial('rate-limited', 'too many questions at once; wait for the answers').toJSON());
      return;
    }
    this.#waiting += 1;
    try {
      await this.#questions.run(async () => answer(await this.#answer(operation, request)));
      if (operation === 'subscribe') await this.#follow(request as SubscribeRequest);
    } catch (thrown) {
      const denial = Denial.from(thrown);
      if (denial.code === 'internal') this.#parts.logger.e('SocketSession', `${operation} failed`, thrown);
      answer(denial.toJSON());
      if (this.#parts.desk.isFlooding(this.principal)) this.end(denial);
    } finally {
      this.#waiting -= 1;
    }
  }

  async #answer(operation: SocketOperation, request: unknown): Promise<object> {
    const { desk, limits } = this.#parts;
    await this.#outbound.room(limits.outboundBytes);
    if (operation !== 'subscribe') return desk.answer(this.principal, operation, request);
    desk.check(operation, request);
    return this.#subscribe(request as SubscribeRequest);
  }

  async #subscribe(request: SubscribeRequest): Promise<SubscribeAnswer> {
    const answer = await this.#feed.subscribe(request);
    const { tenant, userId } = this.principal;
    const { device, collections = [] } = request;
    // It may have gone meanwhile.
    if (this.#socket.connected) this.#hear(Object.freeze({ tenant, userId, device, collections }));
    return answer;
  }

  /** Once it knows from where on it hears. */
  async #follow(request: SubscribeRequest): Promise<void> {
    try {
      await this.#join(request);
      this.nudge();
    } catch (error) {
      // It would wait for ever; so it has to come back.
      this.end(Denial.from(error));
    }
  }

  async #join(request: SubscribeRequest): Promise<void> {
    const leave = await this.#parts.hearing.join(this.principal, request.collections ?? [], this);
    // It may have gone, or asked for something else, meanwhile.
    if (!this.#socket.connected || !this.#feed.isAbout(request)) leave();
    else {
      this.#leave();
      this.#leave = leave;
    }
  }

  /** From now on it hears of this; null: of nothing any more. */
  #hear(subscriber: Subscriber | null): void {
    const { onSubscribe, onUnsubscribe } = this.#parts.listeners;
    const before = this.#subscriber;
    this.#subscriber = subscriber;
    if (before !== null) this.#tellApplication(onUnsubscribe, before);
    if (subscriber !== null) this.#tellApplication(onSubscribe, subscriber);
  }

  #tellApplication(listener: SubscriptionListeners['onSubscribe'], subscriber: Subscriber): void {
    new Promise((resolve) => resolve(listener?.(subscriber))).catch((error: unknown) =>
      this.#parts.logger.e('SocketSession', 'a listener of subscriptions failed', error),
    );
  }
}
