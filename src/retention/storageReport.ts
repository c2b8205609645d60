import { bytesOf } from '../blob/KeySums.ts';
import { RetentionPriority } from '../blob/RetentionPriority.ts';
import type { RetentionPriority as Priority } from '../interfaces/RetentionPriority.ts';
import type { DeviceStorage, StorageReport, StorageUse } from '../interfaces/Storage.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { priorityOf } from '../reconcile/evict.ts';
import type { LocalTier } from '../tiers/LocalTier.ts';
import { getOrAdd } from '../util/getOrAdd.ts';

type Uses<Key> = Map<Key, { -readonly [Field in keyof StorageUse]: StorageUse[Field] }>;

const nothing = (): { bytes: number; entities: number; evicted: number } => ({ bytes: 0, entities: 0, evicted: 0 });

function add<Key>(uses: Uses<Key>, key: Key, record: StoredRecord): void {
  const use = getOrAdd(uses, key, nothing);
  use.bytes += bytesOf(record);
  if (record.isEvicted) use.evicted += 1;
  else if (!record.isDeleted) use.entities += 1;
}

/** Counts all that the local tier holds, key by key; nothing of it comes into memory. */
export async function storageReport(
  local: Pick<LocalTier, 'summaries' | 'readHeld'>,
  device: DeviceStorage | null,
  priorityOfName: (entityName: string) => Priority | undefined,
): Promise<StorageReport> {
  const all: Uses<'all'> = new Map([['all', nothing()]]);
  const byKey: Uses<string> = new Map();
  const byName: Uses<string> = new Map();
  const byPriority: Uses<Priority> = new Map(Object.values(RetentionPriority).map((one) => [one, nothing()]));
  for (const key of [...local.summaries().keys()]) {
    for (const record of await local.readHeld(key)) {
      const { entityName, value } = record;
      add(all, 'all', record);
      add(byKey, key, record);
      add(byName, entityName, record);
      if (value !== null) add(byPriority, priorityOf(record, priorityOfName(entityName)), record);
    }
  }
  const { usage, quota } = (await device?.estimate()) ?? {};
  return {
    ...(all.get('all') as StorageUse),
    byKey: Object.fromEntries(byKey),
    byName: Object.fromEntries(byName),
    byPriority: Object.fromEntries(
      [...byPriority].map(([priority, { bytes, entities }]) => [priority, { bytes, entities }]),
    ) as StorageReport['byPriority'],
    device: usage === undefined || quota === undefined ? null : { usage, quota },
    isPersistent: (await device?.persisted()) ?? null,
  };
}
