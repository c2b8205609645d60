import type { Environment } from 'tiersync';
import './loadedCode.ts';
import { randomFrom } from './randomFrom.ts';

interface Timer {
  readonly work: () => void;
  /** By the running time, which no jump of the clock changes. */
  readonly due: number;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';

/**
 * The outside of one device, all of it in a test's hand: a clock that runs only in `advance`, may stand still and may
 * jump; timers that keep to the running time; ids and random numbers from a seed.
 */
export class TestEnvironment implements Environment {
  /** A clock that stands still while time goes on. */
  isFrozen = false;
  #isOnline = true;
  readonly #onlineListeners = new Set<() => void>();
  #time: number;
  #elapsed = 0;
  readonly #timers = new Set<Timer>();
  readonly #listeners = new Set<() => void>();
  readonly #random: () => number;

  constructor({ seed = 1, time = Date.parse('2026-05-17T12:00:00.000Z') } = {}) {
    this.#random = randomFrom(seed);
    this.#time = time;
  }

  // As fields that are functions: the library takes them from the object one by one.
  readonly now = (): number => this.#time;
  readonly random = (): number => this.#random();
  readonly createId = (size: number): string =>
    Array.from({ length: size }, () => alphabet[Math.floor(this.#random() * 64)]).join('');

  readonly setTimer = (work: () => void, ms: number): unknown => {
    const timer = { work, due: this.#elapsed + ms };
    this.#timers.add(timer);
    return timer;
  };

  readonly clearTimer = (timer: unknown): void => void this.#timers.delete(timer as Timer);

  readonly onHidden = (work: () => void): (() => void) => {
    this.#listeners.add(work);
    return () => this.#listeners.delete(work);
  };

  readonly isOnline = (): boolean => this.#isOnline;

  readonly onOnline = (work: () => void): (() => void) => {
    this.#onlineListeners.add(work);
    return () => this.#onlineListeners.delete(work);
  };

  /** The network comes or goes, as the platform would tell it. */
  setOnline(isOnline: boolean): void {
    this.#isOnline = isOnline;
    if (isOnline) for (const work of [...this.#onlineListeners]) work();
  }

  get timers(): number {
    return this.#timers.size;
  }

  /** How long until the next timer; null: there is none. */
  get untilNextTimer(): number | null {
    const next = this.#next();
    return next === undefined ? null : next.due - this.#elapsed;
  }

  get hiddenListeners(): number {
    return this.#listeners.size;
  }

  /** Lets time pass, with every timer that falls due in it. */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    await settle();
    for (let next = this.#next(); next !== undefined && next.due <= end; next = this.#next()) {
      this.#timers.delete(next);
      this.#pass(next.due);
      next.work();
      await settle();
    }
    this.#pass(end);
    await settle();
  }

  /** Somebody sets the clock. No time passes. */
  jump(ms: number): void {
    this.#time += ms;
  }

  /** The page is hidden, or the process is about to end. */
  hide(): void {
    for (const work of [...this.#listeners]) work();
  }

  #pass(to: number): void {
    if (!this.isFrozen) this.#time += to - this.#elapsed;
    this.#elapsed = to;
  }

  #next(): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) if (next === undefined || timer.due < next.due) next = timer;
    return next;
  }
}

/** Lets everything run that waits for no timer and no device: all microtasks end before the next turn begins. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}
