import { machineTurn, turn } from './turn.ts';

/** Something that will happen at its time, unless it is called off. */
export interface Happening {
  readonly time: number;
  isOff: boolean;
  readonly work: () => void;
}

/** The one time of the simulated world, and the queue of what happens in it: by time, then in order of arrival. */
export class World {
  #time: number;
  #steps = 0;
  readonly #queue: Happening[] = [];
  /** What takes time of the machine, each until it is settled. */
  readonly #outside = new Set<Promise<unknown>>();

  constructor(time: number = Date.parse('2026-05-17T12:00:00.000Z')) {
    this.#time = time;
  }

  get time(): number {
    return this.#time;
  }

  get steps(): number {
    return this.#steps;
  }

  /** Some milliseconds from now. */
  after(ms: number, work: () => void): Happening {
    const happening = { time: this.#time + Math.max(0, ms), isOff: false, work };
    this.#queue.splice(this.#placeOf(happening.time), 0, happening);
    return happening;
  }

  callOff(happening: Happening): void {
    happening.isOff = true;
  }

  /** Something that takes real time, such as a database: until it is settled, and what follows from it, time stands still. */
  outside<T>(work: Promise<T>): Promise<T> {
    const settled: Promise<unknown> = work.catch(() => {}).then(() => this.#outside.delete(settled));
    this.#outside.add(settled);
    return work;
  }

  /** Everything up to that time, which is the time afterwards. */
  async runUntil(time: number): Promise<void> {
    await this.#rest();
    while (this.#queue.length > 0 && this.#queue[this.#queue.length - 1]!.time <= time) {
      if (this.#begin()) await this.#rest();
    }
    this.#time = Math.max(this.#time, time);
  }

  /** Until the promise is settled; false: it was not within that time. */
  async runUntilSettled(promise: Promise<unknown>, withinMs: number): Promise<boolean> {
    let isSettled = false;
    const settle = (): void => {
      isSettled = true;
    };
    promise.then(settle, settle);
    const end = this.#time + withinMs;
    await this.#rest();
    while (!isSettled) {
      const next = this.#queue.at(-1);
      if (next === undefined || next.time > end) break;
      if (this.#begin()) await this.#rest();
    }
    // What waits for nothing in this world may still need some turns of ours, such as the loading of code.
    for (let turns = 0; !isSettled && turns < 100; turns++) await machineTurn();
    return isSettled;
  }

  /** Until nothing more happens at this time. */
  async #rest(): Promise<void> {
    await turn();
    while (this.#outside.size > 0) {
      await Promise.all(this.#outside);
      await turn();
    }
  }

  /** What comes next begins. False: it was called off. */
  #begin(): boolean {
    const next = this.#queue.pop();
    if (next === undefined || next.isOff) return false;
    this.#time = next.time;
    this.#steps += 1;
    next.work();
    return true;
  }

  /** The queue is kept with the next happening last. Before those of the same time, that is, after them. */
  #placeOf(time: number): number {
    let from = 0;
    let to = this.#queue.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.#queue[middle]!.time > time) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
