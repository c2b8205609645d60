import type { AnyEntity } from '../interfaces/Entity.ts';
import type { IndexPlan } from './chooseIndex.ts';
import { compareValues } from './compareValues.ts';
import type { ParsedQuery } from './parseQuery.ts';
import { runQuery } from './runQuery.ts';

/** Takes the next entity; true when no more are wanted. */
type Take = (entity: AnyEntity) => boolean;

/** What `runQuery` gives, found through an index. Without an order asked for, the order is that of the index. */
export function runIndexed(query: ParsedQuery, plan: IndexPlan): AnyEntity[] {
  const { list, from, to, direction } = plan;
  const { offset, limit } = query;
  if (direction === null) return runQuery(query, list.slice(from, to - from));
  const matches = plan.filter ? query.matches : null;
  if (!matches && direction === 'asc') return list.slice(from + offset, Math.min(limit, to - from - offset));

  const wanted = offset + limit;
  const rows: AnyEntity[] = [];
  const take: Take = (entity) => {
    if (rows.length < wanted && (!matches || matches(entity))) rows.push(entity);
    return rows.length >= wanted;
  };
  // In blocks, so that a small limit does not copy the whole list.
  const size = Math.min(wanted, 512) + 1;
  if (direction === 'asc') goUp(plan, from, to, size, take);
  else goDown(plan, size, take);
  return offset > 0 ? rows.slice(offset) : rows;
}

/** Returns whether all was taken that was wanted. */
function goUp({ list }: IndexPlan, from: number, to: number, size: number, take: Take): boolean {
  for (let start = from; start < to; start += size) {
    if (list.slice(start, Math.min(size, to - start)).some(take)) return true;
  }
  return false;
}

/** From the end, but the ids of a tie still go up. */
function goDown(plan: IndexPlan, size: number, take: Take): void {
  const { index, list, from, to } = plan;
  for (let end = to; end > from; ) {
    const start = Math.max(from, end - size);
    const block = list.slice(start, end - start);
    let high = block.length;
    let value = index.readLast(block[high - 1]!);
    for (let low = high - 1; low > 0; low--) {
      const below = index.readLast(block[low - 1]!);
      if (compareValues(below, value) === 0) continue;
      for (let i = low; i < high; i++) if (take(block[i]!)) return;
      high = low;
      value = below;
    }
    // The lowest tie of a block may begin far before it.
    const tied = value;
    const tie = Math.max(
      from,
      list.lowerBound((entity) => compareValues(index.readLast(entity), tied)),
    );
    if (goUp(plan, tie, start + high, size, take)) return;
    end = tie;
  }
}
