import type { Metadata } from './Metadata.ts';
import type { StoredRecord } from './StoredRecord.ts';
import type { TierSyncErrorCode } from './TierSyncErrorCode.ts';

/** One record on its way to a tier. */
export interface Change {
  readonly entityKey: string;
  readonly entityName: string;
  readonly id: string;
  /** Null: the tier removes the id without leaving a tombstone. Other tiers do not hear of it. */
  readonly record: StoredRecord | null;
}

/**
 * What became of a change.
 *
 * - `applied`: the tier holds this record now, or held it already.
 * - `superseded`: the tier holds a later record, which is given here.
 * - `rejected`: the tier refuses the record, for the reason given here.
 */
export type ApplyResult =
  | { readonly outcome: 'applied' }
  | { readonly outcome: 'superseded'; readonly record: StoredRecord }
  | { readonly outcome: 'rejected'; readonly code: TierSyncErrorCode; readonly reason: string };

/** Something that is wrong with stored data. Nothing was deleted because of it. */
export interface TierProblem {
  /**
   * - `corrupt`: bytes that fail their check, or that nothing can be made of.
   * - `upgrade-needed`: a newer version of the app wrote them.
   * - `missing`: data that the index names is not there.
   * - `incomplete`: a read was answered without data that only the cloud has, as the cloud did not answer in time.
   */
  readonly code: 'corrupt' | 'upgrade-needed' | 'missing' | 'incomplete';
  readonly entityKey: string;
  /** What happened, as a whole sentence for people. */
  readonly message: string;
  /** The tier where the data is. Left out: the local one. */
  readonly tier?: 'cloud';
  /** The name under which the damaged bytes are kept, if they were set aside. */
  readonly setAsideAs?: string;
}

/**
 * A place that holds records and an index of them. `apply` keeps of each id the later version by the one order
 * (docs/SPEC.md, CF5), so that repeating it is harmless: when it resolves, the tier holds each change or something later.
 */
export interface ITier {
  /** The index: what the tier holds, without the records. */
  readMetadata(): Promise<Metadata>;
  /** All records of one entity key, tombstones too. */
  readKey(entityKey: string): Promise<readonly StoredRecord[]>;
  /** Merges the changes. Resolves to a result for each, in their order. */
  apply(changes: readonly Change[]): Promise<readonly ApplyResult[]>;
  /** Lets go of what the tier holds open. */
  close(): Promise<void>;
}
