import type { Happening, World } from './World.ts';

/** One run of a process: what it waits for ends with it, and waits while it is suspended. */
export class Lifetime {
  readonly world: World;
  /** Resolves when the process is over. */
  readonly over: Promise<void>;
  #isOver = false;
  #isAsleep = false;
  /** What came while it slept. */
  #missed: (() => void)[] = [];
  #reportOver: () => void = () => {};
  readonly #wakeListeners = new Set<() => void>();

  constructor(world: World) {
    this.world = world;
    this.over = new Promise((resolve) => {
      this.#reportOver = resolve;
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get isAsleep(): boolean {
    return this.#isAsleep;
  }

  /** Calls the process after some milliseconds; a suspended one when it wakes up, one that is over never. */
  after(ms: number, work: () => void): Happening {
    const arrive = (): void => {
      if (this.#isOver || handle.isOff) return;
      if (this.#isAsleep) this.#missed.push(arrive);
      else work();
    };
    const handle = this.world.after(ms, arrive);
    return handle;
  }

  suspend(ms: number): void {
    if (this.#isAsleep) return;
    this.#isAsleep = true;
    this.world.after(ms, () => this.wake());
  }

  /** Calls back when it has slept. Returns how to stop that. */
  onWake(work: () => void): () => void {
    this.#wakeListeners.add(work);
    return () => this.#wakeListeners.delete(work);
  }

  wake(): void {
    const hasSlept = this.#isAsleep;
    this.#isAsleep = false;
    for (const arrive of this.#missed) this.world.after(0, arrive);
    this.#missed = [];
    if (hasSlept) for (const work of this.#wakeListeners) this.after(0, work);
  }

  end(): void {
    this.#isOver = true;
    this.#reportOver();
  }
}
