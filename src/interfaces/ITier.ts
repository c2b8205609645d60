import type { Metadata } from './Metadata.ts';
import type { StoredRecord } from './StoredRecord.ts';
import type { TierSyncErrorCode } from './TierSyncErrorCode.ts';

/** One record on its way to a tier. `record: null` takes every trace of the id away, on this tier only. */
export interface Change {
  readonly entityKey: string;
  readonly entityName: string;
  readonly id: string;
  readonly record: StoredRecord | null;
}

/** What became of a change. `superseded`: the tier holds a later record, given here. */
export type ApplyResult =
  | { readonly outcome: 'applied' }
  | { readonly outcome: 'superseded'; readonly record: StoredRecord }
  | { readonly outcome: 'rejected'; readonly code: TierSyncErrorCode; readonly reason: string };

/** Something about the data of a tier that somebody should know. Nothing was deleted because of it. */
export interface TierProblem {
  readonly code: 'corrupt' | 'upgrade-needed' | 'missing' | 'incomplete';
  readonly entityKey: string;
  /** The whole sentence, for people. */
  readonly message: string;
  /** Left out: on this device. */
  readonly tier?: 'cloud';
  /** Where the bytes stand now, if they were set aside. */
  readonly setAsideAs?: string;
}

/**
 * A place that holds records and an index of them: store, local, cloud. `apply` merges under the one order, so that
 * repeating it is harmless; when it resolves, the tier holds each change or something later.
 */
export interface ITier {
  /** What it holds, without the records. */
  readMetadata(): Promise<Metadata>;
  /** The records of one key. */
  readKey(entityKey: string): Promise<readonly StoredRecord[]>;
  /** A result for each change, in their order. */
  apply(changes: readonly Change[]): Promise<readonly ApplyResult[]>;
  close(): Promise<void>;
}
