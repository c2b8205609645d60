import type { Environment } from '../interfaces/Environment.ts';
import type { MetadataManager } from '../MetadataManager.ts';
import { expireDue } from '../reconcile/expireDue.ts';
import type { LinkRules } from '../reconcile/Finding.ts';
import type { LocalTier } from '../tiers/LocalTier.ts';

export interface StoredExpiriesOptions {
  readonly local: LocalTier;
  readonly metadata: MetadataManager;
  readonly environment: Pick<Environment, 'now' | 'setTimer' | 'clearTimer'>;
  /** Milliseconds that the clock of the cloud is ahead; null: that is being found out. */
  readonly clockOffset: () => number | null;
  readonly rules: () => LinkRules | null;
  /** Something was deleted, of which a cloud is to hear. */
  readonly onExpired: () => void;
}

/** Timers cannot be set for longer than 24 days. */
const maxWaitMs = 86_400_000;
const lookAgainMs = 60_000;
/** Nobody sees it: it need not be at that moment, and what is to be seen comes first. */
const patienceMs = 1_000;

/**
 * Takes away what is over in keys that are not in memory. The index knows of each key when the next record is over; a key
 * is only read when that has come.
 */
export class StoredExpiries {
  readonly #o: StoredExpiriesOptions;
  /** Keys that only a newer version can read. */
  readonly #unreadable = new Set<string>();
  #timer: { readonly handle: unknown; readonly at: number } | null = null;
  #isSweeping = false;
  /** The disk said no. */
  #isStuck = false;
  #isClosed = false;

  constructor(options: StoredExpiriesOptions) {
    this.#o = options;
  }

  /** To be called whenever something was stored. */
  look(): void {
    const next = Math.min(...this.#waiting().map(([, at]) => at));
    if (this.#isClosed || this.#isSweeping || next === Number.POSITIVE_INFINITY) return;
    if (this.#timer !== null && this.#timer.at <= next) return;
    this.#clear();
    const now = this.#now();
    const ms = now === null || this.#isStuck ? lookAgainMs : Math.min(maxWaitMs, Math.max(patienceMs, next - now));
    const handle = this.#o.environment.setTimer(() => {
      this.#timer = null;
      this.#sweep().finally(() => this.look());
    }, ms);
    this.#timer = { handle, at: next };
  }

  close(): void {
    this.#isClosed = true;
    this.#clear();
  }

  async #sweep(): Promise<void> {
    const { local, rules, onExpired } = this.#o;
    const now = this.#now();
    if (now === null) return;
    this.#isSweeping = true;
    this.#isStuck = false;
    for (const [key, at] of this.#waiting()) {
      if (this.#isClosed || at > now) continue;
      const before = local.summaryOf(key);
      try {
        const refused = await local.revise(new Map([[key, (draft) => expireDue(draft, now, rules())]]));
        if (refused.size > 0) this.#unreadable.add(key);
      } catch {
        this.#isStuck = true;
      }
      if (local.summaryOf(key)?.hash !== before?.hash) onExpired();
    }
    this.#isSweeping = false;
  }

  /** Memory sees to what it holds. */
  #waiting(): [entityKey: string, at: number][] {
    const { local, metadata } = this.#o;
    const isInMemory = (key: string): boolean => !metadata.needsLoading(key) && !metadata.isAway(key);
    return [...local.summaries()].flatMap(([key, { expiresAt }]): [string, number][] => {
      const isMine = expiresAt !== undefined && !isInMemory(key) && !this.#unreadable.has(key);
      return isMine ? [[key, expiresAt]] : [];
    });
  }

  /** By the clock of the cloud; null: that is being found out. */
  #now(): number | null {
    const offset = this.#o.clockOffset();
    return offset === null ? null : this.#o.environment.now() + offset;
  }

  #clear(): void {
    if (this.#timer !== null) this.#o.environment.clearTimer(this.#timer.handle);
    this.#timer = null;
  }
}
