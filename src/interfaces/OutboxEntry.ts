import type { StoredRecord } from './StoredRecord.ts';
import type { TierSyncErrorCode } from './TierSyncErrorCode.ts';

/** A change of this device that the cloud has not confirmed; the record itself stands in the blob beside it. */
export interface OutboxEntry {
  /** What the cloud held when this device began to change it. Null: nothing. Undefined: not known. */
  readonly base: StoredRecord | null | undefined;
  /** Hashes of the versions that were sent, noted before they were. */
  readonly sent: readonly number[];
  /** Entries are sent in this order. */
  readonly order: number;
  /** When it was first changed. */
  readonly at: number;
  /** Why the cloud refused it; it is not sent again by itself. */
  readonly rejected: Refusal | null;
}

/** Why a cloud did not take a change. */
export interface Refusal {
  readonly code: TierSyncErrorCode;
  readonly reason: string;
}
