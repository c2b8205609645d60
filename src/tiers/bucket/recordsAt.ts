import { KeySums, toMetadata } from '../../blob/KeySums.ts';
import { pageOf } from '../../blob/pages.ts';
import { TierSyncError } from '../../errors.ts';
import type { HeldRecords } from '../../interfaces/ISharedTier.ts';
import type { StoredRecord } from '../../interfaces/StoredRecord.ts';
import { partitionKeys } from '../../reconcile/partitionKeys.ts';
import { groupBy } from '../../util/groupBy.ts';
import { inChunks } from '../../util/inChunks.ts';
import { type IndexedKey, type IndexedPart, indexedKey } from './checkpointIndex.ts';
import { partsOf } from './indexedParts.ts';
import type { Moment } from './Moment.ts';
import type { SharedBlobs } from './SharedBlobs.ts';
import { withTail } from './withTail.ts';

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
  const { toRead, same } = await compareParts(entry, held);
  const folded = [same];
  await inChunks(toRead, partsAtOnce, async (part) => {
    folded.push(await readPart(moment, blobs, entityKey, part));
  });
  return withTail(folded.flat(), tail);
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
