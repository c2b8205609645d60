import { KeySums, toMetadata } from '../../blob/KeySums.ts';
import { pageOf } from '../../blob/pages.ts';
import { TierSyncError } from '../../errors.ts';
import type { HeldRecords } from '../../interfaces/ISharedTier.ts';
import type { StoredRecord } from '../../interfaces/StoredRecord.ts';
import { mergeRecords } from '../../reconcile/compareRecords.ts';
import { partitionKeys } from '../../reconcile/partitionKeys.ts';
import { groupBy } from '../../util/groupBy.ts';
import { inChunks } from '../../util/inChunks.ts';
import { placeOf } from '../../util/placeOf.ts';
import { type IndexedKey, type IndexedPart, indexedKey } from './checkpointIndex.ts';
import { partsOf } from './indexedParts.ts';
import type { Moment } from './Moment.ts';
import type { SharedBlobs } from './SharedBlobs.ts';

export interface Asked {
  readonly entityKey: string;
  /** What whoever asks has of it. */
  readonly held?: HeldRecords | undefined;
}

const partsAtOnce = 8;

/** The records of a key at a moment: the blobs of the checkpoint, then the tail. */
export async function recordsAt(moment: Moment, blobs: SharedBlobs, asked: Asked): Promise<readonly StoredRecord[]> {
  const { entityKey, held } = asked;
  const tail = (await moment.changesOfKeys()).get(entityKey) ?? [];
  const entry = indexedKey(await moment.index(), entityKey);
  const merged = new Map<string, StoredRecord>();
  const put = (record: StoredRecord): void => void merged.set(placeOf(record.entityName, record.id), record);
  const { toRead, same } = await compareParts(entry, held);
  same.forEach(put);
  await inChunks(toRead, partsAtOnce, async (part) => (await readPart(moment, blobs, entityKey, part)).forEach(put));
  for (const { entityName, id, record } of tail) {
    const winner = mergeRecords(merged.get(placeOf(entityName, id)), record ?? undefined);
    if (winner !== undefined) put(winner);
  }
  return [...merged.values()];
}

interface Comparison {
  readonly toRead: readonly IndexedPart[];
  /** Records that stand for the parts which need not be read. */
  readonly same: readonly StoredRecord[];
}

/** Pages are compared as keys are, by their sums. */
async function compareParts(entry: IndexedKey | undefined, held: HeldRecords | undefined): Promise<Comparison> {
  const parts = entry === undefined ? [] : partsOf(entry);
  if (held === undefined || parts.length < 2) return { toRead: parts, same: [] };
  const mine = groupBy(await held.read(), ({ id }) => String(pageOf(id, parts.length)));
  const theirs = new Map(parts.map(({ summary }, number) => [String(number), summary]));
  const { onlyA, onlyB, differing, graves } = partitionKeys(
    toMetadata(new Map([...mine].map(([number, records]) => [number, KeySums.of(records).summary()]))),
    toMetadata(theirs),
    held.isSynced,
  );
  const toRead = new Set([...onlyB, ...differing, ...graves]);
  const isSame = (number: string): boolean => !toRead.has(number) && !onlyA.includes(number);
  return {
    toRead: [...toRead].map((number) => parts[Number(number)] as IndexedPart),
    same: [...mine].flatMap(([number, records]) => (isSame(number) ? records : [])),
  };
}

async function readPart(
  moment: Moment,
  blobs: SharedBlobs,
  entityKey: string,
  { object }: IndexedPart,
): Promise<readonly StoredRecord[]> {
  try {
    return blobs.records(entityKey, object, await blobs.blob(entityKey, object, moment.head));
  } catch (error) {
    // Read all the same, for whoever repaired it may have met a passing fault.
    if (error instanceof TierSyncError && error.code === 'corrupt' && moment.isRepaired(entityKey)) return [];
    throw error;
  }
}
