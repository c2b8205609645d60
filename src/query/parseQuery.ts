import type { QueryOptions, SortField } from '../interfaces/QueryOptions.ts';
import { canonicalText } from './canonicalText.ts';
import { type Comparator, compareIds, compileSort, readSortField } from './compileSort.ts';
import { compileTaken, type Predicate } from './compileWhere.ts';
import { type QueryTerms, queryTerms, type Range } from './queryTerms.ts';
import { takeValue } from './takeValue.ts';
import { isPlainObject } from './valueKind.ts';

/** Query options, checked, copied and compiled. */
export class ParsedQuery implements QueryTerms {
  readonly ids: readonly string[] | null;
  /** `where`, `ids` and what narrows them, together; null if everything matches. */
  readonly matches: Predicate | null;
  /** Null if the caller asked for no order. */
  readonly compare: Comparator | null;
  readonly sort: readonly Required<SortField>[] | null;
  readonly offset: number;
  readonly limit: number;
  /** What the key strategy understands, for example `years`. */
  readonly filters: Readonly<Record<string, unknown>> | null;
  readonly equalities: ReadonlyMap<string, unknown>;
  readonly ranges: ReadonlyMap<string, Range>;
  readonly conditions: number;
  readonly #where: Readonly<Record<string, unknown>>;
  #canonical: string | undefined;

  constructor(options: Readonly<Record<string, unknown>>, within: Predicate | null) {
    const { ids, where, sort, limit, offset, ...others } = options;
    this.ids = ids === undefined ? null : readIds(ids);
    this.sort = sort === undefined ? null : readSort(sort);
    this.limit = limit === undefined ? Number.POSITIVE_INFINITY : readCount(limit, 'limit');
    this.offset = offset === undefined ? 0 : readCount(offset, 'offset');
    this.filters = readFilters(others);
    this.#where = where === undefined ? empty : (takeValue(where, 'where') as typeof empty);
    const predicate = compileTaken(this.#where, 'where');
    const { equalities, ranges, conditions } = queryTerms(this.#where);
    this.equalities = equalities;
    this.ranges = ranges;
    this.conditions = conditions + (this.ids ? 1 : 0) + (within ? 1 : 0);
    this.matches = bothOf(bothOf(conditions === 0 ? null : predicate, this.ids && isAmong(this.ids)), within);
    this.compare = orderOf(this.ids, this.sort, this.limit, this.offset);
  }

  /** Equal for equal queries, whatever the order of their keys. Made on demand: a one-shot query never needs it. */
  get canonical(): string {
    const { ids, sort, limit, offset, filters } = this;
    // Where a sort is given, the order of `ids` says nothing.
    const members = ids && sort ? [...ids].sort() : ids;
    this.#canonical ??= canonicalText({ ids: members, where: this.#where, sort, limit, offset, filters });
    return this.#canonical;
  }
}

const empty: Readonly<Record<string, unknown>> = {};

/** `within` narrows the query further, for example to the keys that its filters name. */
export function parseQuery(options: QueryOptions | undefined, within: Predicate | null = null): ParsedQuery {
  const given: unknown = options === undefined ? empty : options;
  if (!isPlainObject(given)) {
    throw new TypeError(`query options must be an object, for example { where: { status: 'open' }, limit: 50 }`);
  }
  return new ParsedQuery(given, within);
}

function orderOf(
  ids: readonly string[] | null,
  sort: readonly SortField[] | null,
  limit: number,
  offset: number,
): Comparator | null {
  if (sort) return compileSort(sort);
  if (ids) {
    const places = new Map(ids.map((id, place) => [id, place]));
    return (a, b) => places.get(a.id)! - places.get(b.id)!;
  }
  // A window needs an order, or its edge would be arbitrary.
  return limit < Number.POSITIVE_INFINITY || offset > 0 ? compareIds : null;
}

function bothOf(a: Predicate | null, b: Predicate | null): Predicate | null {
  return a && b ? (entity) => b(entity) && a(entity) : (a ?? b);
}

function isAmong(ids: readonly string[]): Predicate {
  const members = new Set(ids);
  return (entity) => members.has(entity.id);
}

function readIds(ids: unknown): readonly string[] {
  if (!Array.isArray(ids)) throw new TypeError('ids must be an array of ids');
  const wrong = ids.findIndex((id) => typeof id !== 'string');
  if (wrong >= 0) throw new TypeError(`ids[${wrong}] must be a string`);
  return [...new Set(ids as string[])];
}

function readSort(sort: unknown): readonly Required<SortField>[] {
  if (!Array.isArray(sort))
    throw new TypeError(`sort must be an array, for example [{ field: 'name', direction: 'asc' }]`);
  return sort.map((entry, i) => readSortField(entry, `sort[${i}]`));
}

function readCount(count: unknown, name: string): number {
  if (Number.isSafeInteger(count) && (count as number) >= 0) return count as number;
  throw new TypeError(
    `${name} must be a whole number from 0 on; leave it out for ${name === 'limit' ? 'all' : 'none'}`,
  );
}

function readFilters(others: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | null {
  const filters = Object.entries(others).filter(([, value]) => value !== undefined);
  return filters.length === 0
    ? null
    : Object.fromEntries(filters.map(([name, value]) => [name, takeValue(value, name)]));
}
