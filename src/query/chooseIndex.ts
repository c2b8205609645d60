import type { AnyEntity } from '../interfaces/Entity.ts';
import { compareValues } from './compareValues.ts';
import type { FieldIndex } from './FieldIndex.ts';
import type { ParsedQuery } from './parseQuery.ts';
import type { Range } from './queryTerms.ts';
import type { SortedList } from './SortedList.ts';
import { kindOf } from './valueKind.ts';

/** Where a query finds its candidates. Good until the index changes. */
export interface IndexPlan {
  readonly index: FieldIndex;
  readonly list: SortedList<AnyEntity>;
  /** The ranks in `list`, `to` excluded. */
  readonly from: number;
  readonly to: number;
  /** Which way through the list is the order asked for; null if it must still be sorted. */
  readonly direction: 'asc' | 'desc' | null;
  /** Whether `matches` has still to be asked. */
  readonly filter: boolean;
}

/** The plan that looks at the fewest entities; null if no index helps. */
export function chooseIndex(query: ParsedQuery, indexes: Iterable<FieldIndex>): IndexPlan | null {
  let best: IndexPlan | null = null;
  for (const index of indexes) {
    const plan = planFor(query, index);
    if (plan && (!best || cost(query, plan) < cost(query, best))) best = plan;
  }
  return best;
}

function planFor(query: ParsedQuery, index: FieldIndex): IndexPlan | null {
  const { equalities, ranges, conditions } = query;
  const leading = index.fields.slice(0, -1);
  if (!leading.every((field) => equalities.has(field))) return null;
  const last = index.lastField;
  const direction = directionOf(query, last);
  const range = ranges.get(last);
  const narrowed = leading.length > 0 || equalities.has(last) || range !== undefined;
  if (!narrowed && (direction === null || !query.compare)) return null;

  const list = index.group(leading.map((field) => equalities.get(field)));
  const place = (probe: (value: unknown) => number): number =>
    list.lowerBound((entity) => probe(index.readLast(entity)));
  const whole: Span = { from: 0, to: list.length, answered: 0 };
  const span = equalities.has(last) ? equalSpan(equalities.get(last), place) : range ? rangeSpan(range, place) : whole;
  const { from, to, answered } = span;
  return { index, list, from, to: Math.max(from, to), direction, filter: leading.length + answered < conditions };
}

interface Span {
  readonly from: number;
  readonly to: number;
  /** How many conditions of the query it answers. */
  readonly answered: number;
}

type FindPlace = (probe: (value: unknown) => number) => number;

function equalSpan(wanted: unknown, place: FindPlace): Span {
  return {
    from: place((value) => compareValues(value, wanted)),
    to: place((value) => (compareValues(value, wanted) > 0 ? 0 : -1)),
    answered: 1,
  };
}

/** Only values of the kind of the bounds lie between them, and a kind stands together in the order. */
function rangeSpan(range: Range, place: FindPlace): Span {
  const operands = Object.values(range);
  const kind = kindOf(operands[0]);
  const answered = operands.length;
  if (operands.some((operand) => kindOf(operand) !== kind)) return { from: 0, to: 0, answered };
  const atOrAbove = (bound: unknown): number => place((value) => compareValues(value, bound));
  const above = (bound: unknown): number => place((value) => (compareValues(value, bound) > 0 ? 0 : -1));
  const from = [place((value) => kindOf(value) - kind)];
  const to = [place((value) => kindOf(value) - kind - 1)];
  if ('$gt' in range) from.push(above(range.$gt));
  if ('$gte' in range) from.push(atOrAbove(range.$gte));
  if ('$lt' in range) to.push(atOrAbove(range.$lt));
  if ('$lte' in range) to.push(above(range.$lte));
  return { from: Math.max(...from), to: Math.min(...to), answered };
}

/** Which way a list by `last`, then id, is in the order of the query. A field that must equal a value orders nothing. */
function directionOf({ compare, ids, sort, equalities }: ParsedQuery, last: string): 'asc' | 'desc' | null {
  if (!compare) return 'asc';
  if (ids && !sort) return null;
  const [first, ...rest] = (sort ?? []).filter(({ field }) => !equalities.has(field));
  if (!first) return equalities.has(last) ? 'asc' : null;
  return rest.length === 0 && first.field === last ? first.direction : null;
}

function cost({ offset, limit }: ParsedQuery, { from, to, direction, filter }: IndexPlan): number {
  const candidates = to - from;
  if (direction === null) return 2 * candidates;
  return filter ? candidates : Math.min(candidates, offset + limit);
}
