import type { DataEvents } from './DataEvents.ts';
import type { ChangeSource, EntityChange } from './interfaces/DataEvent.ts';
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
  readonly events: DataEvents;
  readonly keyOf: (id: string) => string;
  readonly now: () => number;
}

interface Mark {
  readonly written: number;
  readonly undo: number;
}

/** The writes of one step: all of them stay, or none. */
export class Transaction {
  /** One reading of the clock serves all its writes. */
  readonly now: number;
  readonly #o: TransactionOptions;
  readonly #written: WrittenChange[] = [];
  readonly #undo: (() => void)[] = [];
  #mayRepeatIds = false;
  /** What came from a slower tier may be as old as it likes. */
  #hasSettled = false;

  constructor(options: TransactionOptions) {
    this.now = options.now();
    this.#o = options;
    options.store.beginStep();
  }

  /** A write that the slower tiers will be told of. */
  write(entityName: string, id: string, held: Held, before: Held = this.#o.store.held(entityName, id)): void {
    this.#o.store.put(entityName, id, held, before);
    // What this step wrote is stamped with its time or later: an older thing replaced cannot be of this step.
    const isOfThisStep = before !== undefined && (this.#hasSettled || stampOf(before) >= this.now);
    this.#note(entityName, id, before, held, held === undefined || isOfThisStep);
  }

  /** Something that came from a slower tier, or a pending write made anew. */
  settle(entityName: string, id: string, held: Held): void {
    const before = this.#o.store.settle(entityName, id, held);
    this.#hasSettled = true;
    this.#note(entityName, id, before, held, before !== undefined);
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
      this.#o.store.takeBack(entityName, id, before);
    }
    for (const takeBack of this.#undo.splice(undo).reverse()) takeBack();
  }

  /** What observers see of it: one change an id, from what there was to what there is, all in one event. */
  tell(source: ChangeSource): void {
    const net = this.#mayRepeatIds && this.#written.length > 1 ? this.#net() : this.#written;
    const changes = net.every(isVisible) ? net : net.filter(isVisible);
    if (changes.length > 0) this.#o.events.emit({ type: 'changed', source, changes });
  }

  #note(entityName: string, id: string, before: Held, after: Held, mayRepeat: boolean): void {
    this.#mayRepeatIds ||= mayRepeat;
    this.#written.push(new WrittenChange(entityName, id, before, after, this.#o.keyOf));
  }

  #net(): WrittenChange[] {
    const byId = new Map<string, WrittenChange>();
    for (const change of this.#written) {
      const place = placeOf(change.entityName, change.id);
      const first = byId.get(place);
      const { entityName, id, after } = change;
      byId.set(
        place,
        first === undefined ? change : new WrittenChange(entityName, id, first.before, after, this.#o.keyOf),
      );
    }
    return [...byId.values()];
  }
}

const isVisible = (change: WrittenChange): boolean => change.entity !== change.previous;
