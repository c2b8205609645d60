import type { StoredRecord } from './StoredRecord.ts';
import type { TierSyncErrorCode } from './TierSyncErrorCode.ts';

/** Notes that the cloud has not confirmed the latest version of an entity. The record itself stands in the same blob. */
export interface OutboxEntry {
  /** The version the cloud held when this device began to change it. Null: none. Undefined: not known. */
  readonly base: StoredRecord | null | undefined;
  /**
   * Hashes of the versions that were sent, stored before they are sent: when the cloud shows one of them after a lost
   * reply, it is known to be our own.
   */
  readonly sent: readonly number[];
  /** Entries are sent in this order. */
  readonly order: number;
  /** When it was first changed, in milliseconds since 1970. */
  readonly at: number;
  /** Why the cloud refused it. A refused entry is not sent again until somebody decides. Null: not refused. */
  readonly rejected: Refusal | null;
}

/** Why a cloud refused a change. */
export interface Refusal {
  /** For programs. */
  readonly code: TierSyncErrorCode;
  /** For people. */
  readonly reason: string;
}
