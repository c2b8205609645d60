import { Denial } from '../Denial.ts';
import type { Principal } from '../Principal.ts';
import type { ServerLimits } from './ServerLimits.ts';

interface Bucket {
  tokens: number;
  /** When the tokens were counted. */
  at: number;
  refusedAt: number;
  /** When the refusals began that have not paused since. */
  overSince: number;
}

const usersAtMost = 10_000;
/** Refusals this far apart are not one burst. */
const pauseMs = 1_000;

export const userOf = ({ tenant, userId }: Pick<Principal, 'tenant' | 'userId'>): string =>
  JSON.stringify([tenant, userId]);

/** How fast one user writes, by whatever door: so many a second, and a burst after a quiet time. */
export class WriteLimiter {
  readonly #limits: Pick<ServerLimits, 'writesPerSecond' | 'writesAtOnce' | 'overMs'>;
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(limits: Pick<ServerLimits, 'writesPerSecond' | 'writesAtOnce' | 'overMs'>, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Counts a write, or throws if it is too early for it. */
  take(principal: Principal): void {
    const bucket = this.#bucketOf(userOf(principal));
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      return;
    }
    const now = this.#now();
    if (now - bucket.refusedAt > pauseMs) bucket.overSince = now;
    bucket.refusedAt = now;
    const { writesPerSecond } = this.#limits;
    const retryAfterMs = Math.ceil(((1 - bucket.tokens) / writesPerSecond) * 1_000);
    throw new Denial('rate-limited', `at most ${writesPerSecond} writes a second; wait a moment`, { retryAfterMs });
  }

  /** Whether this user has been writing too fast for so long that waiting will not help. */
  isFlooding(principal: Principal): boolean {
    const bucket = this.#buckets.get(userOf(principal));
    if (bucket === undefined || this.#now() - bucket.refusedAt > pauseMs) return false;
    return bucket.refusedAt - bucket.overSince >= this.#limits.overMs;
  }

  #bucketOf(user: string): Bucket {
    const now = this.#now();
    const { writesPerSecond, writesAtOnce } = this.#limits;
    let bucket = this.#buckets.get(user);
    if (bucket === undefined) {
      if (this.#buckets.size >= usersAtMost) this.#forgetIdle(now);
      bucket = { tokens: writesAtOnce, at: now, refusedAt: Number.NEGATIVE_INFINITY, overSince: 0 };
      this.#buckets.set(user, bucket);
    }
    const gained = (Math.max(0, now - bucket.at) / 1_000) * writesPerSecond;
    bucket.tokens = Math.min(writesAtOnce, bucket.tokens + gained);
    bucket.at = now;
    return bucket;
  }

  /** A bucket that is full again says as much as none. */
  #forgetIdle(now: number): void {
    const { writesPerSecond, writesAtOnce } = this.#limits;
    const fullAfterMs = (writesAtOnce / writesPerSecond) * 1_000;
    for (const [user, { at }] of this.#buckets) if (now - at >= fullAfterMs) this.#buckets.delete(user);
  }
}
