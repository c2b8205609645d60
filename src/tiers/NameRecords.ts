import type { AnyEntity } from '../interfaces/Entity.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { placeOf } from '../util/placeOf.ts';
import type { EntityLookup } from './foreignEntities.ts';

/** What memory holds of one id: the entity, or the time of its deletion, or nothing. */
export type Held = AnyEntity | number | undefined;

export const stampOf = (held: AnyEntity | number): number =>
  typeof held === 'number' ? held : held.updatedAt.getTime();

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

/** All that memory knows of one entity name. */
export interface NameRecords {
  readonly entities: EntityLookup;
  readonly graves: Map<string, number>;
  /** Ids in the order they were written, with what stood there before; the first of an id is its base. */
  ids: string[];
  before: (Held | Uncertain)[];
  /** The step that each write was a part of; 0: of none that matters any more. */
  steps: number[];
}

export const heldIn = ({ entities, graves }: NameRecords, id: string): Held =>
  entities.get(id) ?? (graves.size === 0 ? undefined : graves.get(id));

/** Before everything later. */
export function prepend(records: NameRecords, ids: readonly string[], before: readonly Uncertain[]): void {
  records.ids = ids.concat(records.ids);
  records.before = [...before, ...records.before];
  records.steps = ids.map(() => 0).concat(records.steps);
}

/**
 * What must stay in the journals: what is not wanted, and each deletion that shares a step with what must stay. Half a
 * move would be neither here nor there after a crash.
 */
export function whatStays(
  names: ReadonlyMap<string, NameRecords>,
  isWanted: (id: string) => boolean,
): ReadonlySet<string> {
  const staying = new Set<string>();
  const waiting = new Set<number>();
  for (let before = -1; before !== waiting.size; ) {
    before = waiting.size;
    for (const [entityName, records] of names) {
      for (const [i, id] of records.ids.entries()) {
        const step = records.steps[i] as number;
        const isActive = typeof heldIn(records, id) === 'object';
        const isLeftOut = !isWanted(id);
        const isHalf = !isActive && (waiting.has(step) || staying.has(placeOf(entityName, id)));
        if (isLeftOut || isHalf) staying.add(placeOf(entityName, id));
        if (step !== 0 && ((isLeftOut && isActive) || (isHalf && !isLeftOut))) waiting.add(step);
      }
    }
  }
  return staying;
}
