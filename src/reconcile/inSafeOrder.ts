import type { Change } from '../interfaces/ITier.ts';
import { placeOf } from '../util/placeOf.ts';

/**
 * Where several keys cannot be stored in one step, what is created is stored before what is deleted: a crash in the
 * middle of a move leaves both places, never none. Changes of one id keep their order.
 */
export function inSafeOrder(changes: readonly Change[]): readonly (readonly Change[])[] {
  const first: Change[] = [];
  const second: Change[] = [];
  const postponed = new Set<string>();
  for (const change of changes) {
    const place = placeOf(change.entityName, change.id);
    if (change.record?.isDeleted === false && !postponed.has(place)) first.push(change);
    else {
      second.push(change);
      postponed.add(place);
    }
  }
  return [first, second];
}
