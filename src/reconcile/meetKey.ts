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
  /** It was never in step with this cloud: what is here comes from another one, or from none. */
  readonly isFirst: boolean;
  /** The cloud has forgotten deletions since this key was last in step with it: what it lacks may be deleted. */
  readonly isBehindHorizon: boolean;
  /** This device sees another part of the cloud since then: what it lacks may be withdrawn. */
  readonly isWithdrawing: boolean;
  /** Somebody waits for it: what was taken away to make room comes back. */
  readonly isWanted: boolean;
}

/** All that the cloud holds of one key meets all that is here. */
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
 * The cloud lacks it, and nothing says that it was deleted: it gets it. Missing tombstones differ in peace, but for those of
 * another cloud: whoever comes from there may not have heard of them. Of what was taken away here there is nothing to give:
 * another cloud has it.
 */
function offer(draft: KeyDraft, record: StoredRecord, { rules, isFirst }: MeetKeyOptions): null {
  const { entityName, id } = record;
  const entry = draft.entry(entityName, id);
  if (entry === undefined && (record.isEvicted || (record.isDeleted && !isFirst))) return null;
  draft.setEntry(entityName, id, entry === undefined ? newEntry(rules, null) : { ...entry, base: null });
  return null;
}

/**
 * What the cloud lacks may not be seen here any more, or was deleted. What of it was edited here and not sent is for the
 * cloud to refuse and for the app to look at.
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
  // What it was made of was withdrawn too; what comes to stand there meanwhile is not known.
  draft.setEntry(entityName, id, { ...entry, base: entry.base === null ? null : undefined });
  return null;
}

/** The journal of conflicts holds versions too. */
function dropWithdrawn(draft: KeyDraft, isLacking: (entityName: string, id: string) => boolean): void {
  draft.dropConflicts(({ entityName, id }) => isLacking(entityName, id) && draft.entry(entityName, id) === undefined);
}

/**
 * What the cloud lacks was deleted there, and the deletion is forgotten, unless it was made here. An edit of it wins only
 * if it is later than everything that was forgotten; else the deletion stands, and the edit can be restored by hand.
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
