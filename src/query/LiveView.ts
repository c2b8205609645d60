import type { AnyEntity } from '../interfaces/Entity.ts';
import { ArrivalList } from './ArrivalList.ts';
import { type Change, differenceOf } from './Change.ts';
import { NO_LIMIT, type ParsedQuery } from './parseQuery.ts';
import { findMatches } from './runQuery.ts';
import { SortedList } from './SortedList.ts';

type Rows = readonly AnyEntity[];

/** A query that is kept up to date: a change costs a search for its place, never a new filtering or sorting. */
export class LiveView {
  readonly #query: ParsedQuery;
  /** All matches, those outside the window too: one that leaves the window is replaced from them. */
  readonly #list: SortedList<AnyEntity> | ArrivalList;
  #window: Rows;
  /** What the window shows by now, if that was looked at since. */
  #fresh: Rows | null = null;
  /** How often the window may have changed since it was last read. */
  #unread = 0;

  constructor(query: ParsedQuery, source: Iterable<AnyEntity>) {
    const { compare } = query;
    const found = findMatches(query, source, NO_LIMIT);
    this.#query = query;
    this.#list = compare ? new SortedList(compare) : new ArrivalList();
    this.#list.edit([], found);
    this.#window = this.#copy();
  }

  /** The number of matches, inside the window or not. */
  get total(): number {
    return this.#list.length;
  }

  /**
   * Whether these changes changed the window. Exact as long as the window is read after each `true`; without reading,
   * changes that cancel each other may say `true` too, and `window` has the last word.
   */
  apply(changes: readonly Change[]): boolean {
    const { matches, compare, offset, limit } = this.#query;
    const { removed, added } = differenceOf(changes, matches);
    if (removed.length + added.length === 0) return false;
    // What stands behind the last row that the window has room for cannot change it.
    const last = this.#unread === 0 ? this.#window[limit - 1] : undefined;
    const isBehind = (row: AnyEntity): boolean => last !== undefined && compare!(row, last) > 0;
    const isOutside = removed.every(isBehind) && added.every(isBehind);
    this.#list.edit(removed, added);
    if (isOutside) return false;
    // Without a window whatever changes shows. Within one, changes may cancel each other.
    const rows = offset === 0 && limit === NO_LIMIT ? null : this.#copy();
    const isChanged = rows === null || !haveSameRows(rows, this.#window);
    this.#fresh = rows;
    if (isChanged || this.#unread > 0) this.#unread++;
    return isChanged;
  }

  /** The same array as long as nothing in it differs. */
  window(): Rows {
    if (this.#unread > 0) {
      const rows = this.#fresh ?? this.#copy();
      if (this.#unread === 1 || !haveSameRows(rows, this.#window)) this.#window = rows;
      this.#unread = 0;
    }
    return this.#window;
  }

  #copy(): Rows {
    return this.#list.slice(this.#query.offset, this.#query.limit);
  }
}

function haveSameRows(a: Rows, b: Rows): boolean {
  return a.length === b.length && a.every((row, i) => row === b[i]);
}
