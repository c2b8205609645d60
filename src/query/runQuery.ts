import type { AnyEntity } from '../interfaces/Entity.ts';
import { NO_LIMIT, type ParsedQuery } from './parseQuery.ts';

/** The answer to a query, in one pass over the source. */
export function runQuery(query: ParsedQuery, source: Iterable<AnyEntity>): AnyEntity[] {
  const { compare, offset, limit } = query;
  const found = findMatches(query, source, offset + limit);
  return compare ? found.sort(compare).slice(offset, offset + limit) : found;
}

/**
 * Matches in any order, at least the first `count` in the order of the query. They gather in a buffer that is sorted and
 * cut back when it is full; from then on the last one kept is the bar, and nearly everything fails it with one comparison.
 */
export function findMatches(
  { matches, compare }: ParsedQuery,
  source: Iterable<AnyEntity>,
  count: number,
): AnyEntity[] {
  if (!matches && count === NO_LIMIT) return [...source];
  const full = Math.max(2 * count, 64);
  const found: AnyEntity[] = [];
  let bar: AnyEntity | undefined;
  for (const entity of source) {
    if (matches && !matches(entity)) continue;
    if (bar && compare!(entity, bar) > 0) continue;
    found.push(entity);
    if (found.length === full) {
      found.sort(compare!);
      found.length = count;
      bar = found[count - 1];
    }
  }
  return found;
}
