import type { World } from './World.ts';

/** Something that must never be the case, and was. */
export interface Violation {
  /** The promise it breaks. */
  readonly rule: string;
  readonly message: string;
  /** Milliseconds since the start of the run. */
  readonly at: number;
  readonly device: number | null;
}

/** One broken promise leads to many others; more than these say nothing new. */
const most = 20;

export class Violations {
  readonly list: Violation[] = [];
  readonly #world: World;
  readonly #start: number;

  constructor(world: World) {
    this.#world = world;
    this.#start = world.time;
  }

  report(rule: string, message: string, device: number | null = null): void {
    if (this.list.length < most) this.list.push({ rule, message, at: this.#world.time - this.#start, device });
  }
}
