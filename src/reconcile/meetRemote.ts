import type { KeyDraft } from '../blob/KeyDraft.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { compareRecords, latestOf } from './compareRecords.ts';
import { type Finding, isSame, type LinkRules, newEntry } from './Finding.ts';
import { noteConflict } from './noteConflict.ts';

/**
 * How a version of the cloud comes here. `compared`: that is all the cloud has, so that something later here without an
 * entry in the outbox is one that the cloud has lost or never got. `rival`: moreover it is certain that neither it nor what
 * this device has from its cloud was made of the other.
 */
export type Meeting = 'told' | 'compared' | 'rival';

/**
 * What the cloud holds of one id meets what is here. `versions`: as they came into being, oldest first. A version that
 * was sent from here is the confirmation of it, never a conflict.
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
  // Known already; only who asks for it wants its content here.
  if (before?.isEvicted && !isCompared && isSame(before, remote)) return null;
  const order = before === undefined ? 1 : compareRecords(remote, before);
  const entry = draft.entry(entityName, id);
  if (before === undefined || (entry === undefined && !isRival)) {
    if (order > 0) draft.setEntry(entityName, id, null);
    // A cloud that was not told of a deletion shows it by what comes back, brought by somebody who did not know of it.
    else if (order < 0 && (isCompared || before?.isDeleted)) draft.setEntry(entityName, id, newEntry(rules, remote));
    return order > 0 ? take(remote) : null;
  }
  // Seen before: an answer that came late, or a history that is read again after a crash.
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

/** What came after the latest version that was sent from here; that one is confirmed by being there. */
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
