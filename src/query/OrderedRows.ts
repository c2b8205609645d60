import type { AnyEntity } from '../interfaces/Entity.ts';
import { type Change, netChanges } from './Change.ts';
import type { Comparator } from './compileSort.ts';
import type { Predicate } from './compileWhere.ts';
import type { ParsedQuery } from './parseQuery.ts';
import type { Rows } from './Rows.ts';
import { SortedList } from './SortedList.ts';

/** All matches of an ordered query, those outside the window too: one that leaves the window is replaced from them. */
export class OrderedRows implements Rows {
  readonly #matches: Predicate;
  readonly #compare: Comparator;
  readonly #offset: number;
  readonly #limit: number;
  readonly #list: SortedList<AnyEntity>;

  constructor(query: ParsedQuery, compare: Comparator, found: readonly AnyEntity[]) {
    this.#matches = query.matches ?? (() => true);
    this.#compare = compare;
    this.#offset = query.offset;
    this.#limit = query.limit;
    this.#list = SortedList.from(found, compare);
  }

  get total(): number {
    return this.#list.length;
  }

  apply(changes: readonly Change[], shown: readonly AnyEntity[] | null): boolean {
    const many = changes.length > 8 && changes.length * 8 > this.#list.length;
    const first = many ? this.#resort(netChanges(changes)) : this.#firstTouched(changes);
    return first < Number.POSITIVE_INFINITY && !(shown && this.#showsFrom(shown, first));
  }

  copy(): AnyEntity[] {
    return this.#list.slice(this.#offset, this.#limit);
  }

  shows(window: readonly AnyEntity[]): boolean {
    return this.#showsFrom(window, 0);
  }

  /** The same, if the rows before `first` are known to have stayed. */
  #showsFrom(window: readonly AnyEntity[], first: number): boolean {
    const length = Math.min(Math.max(this.#list.length - this.#offset, 0), this.#limit);
    return window.length === length && this.#list.holds(window, this.#offset, first);
  }

  /** The first row of the window that may differ after the changes; infinite if all of them were outside. */
  #firstTouched(changes: readonly Change[]): number {
    let first = Number.POSITIVE_INFINITY;
    for (const { previous, entity } of changes) {
      const was = previous !== null && this.#matches(previous);
      const is = entity !== null && this.#matches(entity);
      if (was && is && this.#compare(previous, entity) === 0) {
        const row = this.#rowOf(this.#list.replace(entity));
        if (row >= 0) first = Math.min(first, row);
        continue;
      }
      // Before the window too (a negative row): what comes or goes there shifts it.
      if (was) first = Math.min(first, this.#rowOf(this.#list.remove(previous)));
      if (is) first = Math.min(first, this.#rowOf(this.#list.insert(entity)));
    }
    return Math.max(first, 0);
  }

  #resort(changes: readonly Change[]): number {
    const matches = (one: AnyEntity | null): one is AnyEntity => one !== null && this.#matches(one);
    const removed = changes.map((change) => change.previous).filter(matches);
    const added = changes.map((change) => change.entity).filter(matches);
    if (removed.length + added.length === 0) return Number.POSITIVE_INFINITY;
    this.#list.edit(removed, added);
    return 0;
  }

  /** Where a rank stands in the window; infinite behind its end or without a rank. */
  #rowOf(rank: number): number {
    return rank < 0 || rank >= this.#offset + this.#limit ? Number.POSITIVE_INFINITY : rank - this.#offset;
  }
}
