import type { EntityChange } from './interfaces/DataEvent.ts';
import type { AnyEntity } from './interfaces/Entity.ts';
import { type Held, stampOf } from './tiers/Held.ts';
import type { StoreTier } from './tiers/StoreTier.ts';
import { placeOf } from './util/placeOf.ts';

const entityOf = (held: Held): AnyEntity | null => (typeof held === 'object' ? held : null);

/** A change as it was written. What an event says of it is worked out only for those who ask. */
class WrittenChange implements EntityChange {
  readonly entityName: string;
  readonly id: string;
  readonly before: Held;
  readonly after: Held;
  readonly #keyOf: (id: string) => string;

  constructor(entityName: string, id: string, before: Held, after: Held, keyOf: (id: string) => string) {
    this.entityName = entityName;
    this.id = id;
    this.before = before;
    this.after = after;
    this.#keyOf = keyOf;
  }

  get type(): EntityChange['type'] {
    if (this.entity === null) return 'deleted';
    return this.previous === null ? 'created' : 'updated';
  }

  get entityKey(): string {
    return this.#keyOf(this.id);
  }

  get entity(): AnyEntity | null {
    return entityOf(this.after);
  }

  get previous(): AnyEntity | null {
    return entityOf(this.before);
  }
}

export interface TransactionOptions {
  readonly store: StoreTier;
  readonly keyOf: (id: string) => string;
  /** One reading of the clock serves all its writes. */
  readonly now: number;
}

interface Mark {
  readonly written: number;
  readonly undo: number;
}

/** The writes of one step: all of them stay, or none. */
export class Transaction {
  readonly now: number;
  readonly #store: StoreTier;
  readonly #keyOf: (id: string) => string;
  readonly #written: WrittenChange[] = [];
  readonly #undo: (() => void)[] = [];
  #mayRepeatIds = false;
  /** What came from a slower tier may be as old as it likes. */
  #hasSettled = false;

  constructor({ store, keyOf, now }: TransactionOptions) {
    this.now = now;
    this.#store = store;
    this.#keyOf = keyOf;
    store.beginStep();
  }

  /** A write that the slower tiers will be told of. */
  write(entityName: string, id: string, held: Held, before: Held = this.#store.held(entityName, id)): void {
    this.#store.put(entityName, id, held, before);
    this.#note(before, held);
    this.#written.push(new WrittenChange(entityName, id, before, held, this.#keyOf));
  }

  /** Something that came from a slower tier, or a pending write made anew. */
  settle(entityName: string, id: string, held: Held): void {
    const before = this.#store.settle(entityName, id, held);
    this.#mayRepeatIds ||= before !== undefined;
    this.#hasSettled = true;
    this.#written.push(new WrittenChange(entityName, id, before, held, this.#keyOf));
  }

  /** What this step wrote is stamped with its time or later: an older thing replaced cannot be of this step. */
  #note(before: Held, after: Held): void {
    const isOfThisStep = before !== undefined && (this.#hasSettled || stampOf(before) >= this.now);
    if (after === undefined || isOfThisStep) this.#mayRepeatIds = true;
  }

  onRollBack(undo: () => void): void {
    this.#undo.push(undo);
  }

  /** Where a part of the step begins, so that it can be taken back by itself. */
  mark(): Mark {
    return { written: this.#written.length, undo: this.#undo.length };
  }

  rollBackTo({ written, undo }: Mark): void {
    for (const { entityName, id, before } of this.#written.splice(written).reverse()) {
      this.#store.takeBack(entityName, id, before);
    }
    for (const takeBack of this.#undo.splice(undo).reverse()) takeBack();
  }

  /** What observers see of it: one change an id, from what there was to what there is. */
  changes(): readonly EntityChange[] {
    const net = this.#mayRepeatIds && this.#written.length > 1 ? this.#net() : this.#written;
    return net.every(isVisible) ? net : net.filter(isVisible);
  }

  #net(): WrittenChange[] {
    const byId = new Map<string, WrittenChange>();
    for (const change of this.#written) {
      const place = placeOf(change.entityName, change.id);
      const first = byId.get(place);
      const { entityName, id, after } = change;
      byId.set(
        place,
        first === undefined ? change : new WrittenChange(entityName, id, first.before, after, this.#keyOf),
      );
    }
    return [...byId.values()];
  }
}

const isVisible = (change: WrittenChange): boolean => change.entity !== change.previous;
