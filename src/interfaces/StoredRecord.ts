import type { StoredEntity } from './EntityKeyData.ts';

/** A record on its way between tiers, in stored form: an active entity, or a tombstone. */
export interface StoredRecord {
  readonly entityName: string;
  readonly id: string;
  /** Null: a tombstone, or what is left of a record that was taken away to make room. */
  readonly value: StoredEntity | null;
  readonly isDeleted: boolean;
  /** True: only the cloud has its content. */
  readonly isEvicted?: boolean;
  /** ISO text of the stamp: `updatedAt` of an active record, `deletedAt` of a tombstone. */
  readonly time: string;
  /** The same, as milliseconds since 1970. */
  readonly stamp: number;
  /** Counts the edits; of a tombstone it says nothing. */
  readonly version: number;
  /** Canonical text of the content; a tombstone has none beyond its time. */
  readonly text: string;
  /** Of name, id and content. */
  readonly hash: number;
}
