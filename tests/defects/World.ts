import type { Environment } from '../../src/interfaces/Environment.ts';

interface Timer {
  readonly work: () => unknown;
  readonly due: number;
}

/** The outside of one scenario: a clock that stands still until it is moved, timers, and ids in a known order. */
export class World {
  time: number = Date.parse('2026-05-17T12:00:00.000Z');
  /** The next random parts of ids; when they are used up, numbered ones. */
  nextIds: string[] = [];
  readonly #timers = new Set<Timer>();
  #ids = 0;

  readonly environment: Environment = {
    now: () => this.time,
    random: () => 0.5,
    createId: (size) => this.nextIds.shift() ?? `i${this.#ids++}`.padEnd(size, '-').slice(0, Math.max(size, 8)),
    setTimer: (work, ms) => {
      const timer = { work, due: this.time + ms };
      this.#timers.add(timer);
      return timer;
    },
    clearTimer: (timer) => void this.#timers.delete(timer as Timer),
    onHidden: () => () => {},
    isOnline: () => true,
    onOnline: () => () => {},
  };

  get pendingTimers(): number {
    return this.#timers.size;
  }

  /** Lets time pass, with all timers that fall due in it. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    for (let next = this.#next(); next !== undefined && next.due <= end; next = this.#next()) await this.#fire(next);
    this.time = end;
    await quiet();
  }

  /** Waits for the work, and lets time pass only where it waits for a timer. */
  async settle<T>(work: Promise<T>): Promise<T> {
    let settled = false;
    const done = (): void => {
      settled = true;
    };
    work.then(done, done);
    for (let round = 0; round < 1000; round++) {
      await quiet();
      if (settled) return work;
      const next = this.#next();
      if (next !== undefined) await this.#fire(next);
    }
    throw new Error('The work neither ends nor waits for a timer.');
  }

  #next(): Timer | undefined {
    return [...this.#timers].reduce<Timer | undefined>((a, b) => (a === undefined || b.due < a.due ? b : a), undefined);
  }

  async #fire(timer: Timer): Promise<void> {
    this.#timers.delete(timer);
    this.time = Math.max(this.time, timer.due);
    timer.work();
    await quiet();
  }
}

/** Lets everything run that waits for no timer and no device. */
export async function quiet(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}
