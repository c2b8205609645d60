import type { AnyEntity } from '../interfaces/Entity.ts';
import type { IndexPlan } from './chooseIndex.ts';
import { compareValues, equalValues } from './compareValues.ts';
import type { ParsedQuery } from './parseQuery.ts';
import { runQuery } from './runQuery.ts';

/** Takes the next entity; true when no more are wanted. */
type Take = (entity: AnyEntity) => boolean;

/** What `runQuery` gives, found through an index. Without an order asked for, the order is that of the index. */
export function runIndexed(query: ParsedQuery, plan: IndexPlan): AnyEntity[] {
  const { from, to, direction, list } = plan;
  if (direction === null) return runQuery(query, list.slice(from, to - from));
  const matches = plan.filter ? query.matches : null;
  const { offset, limit } = query;
  if (!matches && direction === 'asc') return list.slice(from + offset, Math.min(limit, to - from - offset));
  const rows: AnyEntity[] = [];
  if (limit === 0) return rows;

  let skip = offset;
  const take: Take = (entity) => {
    if (matches && !matches(entity)) return false;
    if (skip > 0) skip--;
    else rows.push(entity);
    return rows.length === limit;
  };
  // One more than wanted shows whether the last one wanted stands in a tie.
  const size = Math.min(offset + limit, 512) + 1;
  if (direction === 'asc') goUp(plan, from, to, size, take);
  else goDown(plan, size, take);
  return rows;
}

/** Returns whether all was taken that was wanted. */
function goUp({ list }: IndexPlan, from: number, to: number, size: number, take: Take): boolean {
  for (let start = from; start < to; start += size) {
    if (list.slice(start, Math.min(size, to - start)).some(take)) return true;
  }
  return false;
}

/** From the end, but the ids of a tie still go up: each run of equal values keeps its own order. */
function goDown(plan: IndexPlan, size: number, take: Take): void {
  const { index, list, from, to } = plan;
  const { readLast } = index;
  let end = to;
  while (end > from) {
    const start = Math.max(from, end - size);
    const block = list.slice(start, end - start);
    let high = block.length;
    let value = readLast(block[high - 1]!);
    while (high > 0) {
      let low = high - 1;
      let below: unknown;
      while (low > 0 && equalValues((below = readLast(block[low - 1]!)), value)) low--;
      // The first run of the block may begin before it.
      if (low === 0 && start > from) break;
      for (let i = low; i < high; i++) if (take(block[i]!)) return;
      high = low;
      value = below;
    }
    end = start + high;
    if (high === 0) continue;
    const tie = value;
    const begin = list.lowerBound((entity) => compareValues(readLast(entity), tie));
    if (goUp(plan, Math.max(from, begin), end, size, take)) return;
    end = Math.max(from, begin);
  }
}
