import { addHash } from '../blob/hash.ts';
import type { InspectedKey } from '../interfaces/Inspection.ts';
import type { KeySummary } from '../interfaces/Metadata.ts';

/** What a summary says, of some of its names. */
export function inspectedKey({ entities, bytes }: KeySummary, isMeant = (_entityName: string) => true): InspectedKey {
  const meant = Object.entries(entities).filter(([name]) => isMeant(name));
  const total = (countOf: (name: (typeof entities)[string]) => number): number =>
    meant.reduce((sum, [, name]) => sum + countOf(name), 0);
  const evicted = total(({ evictedCount = 0 }) => evictedCount);
  return {
    hash: meant.reduce((sum, [, { hash }]) => addHash(sum, hash), 0),
    hashBelow: null,
    entities: total(({ count }) => count) - evicted,
    deletions: total(({ deletedCount }) => deletedCount),
    evicted,
    bytes: bytes ?? null,
    waiting: 0,
    isWhole: true,
  };
}
