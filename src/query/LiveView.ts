import type { AnyEntity } from '../interfaces/Entity.ts';
import { ArrivalRows } from './ArrivalRows.ts';
import type { Change } from './Change.ts';
import { OrderedRows } from './OrderedRows.ts';
import type { ParsedQuery } from './parseQuery.ts';
import type { Rows } from './Rows.ts';
import { findMatches } from './runQuery.ts';

/** A query that is kept up to date: a change costs a search for its place, never a new filtering or sorting. */
export class LiveView {
  readonly #rows: Rows;
  #window: readonly AnyEntity[];
  /** Changes of the window since it was last read. */
  #unread = 0;

  constructor(query: ParsedQuery, source: Iterable<AnyEntity>) {
    const { compare, matches } = query;
    const found = findMatches(matches, source);
    this.#rows = compare ? new OrderedRows(query, compare, found) : new ArrivalRows(matches, found);
    this.#window = this.#rows.copy();
  }

  /** The number of matches, inside the window or not. */
  get total(): number {
    return this.#rows.total;
  }

  /**
   * Whether these changes changed the window. Exact as long as the window is read after each `true`; without reading,
   * changes that cancel each other may say `true` too, and `window` has the last word.
   */
  apply(changes: readonly Change[]): boolean {
    const changed = this.#rows.apply(changes, this.#unread === 0 ? this.#window : null);
    if (changed) this.#unread++;
    return changed;
  }

  /** The same array as long as nothing in it differs. */
  window(): readonly AnyEntity[] {
    const differs = this.#unread === 1 || (this.#unread > 1 && !this.#rows.shows(this.#window));
    if (differs) this.#window = this.#rows.copy();
    this.#unread = 0;
    return this.#window;
  }
}
