import { maxRecordBytes } from '../../blob/limits.ts';
import type { Horizon } from '../../interfaces/ISharedTier.ts';
import type { Refusal } from '../../interfaces/OutboxEntry.ts';
import type { StoredRecord } from '../../interfaces/StoredRecord.ts';
import type { WireDelta, WireResult } from '../../protocol/messages.ts';
import { compareRecords } from '../../reconcile/compareRecords.ts';
import type { View } from '../permissions/View.ts';
import { wireOfRow } from '../rows.ts';
import type { RowPlace, SyncRow } from '../SyncStore.ts';
import { recordOfDelta } from './recordOfDelta.ts';

/** A change as it came in: the record itself, or what changed in one that the server should hold. */
export type Pushed = RowPlace &
  ({ readonly record: StoredRecord } | { readonly delta: Pick<WireDelta, 'base' | 'difference' | 'hash'> });

/** What becomes of one change. */
export type Judgement =
  | { readonly kind: 'take'; readonly record: StoredRecord }
  | { readonly kind: 'answer'; readonly result: WireResult }
  /** The whole push is void: others have changed this since. */
  | { readonly kind: 'stale' }
  /** The whole push is void: this has to be sent whole. */
  | { readonly kind: 'base-unknown' };

export interface JudgeContext {
  readonly view: View;
  /** The last commit that the sender has seen; 0 if it has seen none, or as somebody else. */
  readonly seen: number;
  readonly horizon: Horizon;
  /** Nothing may be stamped later than this, but for what follows something that is. */
  readonly latest: number;
  /** What is wrong with such a place, to follow "it ". */
  readonly placeFault: (place: RowPlace) => string | undefined;
}

const encoder = new TextEncoder();

const answer = (result: WireResult): Judgement => ({ kind: 'answer', result });
const reject = (refusal: Refusal): Judgement => answer({ rejected: refusal });

/** The same for whatever somebody may not touch, be it there or not. */
export const denied: Judgement = reject({ code: 'auth-needed', reason: 'you have no permission for this' });

/** Decides about one change, beside what the server holds in its place. */
export function judge(pushed: Pushed, stored: SyncRow | undefined, context: JudgeContext): Judgement {
  const { name, id } = pushed;
  const isDeletion = 'record' in pushed && pushed.record.isDeleted;
  if (!context.view.may(isDeletion ? 'delete' : 'write', name, id)) return denied;
  const fault = context.placeFault(pushed) ?? (stored && keyFault(pushed, stored));
  if (fault !== undefined) return reject({ code: 'invalid-name', reason: `it ${fault}` });
  if ('record' in pushed) return judgeRecord(pushed.record, stored, context);
  if (stored?.record.isDeleted === false && stored.record.hash === pushed.delta.hash) return answer('applied');
  const record = recordOfDelta(pushed.delta, stored?.record);
  if (record !== null) return judgeRecord(record, stored, context);
  return isUnseen(stored, context) ? { kind: 'stale' } : { kind: 'base-unknown' };
}

function judgeRecord(record: StoredRecord, stored: SyncRow | undefined, context: JudgeContext): Judgement {
  const order = stored === undefined ? 1 : compareRecords(record, stored.record);
  if (order === 0) return answer('applied');
  const refusal = refusalOf(record, stored, context);
  if (refusal !== null) return reject(refusal);
  if (stored === undefined) return mayReturn(record, context) ? { kind: 'stale' } : { kind: 'take', record };
  if (order > 0) return isUnseen(stored, context) ? { kind: 'stale' } : { kind: 'take', record };
  return context.view.may('read', record.entityName, record.id) ? answer({ superseded: wireOfRow(stored) }) : denied;
}

const isUnseen = (stored: SyncRow | undefined, { seen }: JudgeContext): boolean =>
  stored !== undefined && stored.seq > seen;

/** It may be something that was deleted, and the deletion forgotten, while its sender was not looking. */
const mayReturn = (record: StoredRecord, { seen, horizon }: JudgeContext): boolean =>
  !record.isDeleted && seen < horizon.seq && record.stamp <= horizon.stamp;

/** An id says where it belongs, and belongs nowhere else. */
const keyFault = ({ entityKey }: RowPlace, stored: SyncRow): string | undefined =>
  entityKey === stored.entityKey ? undefined : 'is kept under another key';

function refusalOf(record: StoredRecord, stored: SyncRow | undefined, context: JudgeContext): Refusal | null {
  const { latest, horizon } = context;
  // What follows a record, or every forgotten deletion, is stamped a moment later than that.
  if (record.stamp > Math.max(latest, (stored?.record.stamp ?? 0) + 1, horizon.stamp + 1)) {
    return { code: 'validation', reason: 'it is stamped in the future: the clock of the device is wrong' };
  }
  if (record.value === null || record.text.length * 3 <= maxRecordBytes) return null;
  const bytes = encoder.encode(record.text).length;
  if (bytes <= maxRecordBytes) return null;
  return { code: 'too-large', reason: `it takes ${bytes} bytes and ${maxRecordBytes} are allowed` };
}
