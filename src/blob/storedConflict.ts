import type { JsonValue } from '../interfaces/EntityKeyData.ts';
import type { ConflictStrategy } from '../interfaces/SyncTypes.ts';

/** A conflict that was decided, as it stands in the blob of its key: it is as durable as what was decided. */
export interface StoredConflict {
  /** Later ones have greater numbers. */
  readonly number: number;
  readonly at: number;
  readonly entityName: string;
  readonly id: string;
  readonly strategy: ConflictStrategy;
  readonly reason: string;
  /** What both started from; left out: not known, or not noted by an earlier version of tiersync. */
  readonly base?: JsonValue;
  /** Both versions, each as a record is kept beside others. */
  readonly local: JsonValue;
  readonly remote: JsonValue;
  /** What became of them: `local`, `remote`, or a version that was made of both. */
  readonly winner: JsonValue;
}

/** Bounded, because nobody may ever look: the latest of each key. */
const conflictsAtMost = 100;
const unitsAtMost = 1_000_000;

export const isStoredConflict = (value: unknown): value is StoredConflict => {
  const { number, at, entityName, id, strategy, reason } = Object(value) as { readonly [field: string]: unknown };
  const isText = [entityName, id, strategy, reason].every((text) => typeof text === 'string');
  return isText && Number.isSafeInteger(number) && Number.isSafeInteger(at);
};

export function withinLimits(conflicts: readonly StoredConflict[]): readonly StoredConflict[] {
  let kept = conflicts.slice(-conflictsAtMost);
  while (kept.length > 1 && JSON.stringify(kept).length > unitsAtMost) kept = kept.slice(1);
  return kept;
}
