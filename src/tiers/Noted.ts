import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { placeOf } from '../util/placeOf.ts';
import type { Held } from './Held.ts';

/** What stood below before a delivery that may or may not have arrived: equal to nothing. */
export class Uncertain {
  /** What was there before it, and what it would have put there; undefined: not known. */
  readonly base: StoredRecord | null | undefined;
  readonly sent: StoredRecord | undefined;

  constructor(base: StoredRecord | null | undefined, sent: StoredRecord | undefined) {
    this.base = base;
    this.sent = sent;
  }
}

/** What was written of one entity name and not delivered. */
export interface Noted {
  /** Ids in the order they were written, with what stood there before; the first of an id is its base. */
  ids: string[];
  before: (Held | Uncertain)[];
  /** The step that each write was a part of; 0: of none that matters any more. */
  steps: number[];
}

/** Notes it in front: it was written before everything that is noted already. */
export function prepend(noted: Noted, ids: readonly string[], before: readonly Uncertain[]): void {
  noted.ids = ids.concat(noted.ids);
  noted.before = [...before, ...noted.before];
  noted.steps = ids.map(() => 0).concat(noted.steps);
}

/**
 * What must stay in the journal: what is not wanted, and each deletion that shares a step with what must stay. Half a
 * move would be neither here nor there after a crash.
 */
export function whatStays(
  names: ReadonlyMap<string, Noted>,
  isThere: (entityName: string, id: string) => boolean,
  isWanted: (id: string) => boolean,
): ReadonlySet<string> {
  const staying = new Set<string>();
  const waiting = new Set<number>();
  for (let before = -1; before !== waiting.size; ) {
    before = waiting.size;
    for (const [entityName, { ids, steps }] of names) {
      for (const [i, id] of ids.entries()) {
        const isLeftOut = !isWanted(id);
        if (!isLeftOut && staying.size === 0) continue;
        const step = steps[i] as number;
        const isActive = isThere(entityName, id);
        const isHalf = !isActive && (waiting.has(step) || staying.has(placeOf(entityName, id)));
        if (isLeftOut || isHalf) staying.add(placeOf(entityName, id));
        if (step !== 0 && ((isLeftOut && isActive) || (isHalf && !isLeftOut))) waiting.add(step);
      }
    }
  }
  return staying;
}
