import { TierSyncError } from '../../errors.ts';
import type { Change } from '../../interfaces/ITier.ts';
import type { StoredRecord } from '../../interfaces/StoredRecord.ts';
import { mergeRecords } from '../../reconcile/compareRecords.ts';
import { groupBy } from '../../util/groupBy.ts';
import { inChunks } from '../../util/inChunks.ts';
import { placeOf } from '../../util/placeOf.ts';
import { type CheckpointIndex, indexedKey } from './checkpointIndex.ts';
import type { Commit, Head } from './head.ts';
import type { SharedBlobs } from './SharedBlobs.ts';

const objectsAtOnce = 8;

/** What the tier holds at one moment of its history: the checkpoint of a head, and the tail on top of it. */
export class Moment {
  readonly head: Head;
  readonly #blobs: SharedBlobs;
  #ofKeys: Promise<ReadonlyMap<string, readonly Change[]>> | undefined;

  constructor(head: Head, blobs: SharedBlobs) {
    this.head = head;
    this.#blobs = blobs;
  }

  /** Of the checkpoint, without the tail. */
  index(): Promise<CheckpointIndex> {
    return this.#blobs.index(this.head);
  }

  /** What was committed after that number, in the order of the history. */
  async changesAfter(seq: number): Promise<readonly Change[]> {
    const commits = this.head.tail.filter((commit) => commit.seq > seq);
    const loaded = new Map<Commit, readonly Change[]>();
    await inChunks(commits, objectsAtOnce, async (commit) => {
      loaded.set(commit, await this.#blobs.changes(commit, this.head));
    });
    return commits.flatMap((commit) => loaded.get(commit) as readonly Change[]);
  }

  /** The changes of the tail by entity key. */
  changesOfKeys(): Promise<ReadonlyMap<string, readonly Change[]>> {
    if (this.#ofKeys === undefined) {
      const grouping = this.changesAfter(this.head.checkpoint.seq).then((all) => groupBy(all, (c) => c.entityKey));
      this.#ofKeys = grouping;
      grouping.catch(() => {
        if (this.#ofKeys === grouping) this.#ofKeys = undefined;
      });
    }
    return this.#ofKeys;
  }

  /** Whether the tail holds everything that is known of a key. */
  isRepaired(entityKey: string): boolean {
    return this.head.tail.some(({ repaired }) => repaired?.includes(entityKey) === true);
  }

  /** The records of a key: the blob of the checkpoint, then the tail. */
  async records(entityKey: string): Promise<readonly StoredRecord[]> {
    const tail = (await this.changesOfKeys()).get(entityKey) ?? [];
    const merged = new Map<string, StoredRecord>();
    for (const record of await this.#folded(entityKey)) merged.set(placeOf(record.entityName, record.id), record);
    for (const { entityName, id, record } of tail) {
      const place = placeOf(entityName, id);
      const winner = mergeRecords(merged.get(place), record ?? undefined);
      if (winner !== undefined) merged.set(place, winner);
    }
    return [...merged.values()];
  }

  async #folded(entityKey: string): Promise<readonly StoredRecord[]> {
    const entry = indexedKey(await this.index(), entityKey);
    if (entry === undefined) return [];
    try {
      const data = await this.#blobs.blob(entityKey, entry.object, this.head);
      return this.#blobs.records(entityKey, entry.object, data);
    } catch (error) {
      // Read all the same, for whoever repaired it may have met a passing fault.
      if (error instanceof TierSyncError && error.code === 'corrupt' && this.isRepaired(entityKey)) return [];
      throw error;
    }
  }
}
