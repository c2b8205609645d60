import type { AnyEntity } from '../interfaces/Entity.ts';
import type { Predicate } from './compileWhere.ts';

/** One entity before and after: `previous` is null for a new one, `entity` for a deleted one. */
export interface Change {
  /** As it was last given, so that its place can be found by its values. */
  readonly previous: AnyEntity | null;
  readonly entity: AnyEntity | null;
}

/** What changes, one an id, take away and what they bring, of all that matches; an entity that differs is both. */
export interface Difference {
  readonly removed: readonly AnyEntity[];
  readonly added: readonly AnyEntity[];
}

export function differenceOf(changes: readonly Change[], matches: Predicate | null): Difference {
  const removed: AnyEntity[] = [];
  const added: AnyEntity[] = [];
  for (const { previous, entity } of changes) {
    if (previous === entity) continue;
    if (previous && (!matches || matches(previous))) removed.push(previous);
    if (entity && (!matches || matches(entity))) added.push(entity);
  }
  return { removed, added };
}
