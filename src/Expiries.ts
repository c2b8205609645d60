import { expiryOf } from './blob/retention.ts';
import type { DataEvents } from './DataEvents.ts';
import type { Below } from './interfaces/Below.ts';
import type { AnyEntity } from './interfaces/Entity.ts';
import type { Basics } from './interfaces/Environment.ts';
import { compareValues } from './query/compareValues.ts';
import { SortedList } from './query/SortedList.ts';
import { Transaction } from './Transaction.ts';
import { stampOf } from './tiers/Held.ts';
import type { StoreTier } from './tiers/StoreTier.ts';

export interface ExpiriesOptions {
  readonly store: StoreTier;
  readonly events: DataEvents;
  readonly keyOf: (id: string) => string;
  readonly environment: Pick<Basics, 'now' | 'setTimer' | 'clearTimer'>;
  /** Devices must agree on what is over: they go by the clock of the cloud. */
  readonly below: () => Below | null;
}

interface Due {
  readonly at: number;
  readonly entityName: string;
  readonly id: string;
}

/** Timers cannot be set for longer than 24 days. */
const maxWaitMs = 86_400_000;
const lookAgainMs = 60_000;

/**
 * Takes away what is over, at that moment. An expiry is a deletion stamped like the version that it ends: it takes
 * exactly that version's place, on every device alike, and any later edit wins against it.
 */
export class Expiries {
  readonly #o: ExpiriesOptions;
  #isSweeping = false;
  readonly #due = new SortedList<Due>(
    (a, b) => a.at - b.at || compareValues([a.entityName, a.id], [b.entityName, b.id]),
  );
  #timer: { readonly handle: unknown; readonly at: number } | null = null;

  constructor(options: ExpiriesOptions) {
    this.#o = options;
    options.events.listen((event) => {
      if (event.type !== 'changed') return;
      for (const { entityName, entity } of event.changes) if (entity !== null) this.#note(entityName, entity);
      this.#wait();
    });
  }

  get isDue(): boolean {
    const next = this.#due.first;
    return next !== undefined && next.at <= this.#now();
  }

  isOver(entity: AnyEntity): boolean {
    return expiryOf(entity) <= this.#now();
  }

  /** Takes away what is over; within a step or a delivery, as soon as that is done. Costs nothing while nothing is. */
  sweep(): void {
    if (this.#isSweeping || !this.isDue) return;
    this.#isSweeping = true;
    this.#o.events.whenSettled(() => this.#sweep());
  }

  close(): void {
    this.#clear();
  }

  #sweep(): void {
    const { store, events, keyOf, environment } = this.#o;
    const now = this.#now();
    const step = new Transaction({ store, keyOf, now: environment.now() });
    for (let next = this.#due.first; next !== undefined && next.at <= now; next = this.#due.first) {
      this.#due.edit([next], []);
      const { entityName, id } = next;
      const held = store.held(entityName, id);
      // It may have been given more time, or be gone.
      if (typeof held === 'object' && expiryOf(held) <= now) step.write(entityName, id, stampOf(held), held);
    }
    const changes = step.changes();
    if (changes.length > 0) events.emit({ type: 'changed', source: 'expiry', changes });
    this.#isSweeping = false;
    this.#wait();
  }

  #now(): number {
    const below = this.#o.below();
    const offset = below === null ? 0 : below.clockOffset;
    // That is being found out, and nothing is over before.
    return offset === null ? Number.NEGATIVE_INFINITY : this.#o.environment.now() + offset;
  }

  #note(entityName: string, entity: AnyEntity): void {
    const at = expiryOf(entity);
    if (at !== Number.POSITIVE_INFINITY) this.#due.edit([], [{ at, entityName, id: entity.id }]);
  }

  #wait(): void {
    const next = this.#due.first;
    if (next === undefined || (this.#timer !== null && this.#timer.at <= next.at)) return;
    this.#clear();
    const now = this.#now();
    const ms = now < 0 ? lookAgainMs : Math.min(maxWaitMs, Math.max(0, next.at - now));
    const handle = this.#o.environment.setTimer(() => {
      this.#timer = null;
      this.sweep();
      this.#wait();
    }, ms);
    this.#timer = { handle, at: next.at };
  }

  #clear(): void {
    if (this.#timer !== null) this.#o.environment.clearTimer(this.#timer.handle);
    this.#timer = null;
  }
}
