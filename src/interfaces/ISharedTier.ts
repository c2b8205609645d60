import type { ApplyResult, Change, ITier } from './ITier.ts';
import type { Meter } from './Meter.ts';
import type { StoredRecord } from './StoredRecord.ts';

/** A place in the history of a shared tier: one of its commits. */
export interface Cursor {
  /** Names the history. Cursors of different lineages cannot be compared. */
  readonly lineage: string;
  /** The number of the commit. */
  readonly seq: number;
  /** The random name of the commit: shows when a history was rolled back and went on differently from there. */
  readonly nonce: string;
}

/** How much a shared tier has forgotten about deletions. */
export interface Horizon {
  /** Deletions up to this commit may be forgotten. */
  readonly seq: number;
  /** No forgotten deletion has a later stamp than this. */
  readonly stamp: number;
}

/** What happened in a shared tier after a cursor, seen at one moment. */
export interface Look {
  /** The moment of this look. Null: nobody has written to the tier yet. */
  readonly cursor: Cursor | null;
  /**
   * - `since`: `changes` is everything that happened after the cursor.
   * - `behind`: the cursor is too old, so `changes` is not everything. Compare with `readMetadata` first, then take the
   *   changes: they came after what the metadata says.
   * - `first`: there was no cursor, or it is of another history. Compare as for `behind`; but what the tier lacks was not
   *   necessarily deleted there.
   */
  readonly reach: 'since' | 'behind' | 'first';
  /** In the order of the history. */
  readonly changes: readonly Change[];
  /** Which deletions the tier has forgotten. */
  readonly horizon: Horizon;
  /** `true`: permissions of this device have changed. What the tier does not show any more was withdrawn, not deleted. */
  readonly isWithdrawing?: boolean;
}

/** How up to date a look has to be. */
export interface LookOptions {
  /** `true`: ask for the present state. Left out: what the tier was already told by a push message is enough. */
  readonly isFresh?: boolean;
}

/** A change that is sent to a shared tier. */
export interface SentChange extends Change {
  /** The record that the tier is known to hold of this id. Null: none; undefined: not known. */
  readonly base?: StoredRecord | null | undefined;
}

/** The answer to a commit. */
export interface Committed {
  /** The moment after the commit. */
  readonly cursor: Cursor;
  /** A result for each change, in their order. */
  readonly results: readonly ApplyResult[];
}

/** The records of a key that the caller has already: a tier need not read the parts of a key that are equal to these. */
export interface HeldRecords {
  readonly isSynced: (entityName: string) => boolean;
  /** The records as the tier should hold them: for an edit that is not sent yet, the version it was made from. */
  readonly read: () => Promise<readonly StoredRecord[]>;
}

/**
 * A tier that many devices share, and that keeps a history of commits. `readMetadata` and `readKey` show the moment of the
 * latest `changesSince`, plus this device's own commits since then.
 */
export interface ISharedTier extends ITier {
  /** What has happened after the cursor; null: everything there is. */
  changesSince(cursor: Cursor | null, options?: LookOptions): Promise<Look>;
  /** All records of one key. For those equal to `held` records, the held ones may be returned. */
  readKey(entityKey: string, held?: HeldRecords): Promise<readonly StoredRecord[]>;
  /**
   * Adds the changes to the history as one commit: all of them or none. `stale`: others have written after `since`, and
   * nothing was done; look again and decide anew. If the promise rejects, the commit may have happened or not; look again.
   * `repaired`: keys that the tier cannot read any more, and of which these changes hold every record.
   */
  commit(
    changes: readonly SentChange[],
    since: Cursor | null,
    options?: { readonly repaired?: readonly string[] },
  ): Promise<Committed | 'stale'>;
  /** Called before a commit, to measure the clock of the tier or check what else a commit needs. */
  prepare?(): Promise<void>;
  /** Housekeeping, such as a checkpoint. Called now and then; it does no harm if it is late or fails. */
  maintain?(): Promise<void>;
  /** Calls back when others have written. This is a hint only: it may be missing or wrong. Returns a function that ends it. */
  watch?(onPoke: () => void): () => void;
  /** How many milliseconds the clock of the tier is ahead of this device's; null: not known. */
  readonly clockOffset?: number | null;
  /** The traffic so far, if the tier counts it. */
  readonly meter?: Readonly<Meter>;
}
