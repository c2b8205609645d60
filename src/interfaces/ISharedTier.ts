import type { ApplyResult, Change, ITier } from './ITier.ts';
import type { Meter } from './Meter.ts';
import type { StoredRecord } from './StoredRecord.ts';

/** A place in the history of a shared tier. Two of them are in one history only if their lineage is the same. */
export interface Cursor {
  readonly lineage: string;
  readonly seq: number;
  /** Of the commit with that number: a history that was rolled back and went on differently has another one there. */
  readonly nonce: string;
}

/** What a shared tier has forgotten: deletions up to this place in its history, none of them stamped later than this. */
export interface Horizon {
  readonly seq: number;
  readonly stamp: number;
}

/** What came after a cursor, as one moment of the tier shows it. */
export interface Look {
  /** That moment. Null: the tier has no history yet, nobody has written to it. */
  readonly cursor: Cursor | null;
  /**
   * - `since`: the changes are all that happened since the cursor asked for.
   * - `behind`: the cursor is of this history but too old. Compare with `readMetadata`, and take the changes as well:
   *   they came after what the metadata says.
   * - `first`: no cursor was given, or it is of another history. The same, but nothing is known to be gone.
   */
  readonly reach: 'since' | 'behind' | 'first';
  /** In the order of the history. */
  readonly changes: readonly Change[];
  readonly horizon: Horizon;
  /** This device may see something else now than at the cursor: what the tier lacks was withdrawn, and not deleted. */
  readonly isWithdrawing?: boolean;
}

/** How new an answer has to be. */
export interface LookOptions {
  /** What there is now is wanted. Left out: what the tier was told of will do, as far as it goes. */
  readonly isFresh?: boolean;
}

/** A change with what the cloud is known to hold in its place. Null: nothing; undefined: not known. */
export interface SentChange extends Change {
  readonly base?: StoredRecord | null | undefined;
}

/** What became of a commit: the moment after it, and a result for each change. */
export interface Committed {
  readonly cursor: Cursor;
  readonly results: readonly ApplyResult[];
}

/** What a caller has of a key: where a part of it is the same in the tier, that part need not be read. */
export interface HeldRecords {
  readonly isSynced: (entityName: string) => boolean;
  /** As the tier is thought to hold them: what waits to be sent counts as what it was made of. */
  readonly read: () => Promise<readonly StoredRecord[]>;
}

/**
 * A tier that many devices share and that keeps a history. `readMetadata` and `readKey` speak of the moment of the latest
 * `changesSince` (and are ahead of it by nothing but this device's own commits).
 */
export interface ISharedTier extends ITier {
  /** What has happened since; null: what there is. */
  changesSince(cursor: Cursor | null, options?: LookOptions): Promise<Look>;
  /** The records of one key; those that are held may stand for those that are equal to them. */
  readKey(entityKey: string, held?: HeldRecords): Promise<readonly StoredRecord[]>;
  /**
   * Makes the changes one step of the history, all of them or none. `stale`: others have written since that moment; look
   * again and decide anew. A rejection leaves open whether it happened: look again. `repaired`: keys of which the
   * changes hold everything that is known, because what the tier held of them cannot be read.
   */
  commit(
    changes: readonly SentChange[],
    since: Cursor | null,
    options?: { readonly repaired?: readonly string[] },
  ): Promise<Committed | 'stale'>;
  /** Before a commit: finds out what has to be known of the tier, its clock for one. */
  prepare?(): Promise<void>;
  /** Housekeeping that somebody has to do now and then; null or late is harmless. */
  maintain?(): Promise<void>;
  /** Calls back when others have written; only a hint. Returns how to stop that. */
  watch?(onPoke: () => void): () => void;
  /** Milliseconds that the clock of the tier is ahead of ours; null: not known. */
  readonly clockOffset?: number | null;
  /** What was asked of it until now, where it counts that. */
  readonly meter?: Readonly<Meter>;
}
