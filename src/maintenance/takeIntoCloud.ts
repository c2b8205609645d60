import { TierSyncError } from '../errors.ts';
import type { Change } from '../interfaces/ITier.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { partitionDifferences } from '../reconcile/partitionDifferences.ts';
import type { BucketTier } from '../tiers/bucket/BucketTier.ts';
import { unlessCorrupt } from '../util/unlessCorrupt.ts';
import { type KeyLook, type LongWork, steps, type TierReader } from './TierReader.ts';

export interface IntoCloudOptions {
  readonly tier: BucketTier;
  readonly other: TierReader;
  readonly isSynced: (entityName: string) => boolean;
  readonly options: LongWork;
}

interface Commitment {
  readonly changes: readonly Change[];
  /** Keys of which the changes hold everything that is known. */
  readonly repaired: readonly string[];
}

const tries = 8;

/** Commits what another tier holds of these keys, and the cloud does not. Resolves to how many records that were. */
export async function takeIntoCloud(entityKeys: readonly string[], options: IntoCloudOptions): Promise<number> {
  const { tier, other, isSynced } = options;
  let taken = 0;
  for (const chunk of steps(entityKeys, 'mending', options.options)) {
    const looks = (await other.read(chunk)).map((look) => ({
      ...look,
      records: look.records.filter(({ entityName }) => isSynced(entityName)),
    }));
    taken += await commitOnTop(tier, () => differing(tier, looks));
  }
  return taken;
}

/** Decides anew as long as others are faster. Resolves to how many changes were committed. */
export async function commitOnTop(tier: BucketTier, decide: () => Promise<Commitment>): Promise<number> {
  for (let turn = 0; turn < tries; turn++) {
    const { cursor } = await tier.changesSince(null);
    const { changes, repaired } = await decide();
    if (changes.length === 0) return 0;
    if ((await tier.commit(changes, cursor, { repaired })) !== 'stale') return changes.length;
  }
  throw new TierSyncError('unavailable', 'others wrote to this cloud all the time; try again later');
}

async function differing(tier: BucketTier, looks: readonly KeyLook[]): Promise<Commitment> {
  const changes: Change[] = [];
  const repaired: string[] = [];
  for (const { entityKey, records } of looks) {
    const present = await unlessCorrupt(tier.readKey(entityKey));
    if (present === null && records.length > 0) repaired.push(entityKey);
    changes.push(...(present === null ? asChanges(entityKey, records) : laterThan(present, entityKey, records)));
  }
  return { changes, repaired };
}

const asChanges = (entityKey: string, records: readonly StoredRecord[]): readonly Change[] =>
  records.map((record) => ({ entityKey, entityName: record.entityName, id: record.id, record }));

const laterThan = (
  present: readonly StoredRecord[],
  entityKey: string,
  records: readonly StoredRecord[],
): readonly Change[] => partitionDifferences(entityKey, present, records).forA;
