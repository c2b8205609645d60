import type { World } from './World.ts';

/** How one device tells the time. */
export interface ClockPlan {
  /** Ahead of the world by so much. */
  readonly skewMs: number;
  /** It shows only multiples of this. */
  readonly grainMs: number;
}

/** The clock of one device: wrong by some amount, coarse, and now and then set or stuck. It outlives the process. */
export class DeviceClock {
  readonly #world: World;
  readonly #grain: number;
  #offset: number;
  #stuckAt: number | null = null;

  constructor(world: World, { skewMs, grainMs }: ClockPlan) {
    this.#world = world;
    this.#offset = skewMs;
    this.#grain = grainMs;
  }

  get isStuck(): boolean {
    return this.#stuckAt !== null;
  }

  now(): number {
    if (this.#stuckAt !== null) return this.#stuckAt;
    return Math.floor((this.#world.time + this.#offset) / this.#grain) * this.#grain;
  }

  /** Somebody sets it. */
  jump(ms: number): void {
    this.#offset += ms;
    if (this.#stuckAt !== null) this.#stuckAt += ms;
  }

  setStuck(isStuck: boolean): void {
    this.#stuckAt = isStuck ? (this.#stuckAt ?? this.now()) : null;
  }
}
