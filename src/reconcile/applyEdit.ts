import type { KeyDraft } from '../blob/KeyDraft.ts';
import type { ApplyResult, Change } from '../interfaces/ITier.ts';
import type { OutboxEntry } from '../interfaces/OutboxEntry.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { compareRecords } from './compareRecords.ts';
import { isSame, type LinkRules, newEntry } from './Finding.ts';
import { noteConflict } from './noteConflict.ts';
import { applied, takeLater } from './takeLater.ts';
import { restamped } from './takePending.ts';

/** A change that was made in memory, with what it was made of. */
export interface Edit extends Change {
  /** Null: nothing was there. Undefined: not known any more; what stands in the tier is taken for it. */
  readonly base?: StoredRecord | null | undefined;
  /** An earlier delivery of it whose outcome is not known. */
  readonly maybeThere?: StoredRecord | undefined;
}

/**
 * An edit from memory arrives at the local tier and is noted in the outbox, with what the cloud held when it all began.
 * Where something came in between, from a cloud or another tab, the two are in conflict, and neither is lost in silence;
 * where only the cloud has that, they meet when it comes.
 */
export function applyEdit(draft: KeyDraft, edit: Edit, rules: LinkRules): ApplyResult {
  const { entityKey, entityName, id, record } = edit;
  if (record === null || !rules.isSynced(entityName)) return takeLater(draft, edit);
  const current = draft.record(entityName, id);
  const entry = draft.entry(entityName, id);
  const keepOver = (kept: StoredRecord, before: OutboxEntry['base']): void => {
    draft.put(kept, current);
    draft.setEntry(entityName, id, entry === undefined ? newEntry(rules, before) : { ...entry, rejected: null });
  };
  if (current === undefined) {
    keepOver(record, rules.isHeld(entityKey) ? null : undefined);
    return applied;
  }
  const keep = (kept: StoredRecord): void => keepOver(kept, current);
  const order = compareRecords(record, current);
  if (order === 0 || (current.isEvicted && isSame(record, current))) return applied;
  const { base } = edit;
  if (current.isEvicted) {
    const isUnseen = base === undefined || base === null;
    // Whoever had not seen it has its stamp at most, in the place of a record that cannot be read.
    if (order > 0 && (isUnseen || base.stamp === current.stamp))
      keepOver(record, isSame(base, current) ? base : current);
    else {
      keepOver(record, base ?? undefined);
      rules.lookAgain(entityKey);
    }
    return applied;
  }
  const madeOf = [base, edit.maybeThere];
  const isMadeOfIt = base === undefined || madeOf.some((one) => isSame(one, current));
  // What it was made of was given another time on its way to the cloud.
  if (!isMadeOfIt && madeOf.some((one) => one && isSame(restamped(one, current.stamp), current))) {
    const kept = order > 0 ? record : restamped(record, current.stamp + 1);
    keep(kept);
    return kept === record ? applied : { outcome: 'superseded', record: kept };
  }
  if (isMadeOfIt || (record.isDeleted && current.isDeleted)) {
    if (order < 0) return { outcome: 'superseded', record: current };
    keep(record);
    return applied;
  }
  const resolution = rules.resolve({ base, local: record, remote: current });
  const winner = resolution.kind === 'keep-local' ? record : resolution.kind === 'new' ? resolution.record : current;
  if (winner !== current) keep(winner);
  noteConflict(draft, { base, local: record, remote: current, winner, reason: resolution.reason }, rules);
  return winner === record ? applied : { outcome: 'superseded', record: winner };
}
