import type { QueryOptions, SortField } from '../interfaces/QueryOptions.ts';
import { isPlainObject } from '../util/isPlainObject.ts';
import { canonicalText } from './canonicalText.ts';
import { check } from './check.ts';
import { type Comparator, compileSort, readSort } from './compileSort.ts';
import { compileWhere, every, type Predicate } from './compileWhere.ts';
import { takeValue } from './takeValue.ts';

type Fields = Readonly<Record<string, unknown>>;

export const NO_LIMIT: number = Number.POSITIVE_INFINITY;

/** Query options, checked, copied and compiled. */
export class ParsedQuery {
  readonly ids: readonly string[] | null;
  /** `where`, `ids` and what narrows them, together; null if everything matches. */
  readonly matches: Predicate | null;
  /** Null if the caller asked for no order. */
  readonly compare: Comparator | null;
  readonly sort: readonly Required<SortField>[] | null;
  readonly offset: number;
  readonly limit: number;
  /** What the key strategy understands, for example `years`. */
  readonly filters: Fields | null;
  readonly where: Fields;
  /** How many conditions there are in all; an index that answers as many leaves nothing to filter. */
  readonly conditions: number;
  #canonical: string | undefined;

  constructor(options: Fields, within: Predicate | null) {
    const { ids, where = {}, sort, limit, offset, ...others } = options;
    this.ids = ids === undefined ? null : readIds(ids);
    this.sort = sort === undefined ? null : readSort(sort);
    this.limit = limit === undefined ? NO_LIMIT : readCount(limit, 'limit');
    this.offset = offset === undefined ? 0 : readCount(offset, 'offset');
    const filters = Object.entries(others).filter(([, value]) => value !== undefined);
    this.filters = filters.length > 0 ? (takeValue(Object.fromEntries(filters), 'options') as Fields) : null;
    this.where = takeValue(where, 'where') as Fields;
    const predicates = compileWhere(this.where, 'where');
    const places = new Map(this.ids?.map((id, place) => [id, place]));
    if (this.ids) predicates.unshift(({ id }) => places.has(id));
    if (within) predicates.unshift(within);
    this.conditions = predicates.length;
    this.matches = predicates.length > 0 ? every(predicates) : null;

    // A window needs an order, or its edge would be arbitrary.
    const isWindow = this.limit < NO_LIMIT || this.offset > 0;
    if (this.ids && !this.sort) this.compare = (a, b) => places.get(a.id)! - places.get(b.id)!;
    else this.compare = this.sort || isWindow ? compileSort(this.sort ?? []) : null;
  }

  /** Equal for equal queries, whatever the order of their keys. Made on demand: a one-shot query never needs it. */
  get canonical(): string {
    const { ids, sort, limit, offset, filters } = this;
    // Where a sort is given, the order of `ids` says nothing.
    const members = ids && sort ? [...ids].sort() : ids;
    this.#canonical ??= canonicalText([members, this.where, sort, limit, offset, filters]);
    return this.#canonical;
  }
}

/** `within` narrows the query further, for example to the keys that its filters name. */
export function parseQuery(options: QueryOptions = {}, within: Predicate | null = null): ParsedQuery {
  check(isPlainObject(options), 'query options', "must be an object: { where: { status: 'open' } }");
  return new ParsedQuery(options, within);
}

function readIds(ids: unknown): readonly string[] {
  check(Array.isArray(ids), 'ids', 'must be an array of ids');
  for (const [i, id] of ids.entries()) check(typeof id === 'string', `ids[${i}]`, 'must be a string');
  return [...new Set<string>(ids)];
}

function readCount(count: unknown, name: string): number {
  const isCount = Number.isSafeInteger(count) && (count as number) >= 0;
  check(isCount, name, 'must be a whole number from 0 on; leave it out for all');
  return count as number;
}

/** The same for all matches. */
export function withoutWindow(options: QueryOptions | undefined): QueryOptions | undefined {
  if (options === undefined) return undefined;
  const { limit: _limit, offset: _offset, sort: _sort, ...rest } = options;
  return rest as QueryOptions;
}
