import type { HeldRecords } from '../../interfaces/ISharedTier.ts';
import type { Change } from '../../interfaces/ITier.ts';
import type { StoredRecord } from '../../interfaces/StoredRecord.ts';
import { groupBy } from '../../util/groupBy.ts';
import { inChunks } from '../../util/inChunks.ts';
import type { CheckpointIndex } from './checkpointIndex.ts';
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

  /** The records of a key. The code of it comes when somebody asks: a device that is in step has all of them. */
  async records(entityKey: string, held?: HeldRecords): Promise<readonly StoredRecord[]> {
    const { recordsAt } = await import('./recordsAt.ts');
    return recordsAt(this, this.#blobs, { entityKey, held });
  }
}
