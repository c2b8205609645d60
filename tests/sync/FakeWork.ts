import type { SyncLists, SyncOutcome, SyncRequest, SyncWork } from '../../src/interfaces/SyncWork.ts';

type PendingChange = SyncLists['pending'][number];

export const outcome: SyncOutcome = {
  pushed: 0,
  pulled: 0,
  conflicts: 0,
  requests: 1,
  bytesSent: 0,
  bytesReceived: 0,
  queueAgeMs: 0,
  clockSkewMs: null,
  isDegraded: false,
};

interface Held {
  readonly request: SyncRequest;
  succeed(part?: Partial<SyncOutcome>): void;
  fail(error: unknown): void;
}

/** A cloud that does what a test says: it answers at once, or holds each run until the test lets it go. */
export class FakeWork implements SyncWork {
  isReady = false;
  hasLooked = true;
  isClosed = false;
  readonly requests: SyncRequest[] = [];
  /** What each run does that is not held; by default it succeeds and confirms everything. */
  answer: (request: SyncRequest) => Partial<SyncOutcome> = () => {
    this.setPending([]);
    return {};
  };
  holds = false;
  readonly held: Held[] = [];
  /** More than one at a time breaks the contract. */
  running = 0;
  mostAtOnce = 0;
  watches = 0;
  plans = 0;
  watch?: (onPoke: () => void) => () => void;
  #lists: SyncLists = { pending: [], conflicts: [], rejected: [] };
  readonly #listeners = new Set<() => void>();
  readonly #pokers = new Set<() => void>();

  constructor({ canWatch = true } = {}) {
    if (!canWatch) return;
    this.watch = (onPoke) => {
      this.watches++;
      this.#pokers.add(onPoke);
      return () => this.#pokers.delete(onPoke);
    };
  }

  get hasPending(): boolean {
    return this.#lists.pending.length > 0;
  }

  get watchers(): number {
    return this.#pokers.size;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** What each run was asked for, as a word. */
  get asked(): string[] {
    return this.requests.map(({ pull, push, isForced, scope }) => {
      const what = pull && push ? 'both' : pull ? 'pull' : push ? 'push' : 'nothing';
      return `${isForced ? 'force ' : ''}${what}${scope === undefined ? '' : ` ${JSON.stringify(scope)}`}`;
    });
  }

  async run(request: SyncRequest): Promise<SyncOutcome> {
    this.requests.push(request);
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.running);
    try {
      if (!this.holds) return { ...outcome, ...this.answer(request) };
      return await new Promise<SyncOutcome>((resolve, reject) => {
        this.held.push({ request, succeed: (part) => resolve({ ...outcome, ...part }), fail: reject });
      });
    } finally {
      this.running--;
    }
  }

  async plan(): Promise<never> {
    this.plans++;
    throw new Error('the plan of the cloud');
  }

  lists(): SyncLists {
    return this.#lists;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  poke(): void {
    for (const poke of [...this.#pokers]) poke();
  }

  setPending(ids: readonly string[], state: PendingChange['state'] = 'waiting'): void {
    this.setLists({ pending: ids.map((id) => ({ entityName: 'Task', id, type: 'update', state })) });
  }

  setLists(lists: Partial<SyncLists>): void {
    this.#lists = { ...this.#lists, ...lists };
    this.changed();
  }

  setReady(): void {
    this.isReady = true;
    this.changed();
  }

  changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
