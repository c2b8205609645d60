import type { KeyDraft } from '../blob/KeyDraft.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { compareRecords, mergeRecords } from './compareRecords.ts';
import { type Finding, type FoundConflict, type LinkRules, newEntry } from './Finding.ts';

/**
 * What the cloud holds of one id meets what is here. `versions`: as they came into being, oldest first. A version that
 * was sent from here is the confirmation of it, never a conflict. `isCompared`: that is all the cloud has, so that
 * something later here without an entry in the outbox is one that the cloud has lost or never got.
 */
export function meetRemote(
  draft: KeyDraft,
  entityName: string,
  id: string,
  versions: readonly StoredRecord[],
  rules: LinkRules,
  isCompared: boolean,
): Finding | null {
  const before = draft.record(entityName, id);
  const { later, isConfirmed } = afterOwn(draft, entityName, id, before, versions, rules);
  const found = (after: StoredRecord | null, conflict: FoundConflict | null): Finding => ({
    entityKey: draft.entityKey,
    entityName,
    id,
    before,
    after,
    isConfirmed,
    conflict,
  });
  const remote = later.reduce<StoredRecord | undefined>(mergeRecords, undefined);
  const nothingNew = isConfirmed && before !== undefined ? found(before, null) : null;
  if (remote === undefined) return nothingNew;
  const order = before === undefined ? 1 : compareRecords(remote, before);
  const entry = draft.entry(entityName, id);
  if (entry === undefined || before === undefined) {
    if (order > 0) {
      draft.put(remote, before);
      draft.setEntry(entityName, id, null);
      return found(remote, null);
    }
    if (order < 0 && isCompared) draft.setEntry(entityName, id, newEntry(rules, remote));
    return nothingNew;
  }
  // Seen before: an answer that came late, or a history that is read again after a crash.
  if (entry.base && compareRecords(remote, entry.base) <= 0) return nothingNew;
  if (before.isDeleted && remote.isDeleted) {
    if (order > 0) draft.put(remote, before);
    draft.setEntry(entityName, id, order >= 0 ? null : { ...entry, base: remote });
    return found(order > 0 ? remote : before, null);
  }
  const resolution = rules.resolve({ base: entry.base, local: before, remote });
  const { kind, reason } = resolution;
  const winner = kind === 'keep-local' ? before : kind === 'new' ? resolution.record : remote;
  if (winner !== before) draft.put(winner, before);
  draft.setEntry(entityName, id, winner === remote ? null : { ...entry, base: remote });
  return found(winner, { base: entry.base, local: before, remote, winner, reason });
}

/** Finds the latest version that was sent from here, and what came after it. */
function afterOwn(
  draft: KeyDraft,
  entityName: string,
  id: string,
  before: StoredRecord | undefined,
  versions: readonly StoredRecord[],
  rules: LinkRules,
): { readonly later: readonly StoredRecord[]; readonly isConfirmed: boolean } {
  const entry = draft.entry(entityName, id);
  if (entry === undefined || before === undefined) return { later: versions, isConfirmed: false };
  const isOwn = ({ hash }: StoredRecord): boolean => hash === before.hash || entry.sent.includes(hash);
  const last = versions.findLastIndex(isOwn);
  const own = versions[last];
  if (own === undefined) return { later: versions, isConfirmed: false };
  const later = versions.slice(last + 1);
  const isLatest = own.hash === before.hash;
  if (isLatest && !rules.isSettled(entityName, id)) return { later, isConfirmed: false };
  draft.setEntry(entityName, id, isLatest ? null : { ...entry, base: own });
  return { later, isConfirmed: isLatest };
}
