import type { KeyDraft } from '../blob/KeyDraft.ts';
import { activeRecord, tombstone } from '../blob/records.ts';
import type { Change } from '../interfaces/ITier.ts';
import type { OutboxEntry } from '../interfaces/OutboxEntry.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { compareRecords } from './compareRecords.ts';
import type { Finding } from './Finding.ts';

/** A change on its way to the cloud. */
export interface Outgoing extends Change {
  readonly record: StoredRecord;
  /** Its place in the outbox. */
  readonly order: number;
  /** When the entity was first changed. */
  readonly at: number;
  /** The version the cloud is known to hold. Null: none. Undefined: not known. */
  readonly base: StoredRecord | null | undefined;
}

export interface TakePendingOptions {
  readonly isWanted: (entityName: string, id: string) => boolean;
  /** No deletion that the cloud has forgotten, or that this device does not hold, has a later stamp. */
  readonly floor: number;
  /** The time by the clock of the cloud; null: not known. */
  readonly cloudNow: number | null;
}

/** A clock that is a little off does no harm. What is stamped far in the future would win against all edits until then. */
const toleranceMs = 5 * 60_000;
/** Whether a clock or a stamp that is ahead by so much must be corrected. */
export const isAhead = (ms: number): boolean => ms > toleranceMs;
/** How many sent versions an entry remembers. An entity that is edited and sent ever again must not fill the outbox. */
const sentAtMost = 16;

/**
 * Takes from the outbox of a key what is to be sent, and notes its hash there before it is sent. So, whatever becomes of the
 * request, this version is known as our own when the cloud shows it.
 */
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
    // The cloud compares its record with the base, and a stub has no content to compare.
    const base = entry.base?.isEvicted ? undefined : entry.base;
    outgoing.push({ entityKey, entityName, id, record, order: entry.order, at: entry.at, base });
  }
  return outgoing;
}

/** The stamp with which a record may be sent: mostly its own. */
function stampFor(record: StoredRecord, { base, sent }: OutboxEntry, options: TakePendingOptions): number {
  const { stamp, isDeleted, hash } = record;
  const { floor, cloudNow } = options;
  // A creation must be later than every deletion that cannot be looked up any more: one of them may be of the same id.
  if ((!base || base.isDeleted) && !isDeleted && stamp <= floor) return floor + 1;
  // The base has turned out to have a later stamp, by which this edit of it would lose.
  if (base && compareRecords(record, base) < 0) return base.stamp + 1;
  // Not if it was sent already: the cloud may hold it, with the stamp that it has.
  const isWrong = cloudNow !== null && isAhead(stamp - cloudNow) && !sent.includes(hash);
  return isWrong ? Math.min(stamp, Math.max(cloudNow, (base?.stamp ?? 0) + 1, floor + 1)) : stamp;
}

/** The same record with another stamp. */
export function restamped(record: StoredRecord, stamp: number): StoredRecord {
  if (stamp === record.stamp) return record;
  const { entityName, id, value } = record;
  const time = new Date(stamp).toISOString();
  return value === null ? tombstone(entityName, id, time) : activeRecord(entityName, id, { ...value, updatedAt: time });
}
