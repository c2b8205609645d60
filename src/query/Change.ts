import type { AnyEntity } from '../interfaces/Entity.ts';

/** One entity before and after: `previous` is null for a new one, `entity` for a deleted one. */
export interface Change {
  /** As it was last given, so that its place can be found by its values. */
  readonly previous: AnyEntity | null;
  readonly entity: AnyEntity | null;
}

/** One change per id: from what the first one replaced to what the last one left. */
export function netChanges(changes: readonly Change[]): readonly Change[] {
  const net = new Map<string, Change>();
  for (const change of changes) {
    const id = (change.entity ?? change.previous)?.id;
    if (id === undefined) continue;
    const earlier = net.get(id);
    net.set(id, earlier ? { previous: earlier.previous, entity: change.entity } : change);
  }
  return [...net.values()];
}
