import type { AnyEntity } from '../interfaces/Entity.ts';
import type { Comparator } from './compileSort.ts';
import type { Predicate } from './compileWhere.ts';
import type { ParsedQuery } from './parseQuery.ts';

/** The answer to a query, in one pass over the source. */
export function runQuery(query: ParsedQuery, source: Iterable<AnyEntity>): AnyEntity[] {
  const { matches, compare, offset, limit } = query;
  if (!compare) return findMatches(matches, source);
  const end = offset + limit;
  if (limit === 0) return [];
  if (end === Number.POSITIVE_INFINITY) return findMatches(matches, source).sort(compare).slice(offset);
  return smallest(source, matches, compare, end).slice(offset);
}

export function findMatches(matches: Predicate | null, source: Iterable<AnyEntity>): AnyEntity[] {
  if (!matches) return [...source];
  const found: AnyEntity[] = [];
  for (const entity of source) if (matches(entity)) found.push(entity);
  return found;
}

/**
 * The first `count` in order. Candidates gather in a buffer that is sorted and cut back when it is full; from then on
 * the last one kept is the bar, and nearly everything fails it with one comparison.
 */
function smallest(
  source: Iterable<AnyEntity>,
  matches: Predicate | null,
  compare: Comparator,
  count: number,
): AnyEntity[] {
  const full = Math.max(2 * count, 64);
  const found: AnyEntity[] = [];
  let bar: AnyEntity | undefined;
  for (const entity of source) {
    if (matches && !matches(entity)) continue;
    if (bar && compare(entity, bar) > 0) continue;
    found.push(entity);
    if (found.length === full) {
      found.sort(compare);
      found.length = count;
      bar = found[count - 1];
    }
  }
  found.sort(compare);
  if (found.length > count) found.length = count;
  return found;
}
