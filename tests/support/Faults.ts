/**
 * What goes wrong with one call: it is refused, it is done and its answer lost, it is done in part, or, when the power
 * goes, it never lands although calls made at the same time do.
 */
export type Fault = 'before' | 'after' | 'torn' | 'lost';

export interface Call {
  readonly method: string;
  readonly key: string;
}

interface Plan {
  readonly at: number;
  readonly fault: Fault;
  readonly isCrash: boolean;
  readonly error: () => Error;
}

/** How one call is done; `tear` does part of it. */
export interface Deed<T> extends Call {
  readonly work: () => Promise<T>;
  readonly tear?: () => Promise<unknown>;
}

const never = <T>(): Promise<T> => new Promise<T>(() => {});

/** Counts the calls of one device to its storage, and makes the one fail that it was told to. */
export class Faults {
  readonly calls: Call[] = [];
  /** Resolves when the device has crashed: from then on no call is answered. */
  readonly crashed: Promise<void>;
  /** While set, a call waits for it before anything happens. */
  gate: ((call: Call) => Promise<void> | undefined) | null = null;
  #plan: Plan | null = null;
  #fired = false;
  #isDead = false;
  #reportCrash: () => void = () => {};

  constructor() {
    this.crashed = new Promise((resolve) => {
      this.#reportCrash = resolve;
    });
  }

  get hasFired(): boolean {
    return this.#fired;
  }

  count(...methods: string[]): number {
    return this.calls.filter(({ method }) => methods.includes(method)).length;
  }

  /** The call of that number (from 1, from now on) fails; the device lives on. */
  failAt(number: number, fault: Fault, error: () => Error = () => new Error('the disk said no')): void {
    this.#arm({ at: this.calls.length + number, fault, isCrash: false, error });
  }

  /** The power goes at the call of that number (from 1, from now on). */
  crashAt(number: number, fault: Fault): void {
    this.#arm({ at: this.calls.length + number, fault, isCrash: true, error: () => new Error('not seen') });
  }

  /** The power goes now. */
  die(): void {
    this.#isDead = true;
    this.#reportCrash();
  }

  /** Every call fails until `heal`. */
  failAlways(error: () => Error = () => new Error('the disk said no')): void {
    this.#arm({ at: 0, fault: 'before', isCrash: false, error });
  }

  heal(): void {
    this.#plan = null;
  }

  async run<T>(deed: Deed<T>): Promise<T> {
    const { method, key } = deed;
    this.calls.push({ method, key });
    const number = this.calls.length;
    await this.gate?.({ method, key });
    const plan = this.#plan;
    if (this.#isDead) return never();
    if (plan === null || (plan.at !== number && plan.at !== 0)) return deed.work();
    this.#fired = true;
    if (plan.isCrash) return this.#crash(plan.fault, deed);
    if (plan.fault === 'after') await deed.work();
    if (plan.fault === 'torn') await (deed.tear ?? deed.work)();
    throw plan.error();
  }

  async #crash<T>(fault: Fault, deed: Deed<T>): Promise<T> {
    if (fault !== 'lost') this.#isDead = true;
    if (fault === 'after') await deed.work();
    if (fault === 'torn') await (deed.tear ?? deed.work)();
    this.#reportCrash();
    return never();
  }

  #arm(plan: Plan): void {
    this.#plan = plan;
    this.#fired = false;
  }
}
