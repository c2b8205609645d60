import type { KeyDraft } from '../blob/KeyDraft.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { compareRecords, latestOf } from './compareRecords.ts';
import { type Finding, isSame, type LinkRules, newEntry } from './Finding.ts';
import { noteConflict } from './noteConflict.ts';

/**
 * How a version of the cloud has come here.
 *
 * - `told`: as a change in its history.
 * - `compared`: as part of everything that the cloud has of a key. If this device holds a later version without an entry in
 *   the outbox, the cloud has lost that version or never got it, and it is sent again.
 * - `rival`: as `compared`, from a cloud this device was never in step with, and it is certain that neither version was made
 *   from the other: they are in conflict even if nothing was edited here.
 */
export type Meeting = 'told' | 'compared' | 'rival';

/**
 * Decides what becomes of one id when versions of the cloud meet the record here; `versions` are in the order in which they
 * were made. A version that was sent from here confirms the outbox entry, and is never a conflict.
 */
export function meetRemote(
  draft: KeyDraft,
  entityName: string,
  id: string,
  versions: readonly StoredRecord[],
  rules: LinkRules,
  meeting: Meeting,
): Finding | null {
  const before = draft.record(entityName, id);
  const later = afterOwn(draft, before, { entityName, id, versions }, rules);
  const remote = latestOf(later);
  if (remote === undefined) return null;
  const take = (after: StoredRecord): Finding => {
    draft.put(after, before);
    return { entityKey: draft.entityKey, entityName, id, before, after };
  };
  const isCompared = meeting !== 'told';
  const isRival = meeting === 'rival';
  // The stub of this very version stands here. A change that happens by does not bring the content back; a fetch does.
  if (before?.isEvicted && !isCompared && isSame(before, remote)) return null;
  const order = before === undefined ? 1 : compareRecords(remote, before);
  const entry = draft.entry(entityName, id);
  if (before === undefined || (entry === undefined && !isRival)) {
    if (order > 0) draft.setEntry(entityName, id, null);
    // The cloud has something older than what is here. If that is a deletion here, the cloud was never told of it, and
    // somebody who had not heard of it brought the record back: it is told now.
    else if (order < 0 && (isCompared || before?.isDeleted)) draft.setEntry(entityName, id, newEntry(rules, remote));
    return order > 0 ? take(remote) : null;
  }
  // Not later than the base, so it was seen before: an answer that came late, or history that is read again after a crash.
  const waiting = entry ?? newEntry(rules, remote);
  const base = isRival ? undefined : waiting.base;
  if (base && (isSame(remote, base) || compareRecords(remote, base) <= 0)) return null;
  if (before.isDeleted && remote.isDeleted) {
    draft.setEntry(entityName, id, order >= 0 ? null : { ...waiting, base: remote });
    return order > 0 ? take(remote) : null;
  }
  const resolution = rules.resolve({ base, local: before, remote });
  const { kind, reason } = resolution;
  const winner = kind === 'keep-local' ? before : kind === 'new' ? resolution.record : remote;
  draft.setEntry(entityName, id, winner === remote ? null : { ...waiting, base: remote });
  noteConflict(draft, { base, local: before, remote, winner, reason }, rules);
  return winner === before ? null : take(winner);
}

/** The versions after the latest one that was sent from here. Seeing that one in the cloud confirms it. */
function afterOwn(
  draft: KeyDraft,
  before: StoredRecord | undefined,
  { entityName, id, versions }: { entityName: string; id: string; versions: readonly StoredRecord[] },
  rules: LinkRules,
): readonly StoredRecord[] {
  const entry = draft.entry(entityName, id);
  if (entry === undefined || before === undefined) return versions;
  const isOwn = ({ hash }: StoredRecord): boolean => hash === before.hash || entry.sent.includes(hash);
  const last = versions.findLastIndex(isOwn);
  const own = versions[last];
  if (own === undefined) return versions;
  const isLatest = own.hash === before.hash;
  if (!isLatest) draft.setEntry(entityName, id, { ...entry, base: own });
  else if (rules.isSettled(entityName, id)) draft.setEntry(entityName, id, null);
  return versions.slice(last + 1);
}
