import { Denial } from '../Denial.ts';

interface Window {
  since: number;
  count: number;
}

const windowMs = 60_000;
const addressesAtMost = 10_000;

/** Who tries to come in without being let in, by address: after so many in a minute nobody listens for the rest of it. */
export class FailedAttempts {
  readonly #perMinute: number;
  readonly #now: () => number;
  readonly #windows = new Map<string, Window>();

  constructor(perMinute: number, now: () => number) {
    this.#perMinute = perMinute;
    this.#now = now;
  }

  /** Throws for an address that has failed too often. Null: it is not known whose request this is. */
  check(address: string | null): void {
    const window = address === null ? undefined : this.#current(address);
    if (window === undefined || window.count < this.#perMinute) return;
    const retryAfterMs = window.since + windowMs - this.#now();
    throw new Denial('rate-limited', 'too many attempts to sign in; wait a minute', { retryAfterMs });
  }

  count(address: string | null): void {
    if (address === null) return;
    const window = this.#current(address);
    if (window !== undefined) window.count += 1;
    else {
      if (this.#windows.size >= addressesAtMost) this.#forgetOld();
      this.#windows.set(address, { since: this.#now(), count: 1 });
    }
  }

  #current(address: string): Window | undefined {
    const window = this.#windows.get(address);
    // A clock that was set back keeps nobody out for as long.
    return window !== undefined && Math.abs(this.#now() - window.since) < windowMs ? window : undefined;
  }

  #forgetOld(): void {
    for (const [address, { since }] of this.#windows) {
      if (this.#now() - since >= windowMs) this.#windows.delete(address);
    }
    // All of them are of this minute: somebody has many addresses, and the oldest are as good as any to forget.
    if (this.#windows.size >= addressesAtMost) {
      for (const address of [...this.#windows.keys()].slice(0, addressesAtMost / 2)) this.#windows.delete(address);
    }
  }
}
