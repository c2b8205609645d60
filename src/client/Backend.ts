import type { JsonValue, StoredEntity } from '../interfaces/EntityKeyData.ts';
import type { Environment } from '../interfaces/Environment.ts';

/** A time: milliseconds since 1970, a Date, or a text that `Date.parse` reads. */
export type BackendTime = number | string | Date;

/** What a backend holds of one id: plain JSON, given back as it was sent. */
export interface BackendRecord {
  readonly entityName: string;
  readonly id: string;
  /** The entity in its stored form: Dates, BigInts and bytes are tagged objects. Null: it was deleted. */
  readonly entity: StoredEntity | null;
  /** When it was changed or deleted, as `toISOString` writes it. Needed where the entity is null. */
  readonly updatedAt?: string;
  /** Where devices keep it. Rows that the backend made itself have none; then say `prefix`. */
  readonly entityKey?: string;
  /** Of two versions of one id the later has the greater text; `updatedAt`, if left out. */
  readonly order?: string;
}

/** A change of a device on its way to a backend. */
export interface BackendChange extends Required<BackendRecord> {
  /**
   * Of two changes of one id the later one has the greater text, on every device. It begins with `updatedAt`, which alone
   * will do for what the backend changes itself.
   */
  readonly order: string;
}

/** How much is wanted, and until when. */
export interface PullOptions {
  /** How many changes an answer should hold. */
  readonly limit: number;
  /** Aborted when the answer is no longer waited for. */
  readonly signal: AbortSignal;
}

/** What changed after a cursor, in the order in which it happened; of each id at least the latest. */
export interface Pulled {
  /** At most `limit` of them, if it can be helped. */
  readonly changes: readonly BackendRecord[];
  /** After these changes: any JSON. It comes back with the next pull. */
  readonly cursor: JsonValue;
  /** There are more changes after this cursor. */
  readonly hasMore?: boolean;
  /** By the backend's clock, as of this answer. */
  readonly serverTime?: BackendTime;
  /** Which history this is: another one after the data was restored from a copy, or emptied. */
  readonly lineage?: string;
}

/** Deletions after the cursor were removed from the table, so that what changed since is not known any more. */
export interface TooOld {
  readonly tooOld: true;
  /**
   * No deletion that was removed is later than this; then what the backend lacks counts as deleted, but for what was
   * edited later. Left out: what the backend lacks is sent to it, and what was deleted may come back.
   */
  readonly forgotten?: BackendTime;
}

/** What the device knew when it sent its changes. */
export interface PushOptions {
  /** What this device has seen. */
  readonly cursor: JsonValue;
  /** Aborted when the answer is no longer waited for. */
  readonly signal: AbortSignal;
}

/** Why a change was not taken. It is not sent again before somebody decides, see `sync.rejected$`. */
export interface BackendRefusal {
  /** `permission`, `validation` (unless told), `too-large`, `quota`, or a code of TierSyncError. */
  readonly code?: string;
  /** For people. */
  readonly reason: string;
}

/** What became of a change. `superseded`: the backend holds something later, which is this. */
export type PushResult = 'applied' | { readonly superseded: BackendRecord } | { readonly rejected: BackendRefusal };

/**
 * A result for each change, in their order. `cursor`: after these changes, if nothing else happened since the one given;
 * else leave it out, and they come back with the next pull, which is harmless. `stale`: others wrote after the cursor given,
 * and nothing was taken; not needed where `order` is compared.
 */
export type Pushed =
  | readonly PushResult[]
  | { readonly results: readonly PushResult[]; readonly cursor?: JsonValue }
  | 'stale';

/** How a backend is asked. Whatever is thrown means: not known; the same is asked again later. */
export interface BackendOptions {
  /** Null: from the beginning. */
  readonly pull: (cursor: JsonValue, options: PullOptions) => Promise<Pulled | TooOld>;
  /** Never the same id twice. Repeating it must be harmless. */
  readonly push: (changes: readonly BackendChange[], options: PushOptions) => Promise<Pushed>;
  /** Calls back when there may be something new; returns how to stop that. */
  readonly subscribe?: (onPoke: () => void) => () => void;
  /** How many changes are asked for and sent at once, 100 unless told. */
  readonly batchSize?: number;
  /** How long an answer is waited for, a minute unless told. */
  readonly timeoutMs?: number;
  /** As in `load`: says where devices keep what comes without an `entityKey`. */
  readonly prefix?: string;
  /** Of the key strategy, `.` unless told. */
  readonly separator?: string;
  /** Milliseconds that the backend's clock is ahead, where the app knows; else it is measured by `serverTime`. */
  readonly clockOffset?: () => number | null;
  /** Clock, timers and the like of your own, for tests. */
  readonly environment?: Partial<Environment>;
}
