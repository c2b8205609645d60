import type { View } from '../permissions/View.ts';
import { isRead } from '../reading.ts';
import type { Reading, TenantHead } from '../SyncStore.ts';
import { type Moment, rowsAfter } from './TenantTail.ts';

/** Whoever has heard everything up to the one has nothing to hear up to the other. */
export interface Quiet {
  readonly from: number;
  readonly to: number;
}

export interface Listener {
  /** There may be something new. */
  nudge(quiet?: Quiet): void;
}

interface Audience {
  readonly reading: Reading;
  readonly listeners: Set<Listener>;
  /** Of the last commit that concerned it, as far as is known; never too early. */
  concernedAt: number;
}

/**
 * Those of one tenant who listen. Whether something concerns them is decided once for all who hear the same, so that it costs
 * nothing for each whom it does not.
 */
export class Audiences {
  readonly #byKey = new Map<string, Audience>();
  /** Up to where all of them were nudged for what concerns them. */
  #seen: TenantHead;

  constructor(seen: TenantHead) {
    this.#seen = seen;
  }

  get isEmpty(): boolean {
    return this.#byKey.size === 0;
  }

  /** Answers how to leave. Who joins has to look by itself for what was there before. */
  join(view: View, collections: readonly string[], listener: Listener): () => void {
    const key = JSON.stringify([view.id, ...collections.toSorted()]);
    const audience = this.#byKey.get(key) ?? this.#newAudience(view, collections);
    this.#byKey.set(key, audience);
    // Of its own, as whoever joins anew leaves what it had joined before.
    const own: Listener = { nudge: (quiet) => listener.nudge(quiet) };
    audience.listeners.add(own);
    return () => {
      audience.listeners.delete(own);
      if (audience.listeners.size === 0 && this.#byKey.get(key) === audience) this.#byKey.delete(key);
    };
  }

  /** The tenant has come to this. */
  changed(moment: Moment): void {
    const seen = this.#seen;
    const { head } = moment;
    if (head.lineage === seen.lineage && head.seq < seen.seq) return;
    this.#seen = head;
    if (!isOnlyLater(seen, moment)) {
      for (const audience of this.#byKey.values()) audience.concernedAt = head.seq;
      this.nudgeAll();
      return;
    }
    const rows = rowsAfter(moment.rows, seen.seq);
    for (const audience of this.#byKey.values()) {
      const last = rows.findLast((row) => isRead(audience.reading, row));
      if (last === undefined) continue;
      const quiet = { from: audience.concernedAt, to: seen.seq };
      audience.concernedAt = last.seq;
      for (const listener of audience.listeners) listener.nudge(quiet);
    }
  }

  nudgeAll(): void {
    for (const { listeners } of this.#byKey.values()) for (const listener of listeners) listener.nudge();
  }

  #newAudience(view: View, collections: readonly string[]): Audience {
    const reading = { access: view.access('read'), collections: collections.length === 0 ? null : collections };
    return { reading, listeners: new Set(), concernedAt: this.#seen.seq };
  }
}

/** Whether nothing has happened but rows that are all here. */
const isOnlyLater = (seen: TenantHead, { head, from }: Moment): boolean =>
  head.lineage === seen.lineage && head.permissions === seen.permissions && from <= seen.seq;
