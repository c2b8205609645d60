import type { Horizon } from '../interfaces/ISharedTier.ts';
import type { OutboxEntry } from '../interfaces/OutboxEntry.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import type { ConflictStrategy } from '../interfaces/SyncTypes.ts';

/** What is decided about two versions that were made without knowing of each other. */
export type Resolution =
  /** The one here is later; the other side hears of it as of any edit. */
  | { readonly kind: 'keep-local'; readonly reason: string }
  | { readonly kind: 'take-remote'; readonly reason: string }
  /** The other side's stays although the one here is later: the one here is taken back. */
  | { readonly kind: 'replace-with-remote'; readonly reason: string }
  /** Both give way to a new version, later than both. */
  | { readonly kind: 'new'; readonly record: StoredRecord; readonly reason: string };

export interface Sides {
  /** What both started from. Null: nothing. Undefined: not known. */
  readonly base: StoredRecord | null | undefined;
  readonly local: StoredRecord;
  readonly remote: StoredRecord;
}

/** What a decision about one id did to the local tier. */
export interface Finding {
  readonly entityKey: string;
  readonly entityName: string;
  readonly id: string;
  readonly before: StoredRecord | undefined;
  /** Null: nothing stands there now. */
  readonly after: StoredRecord | null;
  /** It is gone because it may not be seen here any more. */
  readonly isWithdrawn?: boolean;
}

/** What the decisions of a link go by. */
export interface LinkRules {
  readonly now: number;
  isSynced(entityName: string): boolean;
  /** Whether everything that the cloud has of a key is here. */
  isHeld(entityKey: string): boolean;
  /** Whether a version that the cloud is seen to hold will stay there; at once, where the cloud keeps writers apart. */
  isSettled(entityName: string, id: string): boolean;
  resolve(sides: Sides): Resolution;
  /** What is here of a key has to meet what the cloud has of it before anything of it is sent. */
  lookAgain(entityKey: string): void;
  nextOrder(): number;
  strategyOf(entityName: string): ConflictStrategy;
  nextConflict(): number;
}

export const nothingForgotten: Horizon = Object.freeze({ seq: 0, stamp: 0 });

/** The first change of something since the cloud was known to hold the base. */
export const newEntry = (rules: LinkRules, base: OutboxEntry['base']): OutboxEntry => ({
  base,
  sent: [],
  order: rules.nextOrder(),
  at: rules.now,
  rejected: null,
});

export const isSame = (a: StoredRecord | null | undefined, b: StoredRecord | null | undefined): boolean =>
  a === b || (a?.stamp === b?.stamp && a?.isDeleted === b?.isDeleted && a?.hash === b?.hash);

const isGone = ({ before, after }: Finding): boolean =>
  before?.isDeleted === false && (after === null || after.isDeleted);

/** Whether something that was here was deleted by it. */
export const isDeletion = (finding: Finding): boolean => isGone(finding) && finding.isWithdrawn !== true;

/** Whether something that was here is withdrawn by it: it lives on where it may be seen. */
export const isWithdrawal = (finding: Finding): boolean => isGone(finding) && finding.isWithdrawn === true;
