import type { KeyDraft } from '../blob/KeyDraft.ts';
import { RetentionPriority } from '../blob/RetentionPriority.ts';
import { isPriority } from '../blob/retention.ts';
import { stubOf } from '../blob/stub.ts';
import type { Change } from '../interfaces/ITier.ts';
import type { RetentionPriority as Priority } from '../interfaces/RetentionPriority.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { compareText } from '../util/compareText.ts';

/** A record that may give way to others. */
export interface Candidate extends Change {
  readonly record: null;
  readonly stamp: number;
  readonly hash: number;
  readonly priority: Priority;
  /** What is gained by it. */
  readonly bytes: number;
}

/** What an entity is worth: as it says itself, else as was said for its name. */
export function priorityOf({ value }: StoredRecord, ofName: Priority | undefined): Priority {
  const own: unknown = value?.['retentionPriority'];
  return isPriority(own) ? (own as Priority) : (ofName ?? RetentionPriority.MEDIUM);
}

/** Null: it stays, whatever happens. */
export function candidateOf(entityKey: string, record: StoredRecord, priority: Priority): Candidate | null {
  const { entityName, id, stamp, hash, text, isDeleted, isEvicted } = record;
  if (isDeleted || isEvicted || priority === RetentionPriority.CRITICAL) return null;
  return { entityKey, entityName, id, record: null, stamp, hash, priority, bytes: text.length };
}

/** What matters least goes first, then what is oldest; the rest is there so that no chance has a say. */
export const compareCandidates = (a: Candidate, b: Candidate): number =>
  b.priority - a.priority || a.stamp - b.stamp || compareText(a.id, b.id) || compareText(a.entityName, b.entityName);

/** The first of them that together give so much room. */
export function chooseVictims(candidates: readonly Candidate[], bytes: number): Candidate[] {
  const victims: Candidate[] = [];
  let gained = 0;
  for (const candidate of [...candidates].sort(compareCandidates)) {
    if (gained >= bytes) break;
    victims.push(candidate);
    gained += candidate.bytes;
  }
  return victims;
}

/** Leaves the stub of a record, if it is still what was looked at and no edit of it waits to be sent. */
export function evict(draft: KeyDraft, { entityName, id, hash }: Candidate): boolean {
  const current = draft.record(entityName, id);
  if (current === undefined || current.isDeleted || current.isEvicted || current.hash !== hash) return false;
  if (draft.entry(entityName, id) !== undefined) return false;
  draft.put(stubOf(current), current);
  return true;
}
