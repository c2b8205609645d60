import type { KeyDraft } from '../blob/KeyDraft.ts';
import { storedForm } from '../blob/storedForm.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import type { LinkRules } from './Finding.ts';

/** Two versions met that were made without knowing of each other, and what became of them. */
export interface DecidedConflict {
  /** What both started from. Undefined: not known. */
  readonly base: StoredRecord | null | undefined;
  readonly local: StoredRecord;
  /** Null: the other side has nothing, and has forgotten why. */
  readonly remote: StoredRecord | null;
  /** Null: nothing is left. */
  readonly winner: StoredRecord | null;
  readonly reason: string;
}

/** Stands in the blob from now on, in the same write as what was decided: no crash can come between the two. */
export function noteConflict(
  draft: KeyDraft,
  { base, local, remote, winner, reason }: DecidedConflict,
  rules: LinkRules,
): void {
  const { entityName, id } = local;
  // Of a stub the content is not known.
  const isKnown = base !== undefined && !base?.isEvicted;
  draft.noteConflict({
    number: rules.nextConflict(),
    at: rules.now,
    entityName,
    id,
    strategy: rules.strategyOf(entityName),
    reason,
    ...(isKnown ? { base: storedForm(base) } : {}),
    local: storedForm(local),
    remote: storedForm(remote),
    winner: winner === local ? 'local' : winner !== null && winner === remote ? 'remote' : storedForm(winner),
  });
}
