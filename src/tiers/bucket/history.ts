import type { Change } from '../../interfaces/ITier.ts';
import { inChunks } from '../../util/inChunks.ts';
import { keptCheckpoints, type PastCheckpoint } from './checkpointIndex.ts';
import { partsOf } from './indexedParts.ts';
import type { Moment } from './Moment.ts';
import type { SharedBlobs } from './SharedBlobs.ts';

/** All that is seldom asked of a bucket comes by one door. */
export { collectGarbage } from './collectGarbage.ts';

const blobsAtOnce = 8;

/** The checkpoints whose blobs are still there, oldest first, the present one last. */
export async function historyOf(moment: Moment): Promise<readonly PastCheckpoint[]> {
  const current = moment.head.checkpoint.index;
  return current === null ? [] : keptCheckpoints(await moment.index(), current);
}

/** All records as they were at a checkpoint. */
export async function readAt(moment: Moment, seq: number, blobs: SharedBlobs): Promise<readonly Change[]> {
  const kept = await historyOf(moment);
  const past = kept.find((checkpoint) => checkpoint.seq === seq);
  if (past === undefined) {
    const there = kept.map((checkpoint) => checkpoint.seq).join(', ');
    throw new TypeError(
      `No checkpoint ${seq} is kept. Choose one of history(): ${there === '' ? 'there is none' : there}.`,
    );
  }
  const index = await blobs.readIndex(past.index, moment.head.checkpoint.index);
  const records: Change[] = [];
  const parts = Object.entries(index.keys).flatMap(([entityKey, entry]) =>
    partsOf(entry).map(({ object }) => [entityKey, object] as const),
  );
  await inChunks(parts, blobsAtOnce, async ([entityKey, object]) => {
    const data = await blobs.blob(entityKey, object, moment.head);
    for (const record of blobs.records(entityKey, object, data)) {
      records.push({ entityKey, entityName: record.entityName, id: record.id, record });
    }
  });
  return records;
}
