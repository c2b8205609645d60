import type { KeyDraft } from '../blob/KeyDraft.ts';
import type { Horizon } from '../interfaces/ISharedTier.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { groupBy } from '../util/groupBy.ts';
import { placeOf } from '../util/placeOf.ts';
import { areRivals } from './areRivals.ts';
import { latestOf } from './compareRecords.ts';
import { type Finding, isSame, type LinkRules, newEntry } from './Finding.ts';
import { meetRemote } from './meetRemote.ts';
import { noteConflict } from './noteConflict.ts';

export interface MeetKeyOptions {
  readonly rules: LinkRules;
  readonly horizon: Horizon;
  /** This key was never in step with this cloud: what is here comes from another cloud, or from none. */
  readonly isFirst: boolean;
  /** The cloud has forgotten deletions since this key was last in step with it: what it lacks may be deleted. */
  readonly isBehindHorizon: boolean;
  /** The permissions of this device have changed since then: what the cloud does not show may have been withdrawn. */
  readonly isWithdrawing: boolean;
  /** Somebody is reading the key: evicted records come back. */
  readonly isWanted: boolean;
}

/**
 * Everything that the cloud holds of one key meets everything that is here. Returns what that changed here; what the cloud
 * lacks is noted in the outbox.
 */
export function meetKey(draft: KeyDraft, cloud: readonly StoredRecord[], options: MeetKeyOptions): Finding[] {
  const { rules } = options;
  const findings: Finding[] = [];
  const there = groupBy(
    cloud.filter(({ entityName }) => rules.isSynced(entityName)),
    ({ entityName, id }) => placeOf(entityName, id),
  );
  for (const versions of there.values()) {
    const { entityName, id } = versions[0] as StoredRecord;
    const before = draft.record(entityName, id);
    const isKnown = before?.isEvicted && versions.every((version) => isSame(version, before));
    if (isKnown && !options.isWanted) continue;
    const known = draft.entry(entityName, id)?.base ?? before;
    const isRival = options.isFirst && known !== undefined && areRivals(known, latestOf(versions) as StoredRecord);
    const finding = meetRemote(draft, entityName, id, versions, rules, isRival ? 'rival' : 'compared');
    if (finding !== null) findings.push(finding);
  }
  const isLacking = (entityName: string, id: string): boolean =>
    rules.isSynced(entityName) && !there.has(placeOf(entityName, id));
  if (options.isWithdrawing) dropWithdrawn(draft, isLacking);
  const decide = options.isWithdrawing ? withdraw : options.isBehindHorizon ? rebaseline : offer;
  for (const record of draft.records()) {
    if (!isLacking(record.entityName, record.id)) continue;
    const finding = decide(draft, record, options);
    if (finding !== null) findings.push(finding);
  }
  return findings;
}

/**
 * The cloud lacks this record, and nothing says that it was deleted there: it is noted to be sent.
 *
 * A tombstone is sent only on first contact. Between tiers that were in step, tombstone sets may differ: a missing one
 * matters only when a stale record comes back, and then it is sent (see `meetRemote`). But a device that joins from this
 * device's earlier cloud may still hold the record, and would bring it back. A stub is never sent: it has no content.
 */
function offer(draft: KeyDraft, record: StoredRecord, { rules, isFirst }: MeetKeyOptions): null {
  const { entityName, id } = record;
  const entry = draft.entry(entityName, id);
  if (entry === undefined && (record.isEvicted || (record.isDeleted && !isFirst))) return null;
  draft.setEntry(entityName, id, entry === undefined ? newEntry(rules, null) : { ...entry, base: null });
  return null;
}

/**
 * The cloud does not show this record any more, because it was withdrawn from this device or deleted: it goes from here. An
 * edit of it that was not sent stays to be sent; the cloud refuses it if need be, and the app can show why.
 */
function withdraw(draft: KeyDraft, record: StoredRecord, options: MeetKeyOptions): Finding | null {
  const { entityName, id } = record;
  const entry = draft.entry(entityName, id);
  if (entry === undefined) {
    draft.remove(entityName, id);
    return { entityKey: draft.entityKey, entityName, id, before: record, after: null, isWithdrawn: true };
  }
  const isLater = record.stamp > options.horizon.stamp;
  if (options.isBehindHorizon && !isLater) return rebaseline(draft, record, options);
  // The base was withdrawn, too. What the cloud holds in its place is not known from now on.
  draft.setEntry(entityName, id, { ...entry, base: entry.base === null ? null : undefined });
  return null;
}

/** The journal of conflicts holds versions of withdrawn records, too. */
function dropWithdrawn(draft: KeyDraft, isLacking: (entityName: string, id: string) => boolean): void {
  draft.dropConflicts(({ entityName, id }) => isLacking(entityName, id) && draft.entry(entityName, id) === undefined);
}

/**
 * The cloud lacks this record and has forgotten deletions since this key was last in step. So the record was deleted there,
 * unless it was created here. An edit of it wins only if it is later than all forgotten deletions. Otherwise the deletion
 * stands, and the edit goes to the journal of conflicts, where it can be restored.
 */
function rebaseline(draft: KeyDraft, record: StoredRecord, { horizon, rules }: MeetKeyOptions): Finding | null {
  const { entityName, id } = record;
  const entry = draft.entry(entityName, id);
  const isOwnCreation = entry?.base === null && entry.sent.length === 0;
  if (isOwnCreation && !record.isDeleted) return null;
  if (entry !== undefined && !record.isDeleted && record.stamp > horizon.stamp) {
    draft.setEntry(entityName, id, { ...entry, base: null });
    return null;
  }
  draft.remove(entityName, id);
  const reason = 'it was deleted elsewhere, so long ago that the deletion itself is forgotten';
  if (entry !== undefined && !record.isDeleted) {
    noteConflict(draft, { base: entry.base, local: record, remote: null, winner: null, reason }, rules);
  }
  return { entityKey: draft.entityKey, entityName, id, before: record, after: null };
}
