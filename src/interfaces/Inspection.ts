import type { StoredRecord } from './StoredRecord.ts';

/** The three tiers: the store in memory, what is durable on this device, and what devices share. */
export type TierName = 'memory' | 'local' | 'cloud';

/** What a tier holds of one entity key. */
export interface InspectedKey {
  /** Sum of the hashes of its entities: tiers that hold the same say the same. */
  readonly hash: number;
  /**
   * The hash that the next tier down is expected to have: only names which that tier holds too, and for an edit that waits
   * to be sent the version it was made from. Null: there is no tier below, or it cannot be worked out.
   */
  readonly hashBelow: number | null;
  readonly entities: number;
  readonly deletions: number;
  /** Entities of which only the cloud has the content. */
  readonly evicted: number;
  /** Characters of what stands here; null: nobody has counted. */
  readonly bytes: number | null;
  /** Edits that the next tier down has not confirmed yet. */
  readonly waiting: number;
  /** False: the next tier down holds more records of this key, which were not loaded into this one. */
  readonly isWhole: boolean;
}

/** By entity key. */
export type InspectedKeys = ReadonlyMap<string, InspectedKey>;

/** What each tier holds, for tools such as `<tiersync-inspector>`. Looking changes nothing and loads nothing into memory. */
export interface Inspection {
  /** Memory and the local tier at one moment, from their indexes: no record is read. `local` is null without a local tier. */
  device(): Promise<{ readonly memory: InspectedKeys; readonly local: InspectedKeys | null }>;
  /**
   * The cloud; null: there is none. This costs a few requests, and with a bucket one more for each key that was written
   * since its last checkpoint.
   */
  cloud(): Promise<InspectedKeys | null>;
  /** The records of one key as they stand there, deletions and stubs too. */
  records(tier: TierName, entityKey: string): Promise<readonly StoredRecord[]>;
}
