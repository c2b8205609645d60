import type { KeyDraft } from '../blob/KeyDraft.ts';
import { activeRecord, tombstone } from '../blob/records.ts';
import type { Change } from '../interfaces/ITier.ts';
import type { OutboxEntry } from '../interfaces/OutboxEntry.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { compareRecords } from './compareRecords.ts';
import type { Finding } from './Finding.ts';

/** A change on its way to the cloud, and its place in the row. */
export interface Outgoing extends Change {
  readonly record: StoredRecord;
  readonly order: number;
  readonly at: number;
  /** What the cloud is known to hold. */
  readonly base: StoredRecord | null | undefined;
}

export interface TakePendingOptions {
  readonly isWanted: (entityName: string, id: string) => boolean;
  /** No deletion that is forgotten, or that is not held here, is stamped later. */
  readonly floor: number;
  /** By the clock of the cloud; null: not known. */
  readonly cloudNow: number | null;
}

/** Clocks that are a little off hurt nobody; one that is far ahead would win against everybody for as long. */
const toleranceMs = 5 * 60_000;
export const isAhead = (ms: number): boolean => ms > toleranceMs;
const sentAtMost = 16;

/** What of a key is to be sent, noted as sent before it is: whatever comes of it, its own version is known again. */
export function takePending(
  draft: KeyDraft,
  options: TakePendingOptions,
  onFinding: (finding: Finding) => void,
): Outgoing[] {
  const outgoing: Outgoing[] = [];
  for (const { entityName, id, entry, record: before } of draft.pending()) {
    if (entry.rejected !== null || !options.isWanted(entityName, id)) continue;
    if (before === undefined) {
      draft.setEntry(entityName, id, null);
      continue;
    }
    const { entityKey } = draft;
    const record = restamped(before, stampFor(before, entry, options));
    if (record !== before) {
      draft.put(record, before);
      onFinding({ entityKey, entityName, id, before, after: record });
    }
    if (!entry.sent.includes(record.hash)) {
      const sent = [...entry.sent, record.hash].slice(-sentAtMost);
      draft.setEntry(entityName, id, { ...entry, sent });
    }
    // Of a stub the content is not known, and a base is there to be compared with.
    const base = entry.base?.isEvicted ? undefined : entry.base;
    outgoing.push({ entityKey, entityName, id, record, order: entry.order, at: entry.at, base });
  }
  return outgoing;
}

function stampFor(record: StoredRecord, { base, sent }: OutboxEntry, options: TakePendingOptions): number {
  const { stamp, isDeleted, hash } = record;
  const { floor, cloudNow } = options;
  // A creation must come after every deletion that nobody can look up: it might be of the same id.
  if ((!base || base.isDeleted) && !isDeleted && stamp <= floor) return floor + 1;
  // The version before it came late, with a time by which this one would never be taken.
  if (base && compareRecords(record, base) < 0) return base.stamp + 1;
  // What was sent may stand there with the stamp that it has.
  const isWrong = cloudNow !== null && isAhead(stamp - cloudNow) && !sent.includes(hash);
  return isWrong ? Math.min(stamp, Math.max(cloudNow, (base?.stamp ?? 0) + 1, floor + 1)) : stamp;
}

/** The same with another time. */
export function restamped(record: StoredRecord, stamp: number): StoredRecord {
  if (stamp === record.stamp) return record;
  const { entityName, id, value } = record;
  const time = new Date(stamp).toISOString();
  return value === null ? tombstone(entityName, id, time) : activeRecord(entityName, id, { ...value, updatedAt: time });
}
