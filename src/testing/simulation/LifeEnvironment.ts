import type { Environment } from '../../interfaces/Environment.ts';
import type { Tabs } from '../../interfaces/Tabs.ts';
import type { Chance } from './Chance.ts';
import type { DeviceClock } from './DeviceClock.ts';
import type { Lifetime } from './Lifetime.ts';
import type { Happening } from './World.ts';

export interface LifeEnvironmentOptions {
  readonly life: Lifetime;
  readonly clock: DeviceClock;
  readonly chance: () => Chance;
  /** The other tabs of its browser. */
  readonly tabs?: Tabs | undefined;
}

/** What one process sees of the outside: the clock of its device, timers of the world's time, and whether there is a network. */
export class LifeEnvironment implements Environment {
  readonly #o: LifeEnvironmentOptions;
  readonly #onlineListeners = new Set<() => void>();
  readonly #hiddenListeners = new Set<() => void>();
  readonly #timers = new Set<unknown>();
  readonly tabs?: Tabs;
  #isOnline = true;

  constructor(options: LifeEnvironmentOptions) {
    this.#o = options;
    if (options.tabs !== undefined) this.tabs = options.tabs;
  }

  // As fields that are functions: the library takes them from the object one by one.
  readonly now = (): number => this.#o.clock.now();
  readonly random = (): number => this.#o.chance().next();
  readonly createId = (size: number): string => this.#o.chance().text(size);

  readonly setTimer = (work: () => void, ms: number): unknown => {
    const timer: Happening = this.#o.life.after(ms, () => {
      this.#timers.delete(timer);
      work();
    });
    this.#timers.add(timer);
    return timer;
  };

  readonly clearTimer = (timer: unknown): void => {
    if (!this.#timers.delete(timer)) return;
    this.#o.life.world.callOff(timer as Happening);
  };

  readonly isOnline = (): boolean => this.#isOnline;

  readonly onOnline = (work: () => void): (() => void) => listen(this.#onlineListeners, work);
  readonly onHidden = (work: () => void): (() => void) => listen(this.#hiddenListeners, work);

  get timers(): number {
    return this.#timers.size;
  }

  /** The network comes or goes, as the platform would tell it. */
  setOnline(isOnline: boolean): void {
    if (this.#isOnline === isOnline) return;
    this.#isOnline = isOnline;
    if (isOnline) for (const work of [...this.#onlineListeners]) work();
  }

  hide(): void {
    for (const work of [...this.#hiddenListeners]) work();
  }
}

function listen(listeners: Set<() => void>, work: () => void): () => void {
  listeners.add(work);
  return () => listeners.delete(work);
}
