import type { StoredRecord } from './StoredRecord.ts';

/** Memory, this device, or what devices share. */
/** Memory, this device, or what devices share. */
export type TierName = 'memory' | 'local' | 'cloud';

/** What a tier holds of one entity key. */
export interface InspectedKey {
  /** Sum of the hashes of its entities: tiers that hold the same say the same. */
  readonly hash: number;
  /**
   * What the tier below is to say: of the names that it holds too, with what waits as what it was made of. Null: that
   * cannot be said, or there is none below.
   */
  readonly hashBelow: number | null;
  readonly entities: number;
  readonly deletions: number;
  /** Entities of which only the cloud has the content. */
  readonly evicted: number;
  /** Characters of what stands here; null: nobody has counted. */
  readonly bytes: number | null;
  /** Edits that the tier below has not taken yet. */
  readonly waiting: number;
  /** False: the tier below has more of it. */
  readonly isWhole: boolean;
}

/** By entity key. */
export type InspectedKeys = ReadonlyMap<string, InspectedKey>;

/** What stands in each tier, for tools. Looking changes nothing, and brings nothing into memory. */
export interface Inspection {
  /** Memory and the local tier as they are at one moment; nothing is read. Null: there is no local tier. */
  device(): Promise<{ readonly memory: InspectedKeys; readonly local: InspectedKeys | null }>;
  /** Asks the cloud: by a few requests, and one more for each key that was written since the index of a bucket. Null: there is none. */
  cloud(): Promise<InspectedKeys | null>;
  /** The records of one key as they stand there, deletions and stubs too. */
  records(tier: TierName, entityKey: string): Promise<readonly StoredRecord[]>;
}
