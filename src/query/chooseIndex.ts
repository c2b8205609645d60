import type { AnyEntity } from '../interfaces/Entity.ts';
import { type Bounds, boundsOf } from './boundsOf.ts';
import { compareValues } from './compareValues.ts';
import type { FieldIndex } from './FieldIndex.ts';
import type { ParsedQuery } from './parseQuery.ts';
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
  /** About how many entities will be looked at. */
  readonly cost: number;
}

/** The plan that looks at the fewest entities; null if no index helps. */
export function chooseIndex(query: ParsedQuery, indexes: readonly FieldIndex[]): IndexPlan | null {
  let best: IndexPlan | null = null;
  const bounds = boundsOf(query);
  for (const index of indexes) {
    const plan = planFor(query, bounds, index);
    if (plan && (!best || plan.cost < best.cost)) best = plan;
  }
  return best;
}

function planFor(query: ParsedQuery, { equalities, ranges }: Bounds, index: FieldIndex): IndexPlan | null {
  const { leading, last, readLast } = index;
  if (!leading.every((field) => equalities.has(field))) return null;
  const direction = directionOf(query, equalities, last);
  const isEqual = equalities.has(last);
  const wanted = equalities.get(last);
  const bounds = Object.entries(isEqual ? { $gte: wanted, $lte: wanted } : (ranges.get(last) ?? {}));
  const isNarrowed = leading.length + bounds.length > 0;
  if (!isNarrowed && (direction === null || !query.compare)) return null;

  const list = index.group(leading.map((field) => equalities.get(field)));
  const place = (probe: (value: unknown) => number): number => list.lowerBound((entity) => probe(readLast(entity)));
  let from = 0;
  let to = list.length;
  for (const [operator, bound] of bounds) {
    const kind = kindOf(bound);
    // 1 stands for the place behind all that equals the bound.
    const behind = operator === '$gt' || operator === '$lte' ? 1 : 0;
    const edge = place((value) => compareValues(value, bound) - behind);
    // Only values of the kind of a bound lie within it, and a kind stands together in the order.
    const isLower = operator.startsWith('$g');
    from = Math.max(from, isLower ? edge : place((value) => kindOf(value) - kind));
    to = Math.min(to, isLower ? place((value) => kindOf(value) - kind - 1) : edge);
  }
  const filter = leading.length + (isEqual ? 1 : bounds.length) < query.conditions;
  const candidates = Math.max(0, to - from);
  let cost = candidates;
  if (direction === null) cost = 2 * candidates;
  else if (!filter) cost = Math.min(candidates, query.offset + query.limit);
  return { index, list, from, to: from + candidates, direction, filter, cost };
}

/** Which way a list by `last`, then id, is in the order of the query. A field that must equal a value orders nothing. */
function directionOf(
  { compare, ids, sort }: ParsedQuery,
  equalities: Bounds['equalities'],
  last: string,
): 'asc' | 'desc' | null {
  if (!compare) return 'asc';
  if (ids && !sort) return null;
  const [first, ...rest] = (sort ?? []).filter(({ field }) => !equalities.has(field));
  if (!first) return equalities.has(last) ? 'asc' : null;
  return rest.length === 0 && first.field === last ? first.direction : null;
}
