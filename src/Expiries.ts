import { expiryOf } from './blob/retention.ts';
import type { Below } from './interfaces/Below.ts';
import type { Basics } from './interfaces/Environment.ts';
import { compareValues } from './query/compareValues.ts';
import { SortedList } from './query/SortedList.ts';
import { Transaction, type TransactionOptions } from './Transaction.ts';
import { type Held, stampOf } from './tiers/Held.ts';

export interface ExpiriesOptions extends TransactionOptions {
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
  /** What the timer is set for, if it is. */
  #awaited: Due | undefined;
  #timer: unknown;

  constructor(options: ExpiriesOptions) {
    this.#o = options;
    options.events.listen((event) => {
      if (event.type !== 'changed') return;
      for (const { entityName, id, entity } of event.changes) {
        const at = entity === null ? Infinity : expiryOf(entity);
        if (at < Infinity) this.#due.edit([], [{ at, entityName, id }]);
      }
      this.#wait();
    });
  }

  /** Takes away what is over; within a step or a delivery, as soon as that is done. Costs nothing while nothing is. */
  sweep(): void {
    if (this.#isSweeping || !this.#isDue) return;
    this.#isSweeping = true;
    this.#o.events.whenSettled(() => this.#sweep());
  }

  /** The end of one entity, if it is over, as a write of that step. */
  end(step: Transaction, entityName: string, id: string, held: Held): void {
    const isOver = typeof held === 'object' && expiryOf(held) <= this.#now();
    if (isOver) step.write(entityName, id, stampOf(held), held);
  }

  close(): void {
    if (this.#awaited !== undefined) this.#o.environment.clearTimer(this.#timer);
    this.#awaited = undefined;
  }

  #sweep(): void {
    const step = new Transaction(this.#o);
    while (this.#isDue) {
      const next = this.#due.first as Due;
      const { entityName, id } = next;
      this.#due.edit([next], []);
      this.end(step, entityName, id, this.#o.store.held(entityName, id));
    }
    step.tell('expiry');
    this.#isSweeping = false;
    this.#wait();
  }

  get #isDue(): boolean {
    const next = this.#due.first;
    return next !== undefined && next.at <= this.#now();
  }

  #now(): number {
    const offset = this.#o.below()?.clockOffset;
    return offset === null ? -Infinity : this.#o.environment.now() + (offset ?? 0);
  }

  #wait(): void {
    const next = this.#due.first;
    if (next === this.#awaited) return;
    this.close();
    if (next === undefined) return;
    const now = this.#now();
    const ms = now < 0 ? lookAgainMs : Math.min(maxWaitMs, Math.max(0, next.at - now));
    this.#awaited = next;
    this.#timer = this.#o.environment.setTimer(() => {
      this.#awaited = undefined;
      this.sweep();
      this.#wait();
    }, ms);
  }
}
