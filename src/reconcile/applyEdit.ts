import type { KeyDraft } from '../blob/KeyDraft.ts';
import type { ApplyResult, Change } from '../interfaces/ITier.ts';
import type { OutboxEntry } from '../interfaces/OutboxEntry.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { compareRecords } from './compareRecords.ts';
import { isSame, type LinkRules, newEntry } from './Finding.ts';
import { noteConflict } from './noteConflict.ts';
import { applied, takeLater } from './takeLater.ts';
import { restamped } from './takePending.ts';

/** A change that was made in memory, on its way down to the local tier. */
export interface Edit extends Change {
  /**
   * The version in memory from which it was made. Null: there was none. Undefined: not known any more; then it counts as made
   * from what the local tier holds.
   */
  readonly base?: StoredRecord | null | undefined;
  /** An earlier version of this edit that was written with unknown outcome: the local tier may hold it. */
  readonly maybeThere?: StoredRecord | undefined;
}

/**
 * An edit from memory arrives at the local tier and, if its name is synced, is noted in the outbox together with the version
 * the cloud held before. If a cloud or another tab has changed the local tier since the edit was made, the two are in conflict
 * and are resolved here. If only a stub of that change is here, they meet when the cloud gives its content.
 */
export function applyEdit(draft: KeyDraft, edit: Edit, rules: LinkRules): ApplyResult {
  const { entityKey, entityName, id, record } = edit;
  const current = draft.record(entityName, id);
  const isSynced = rules.isSynced(entityName);
  // Of what is not synced nobody brings what an edit of a stub would have to be compared with.
  if (record === null || (!isSynced && current?.isEvicted)) return takeLater(draft, edit);
  const entry = draft.entry(entityName, id);
  const keepOver = (kept: StoredRecord, before: OutboxEntry['base']): void => {
    draft.put(kept, current);
    if (!isSynced) return;
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
    // A base with the stamp of the stub stands for it: memory kept only the stamp of a record that it could not read.
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
  // Here is the version from which the edit was made, but with a stamp that was corrected for the cloud (`takePending`).
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
