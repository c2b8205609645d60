import type { StoredEntity } from './EntityKeyData.ts';

/** One version of an entity as tiers keep and exchange it: an active record, or the tombstone of a deleted one. */
export interface StoredRecord {
  readonly entityName: string;
  readonly id: string;
  /** The entity in stored form. Null: it is a tombstone, or the stub of an evicted record. */
  readonly value: StoredEntity | null;
  /** `true`: it is a tombstone. */
  readonly isDeleted: boolean;
  /** `true`: it is a stub. The content was removed from this device to make room; the cloud has it. */
  readonly isEvicted?: boolean;
  /** Its place in time as ISO text: `updatedAt` of an active record, `deletedAt` of a tombstone. */
  readonly time: string;
  /** The same in milliseconds since 1970. */
  readonly stamp: number;
  /** Counts the edits of an active record; has no meaning for a tombstone. */
  readonly version: number;
  /** Canonical text of the content: equal contents have equal texts. Of a tombstone, its time. */
  readonly text: string;
  /** Hash of name, id and content. */
  readonly hash: number;
}
