import { areOfOne } from '../blob/records.ts';
import type { Horizon } from '../interfaces/ISharedTier.ts';
import type { OutboxEntry } from '../interfaces/OutboxEntry.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import type { ConflictStrategy } from '../interfaces/SyncTypes.ts';

/** The decision about two versions that were made without knowing of each other. */
export type Resolution =
  /** The version of this device stays, as it is the later one; it is sent like any edit. */
  | { readonly kind: 'keep-local'; readonly reason: string }
  | { readonly kind: 'take-remote'; readonly reason: string }
  /** The version of the cloud stays although the one here is later: the one here is taken back. */
  | { readonly kind: 'replace-with-remote'; readonly reason: string }
  /** A new version, later than both, takes the place of both. */
  | { readonly kind: 'new'; readonly record: StoredRecord; readonly reason: string };

/** The two versions of a conflict. */
export interface Sides {
  /** The version both started from. Null: none. Undefined: not known. */
  readonly base: StoredRecord | null | undefined;
  readonly local: StoredRecord;
  readonly remote: StoredRecord;
}

/** What a decision about one id changed in the local tier, so that memory can follow. */
export interface Finding {
  readonly entityKey: string;
  readonly entityName: string;
  readonly id: string;
  readonly before: StoredRecord | undefined;
  /** Null: the id is gone without a tombstone. */
  readonly after: StoredRecord | null;
  /** It is gone because this device may not see it any more (and not because it was deleted). */
  readonly isWithdrawn?: boolean;
}

/** What the pure decisions have to know of the link between this device and its cloud. */
export interface LinkRules {
  readonly now: number;
  isSynced(entityName: string): boolean;
  /** Whether this device holds everything that the cloud has of a key. */
  isHeld(entityKey: string): boolean;
  /**
   * Whether a version that was seen in the cloud is sure to stay there. True at once, but for a cloud that cannot keep two
   * writers apart: there another writer may overwrite it for a while.
   */
  isSettled(entityName: string, id: string): boolean;
  resolve(sides: Sides): Resolution;
  /** From now on a key counts as not in step: it is fetched and compared before anything of it is sent. */
  lookAgain(entityKey: string): void;
  /** The place of the next outbox entry. */
  nextOrder(): number;
  strategyOf(entityName: string): ConflictStrategy;
  /** The number of the next conflict. */
  nextConflict(): number;
}

/** The horizon of a tier that remembers every deletion. */
export const nothingForgotten: Horizon = Object.freeze({ seq: 0, stamp: 0 });

/** The outbox entry of something that is changed here for the first time since the cloud held `base`. */
export const newEntry = (rules: LinkRules, base: OutboxEntry['base']): OutboxEntry => ({
  base,
  sent: [],
  order: rules.nextOrder(),
  at: rules.now,
  rejected: null,
});

/** Whether two records are the same version; also whether both are missing. */
export const isSame = (a: StoredRecord | null | undefined, b: StoredRecord | null | undefined): boolean =>
  a === b ||
  (!!a && !!b && areOfOne(a, b)) ||
  (a?.stamp === b?.stamp && a?.isDeleted === b?.isDeleted && a?.hash === b?.hash);

const isGone = ({ before, after }: Finding): boolean =>
  before?.isDeleted === false && (after === null || after.isDeleted);

/** Whether an entity that was here is gone now because it was deleted. */
export const isDeletion = (finding: Finding): boolean => isGone(finding) && finding.isWithdrawn !== true;

/** Whether an entity that was here is gone now because this device may not see it any more; others still have it. */
export const isWithdrawal = (finding: Finding): boolean => isGone(finding) && finding.isWithdrawn === true;
