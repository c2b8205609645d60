import type { PullRequest, ServerEvent, WireCursor } from '../../protocol/messages.ts';
import type { SubscribeAnswer, SubscribeRequest } from '../../protocol/socketMessages.ts';
import type { Quiet } from '../hearing/Audiences.ts';
import type { SharedHearing } from '../hearing/SharedHearing.ts';
import type { Principal } from '../Principal.ts';
import type { Heard } from '../SyncOperations.ts';

type History = Pick<SharedHearing, 'hear'>;

type Changes = Extract<ServerEvent, { readonly type: 'changes' }>;

/** Where the events of one feed go. */
export interface FeedOutlet {
  /** False while so much waits to be read that nothing is added; `resume` is called now and then. */
  hasRoom(): boolean;
  changes(event: Changes): void;
  poke(): void;
}

/** Rows of one event: small enough to be read, sent and applied while other sockets have their turn. */
const rowsPerEvent = 100;

interface Subscription {
  readonly request: SubscribeRequest;
  /** How far the history has been read. */
  cursor: WireCursor;
  /** How far this socket was told: it heard of all up to here, but for its own. */
  told: number;
  /** It cannot be told in order any more, until it subscribes again. */
  isPoked: boolean;
}

/**
 * What one socket hears: everything after its cursor that it may see, read from the history itself, in order and without
 * a gap. Nothing is kept for it meanwhile, so whoever reads slowly costs nothing.
 */
export class ChangeFeed {
  readonly #history: History;
  readonly #principal: Principal;
  readonly #outlet: FeedOutlet;
  /** What the contents of one event take at most. */
  readonly #eventBytes: number;
  #subscription: Subscription | null = null;
  #isReading = false;
  #isNudged = false;
  /** Something could not be sent or read, and has to be tried again. */
  #isHeld = false;
  #isClosed = false;

  constructor(history: History, principal: Principal, outlet: FeedOutlet, eventBytes: number) {
    this.#history = history;
    this.#principal = principal;
    this.#outlet = outlet;
    this.#eventBytes = eventBytes;
  }

  /** From then on events follow, once `nudge` was called. */
  async subscribe(request: SubscribeRequest): Promise<SubscribeAnswer> {
    const { answer } = await this.#hear({ ...this.#question(request), cursor: null });
    const cursor = request.cursor ?? answer.cursor;
    this.#subscription = { request, cursor, told: cursor.seq, isPoked: false };
    return { cursor, now: answer.now };
  }

  get wantsEvents(): boolean {
    return this.#subscription?.request.events === true;
  }

  /** Whether this is what it was asked for last. */
  isAbout(request: SubscribeRequest): boolean {
    return this.#subscription?.request === request;
  }

  /** There may be something new. Resolves when all of it was sent that could be. */
  async nudge(quiet?: Quiet): Promise<void> {
    if (quiet !== undefined && this.#subscription !== null) skip(this.#subscription, quiet);
    this.#isNudged = true;
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (this.#isNudged && !this.#isClosed) {
        this.#isNudged = false;
        this.#isHeld = true;
        if (this.#subscription !== null) await this.#read(this.#subscription);
        this.#isHeld = !this.#outlet.hasRoom();
      }
    } finally {
      this.#isReading = false;
    }
  }

  /** As `nudge`, but only if the last time did not come to its end. */
  async resume(): Promise<void> {
    if (this.#isHeld) await this.nudge();
  }

  close(): void {
    this.#isClosed = true;
    this.#subscription = null;
  }

  async #read(subscription: Subscription): Promise<void> {
    const { request } = subscription;
    let hasMore = true;
    while (hasMore && !subscription.isPoked && this.#outlet.hasRoom()) {
      const question = { ...this.#question(request), cursor: subscription.cursor };
      const { answer, device, bytes } = await this.#hear(question);
      // Asked anew meanwhile, and answered from there.
      if (subscription !== this.#subscription) return;
      const isOwn = device === request.device;
      if (answer.reach !== 'since' || (bytes > this.#eventBytes && !isOwn)) {
        subscription.isPoked = true;
        this.#outlet.poke();
        return;
      }
      subscription.cursor = answer.cursor;
      hasMore = answer.hasMore;
      if (answer.changes.length === 0 || isOwn) continue;
      const after = subscription.told;
      subscription.told = answer.cursor.seq;
      this.#outlet.changes({ type: 'changes', after, cursor: answer.cursor, changes: answer.changes });
    }
  }

  #hear(question: PullRequest): Promise<Heard> {
    return this.#history.hear(this.#principal, question, this.#eventBytes);
  }

  #question({ collections }: SubscribeRequest): { collections?: readonly string[]; limit: number } {
    return { limit: rowsPerEvent, ...(collections === undefined ? {} : { collections }) };
  }
}

/** What need not be read is not: it may be far back by now. */
function skip(subscription: Subscription, { from, to }: Quiet): void {
  const { cursor } = subscription;
  if (cursor.seq >= from && cursor.seq < to) subscription.cursor = { ...cursor, seq: to };
}
