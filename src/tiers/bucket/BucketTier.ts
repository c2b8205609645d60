import { TierSyncError } from '../../errors.ts';
import type { BucketSettings } from '../../interfaces/BucketSettings.ts';
import type { Environment } from '../../interfaces/Environment.ts';
import type { IBucket } from '../../interfaces/IBucket.ts';
import type { Committed, Cursor, HeldRecords, ISharedTier, Look } from '../../interfaces/ISharedTier.ts';
import type { ApplyResult, Change, TierProblem } from '../../interfaces/ITier.ts';
import type { Metadata } from '../../interfaces/Metadata.ts';
import type { StoredRecord } from '../../interfaces/StoredRecord.ts';
import { SerialQueue } from '../../util/SerialQueue.ts';
import { metadataOf, type PastCheckpoint } from './checkpointIndex.ts';
import type { Garbage } from './collectGarbage.ts';
import { createCommit } from './createCommit.ts';
import {
  asOf,
  beforeLatest,
  type Commit,
  cursorOf,
  fateOf,
  firstHead,
  type Head,
  isSameCursor,
  isTailFull,
  noHorizon,
  reachOf,
  withCommit,
} from './head.ts';
import { Moment } from './Moment.ts';
import { headName, isProbe } from './names.ts';
import { SharedBlobs } from './SharedBlobs.ts';
import { SharedHead } from './SharedHead.ts';
import { type Seen, SharedObjects } from './SharedObjects.ts';
import { defaultSettings } from './settings.ts';

export interface BucketTierOptions {
  readonly bucket: IBucket;
  /** What the name of every object begins with, before a `/`. */
  readonly prefix: string;
  readonly environment: Pick<Environment, 'now' | 'createId'>;
  /** Stands in the history beside what this device committed. */
  readonly device: string;
  readonly onProblem: (problem: TierProblem) => void;
  readonly settings?: Partial<BucketSettings>;
  /** Whether this device has seen before that this store compares before it writes. */
  readonly isProbed?: boolean;
  readonly onProbed?: () => void;
}

const nonceLength = 12;
const applyTries = 16;
const applied: ApplyResult = Object.freeze({ outcome: 'applied' });

/**
 * The tier that many devices share through a bucket, without a server. One object, the head, is overwritten by
 * compare-and-swap; everything else is written once. Nothing is asked of the bucket before somebody asks the tier. What
 * happens once or seldom is code that is loaded when it does.
 */
export class BucketTier implements ISharedTier {
  readonly #options: BucketTierOptions;
  readonly #settings: BucketSettings;
  readonly #objects: SharedObjects;
  readonly #head: SharedHead;
  readonly #blobs: SharedBlobs;
  readonly #queue = new SerialQueue();
  /** Of the latest look, and ahead of it by our own commits. Null: there was no head. Undefined: nobody looked. */
  #moment: Moment | null | undefined;
  /** The bucket was listed, and holds nothing of ours. */
  #isKnownEmpty = false;
  #isProbed: boolean;
  #checkpoint: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: BucketTierOptions) {
    const { bucket, prefix, environment, onProblem } = options;
    this.#options = options;
    this.#settings = { ...defaultSettings, ...options.settings };
    this.#isProbed = options.isProbed ?? false;
    this.#objects = new SharedObjects({ bucket, prefix, now: environment.now });
    this.#head = new SharedHead(this.#objects);
    this.#blobs = new SharedBlobs({ objects: this.#objects, head: this.#head, onProblem });
  }

  get clockOffset(): number | null {
    return this.#objects.clockOffset;
  }

  changesSince(cursor: Cursor | null): Promise<Look> {
    return this.#alone(async () => {
      const moment = await this.#look(cursor !== null);
      if (moment === null) return { cursor: null, reach: 'first', changes: [], horizon: noHorizon };
      const { head } = moment;
      const reach = reachOf(cursor, head);
      const after = cursor !== null && reach === 'since' ? cursor.seq : head.checkpoint.seq;
      const changes = await moment.changesAfter(after);
      return { cursor: cursorOf(head), reach, changes, horizon: head.checkpoint.horizon };
    });
  }

  async readMetadata(): Promise<Metadata> {
    return metadataOf(await (await this.#latest()).index());
  }

  async readKey(entityKey: string, held?: HeldRecords): Promise<readonly StoredRecord[]> {
    return (await this.#latest()).records(entityKey, held);
  }

  commit(
    changes: readonly Change[],
    since: Cursor | null,
    { repaired = [] }: { readonly repaired?: readonly string[] } = {},
  ): Promise<Committed | 'stale'> {
    return this.#alone(() => this.#commit(changes, since, repaired));
  }

  /** The trial of the store also tells its time, before anything is stamped for good. */
  prepare(): Promise<void> {
    return this.#alone(() => this.#prove());
  }

  /** Merges, whatever others write meanwhile: the one order decides, so nothing has to be decided anew. */
  apply(changes: readonly Change[]): Promise<readonly ApplyResult[]> {
    return this.#alone(async () => {
      if (changes.length === 0) return [];
      for (let tries = 0; tries < applyTries; tries++) {
        const moment = await this.#look(false);
        const committed = await this.#commit(changes, moment === null ? null : cursorOf(moment.head), []);
        if (committed !== 'stale') return committed.results;
      }
      throw new TierSyncError('unavailable', 'others write to this cloud all the time; try again later');
    });
  }

  /**
   * Folds the tail where it holds more than it should. A commit never waits for that: its outcome is what matters, and
   * once the tail is full its changes stand in an object beside the head, so that the head stays small meanwhile.
   */
  maintain(): Promise<void> {
    this.#checkpoint ??= this.#fold().finally(() => {
      this.#checkpoint = undefined;
    });
    return this.#checkpoint;
  }

  /** Removes what nothing refers to any more. */
  collectGarbage(): Promise<Garbage> {
    return this.#alone(async () => (await import('./history.ts')).collectGarbage(this.#objects, await this.#present()));
  }

  /** The checkpoints that can be read and restored, oldest first. */
  history(): Promise<readonly PastCheckpoint[]> {
    return this.#alone(async () => (await import('./history.ts')).historyOf(await this.#present()));
  }

  /** All records as they were at a checkpoint of `history`. */
  readAt(seq: number): Promise<readonly Change[]> {
    return this.#alone(async () => (await import('./history.ts')).readAt(await this.#present(), seq, this.#blobs));
  }

  /** Waits for what runs. The bucket stays open: it was handed in, and others may share it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#checkpoint?.catch(() => {});
    await this.#queue.run(async () => {});
  }

  async #alone<T>(work: () => Promise<T>): Promise<T> {
    this.#checkOpen();
    return await this.#queue.run(work);
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new TierSyncError('closed', 'this cloud was detached; attach it again with setCloud');
  }

  async #latest(): Promise<Moment> {
    this.#checkOpen();
    const moment = this.#moment === undefined ? await this.#queue.run(() => this.#look(false)) : this.#moment;
    return moment ?? this.#momentOf(firstHead('', ''));
  }

  /** The present, for housekeeping: what the tier answers of stays the moment of the latest look. */
  async #present(): Promise<Moment> {
    return this.#momentOf((await this.#see(false))?.value ?? firstHead('', ''));
  }

  #momentOf(head: Head): Moment {
    return new Moment(head, this.#blobs);
  }

  #stand(head: Head): Moment {
    const moment = this.#moment?.head === head ? this.#moment : this.#momentOf(head);
    this.#moment = moment;
    this.#blobs.keepFor([head, this.#head.seen?.value ?? head]);
    return moment;
  }

  async #look(isExpected: boolean): Promise<Moment | null> {
    const seen = await this.#see(isExpected);
    this.#moment = seen === null ? null : this.#stand(seen.value);
    return this.#moment;
  }

  async #see(isExpected: boolean): Promise<Seen<Head> | null> {
    const seen = (await this.#head.look()) ?? (await this.#whereThereIsNoHead(isExpected));
    this.#isKnownEmpty = seen === null;
    return seen;
  }

  /** No head: nobody has written yet, or what was written is lost. Only in the first case may anybody begin. */
  async #whereThereIsNoHead(isExpected: boolean): Promise<Seen<Head> | null> {
    if (!isExpected && (this.#isKnownEmpty || !(await this.#holdsObjects()))) return null;
    // Another device may have begun between the look and the list.
    const seen = await this.#head.look();
    if (seen !== null) return seen;
    throw (await import('./missingHead.ts')).missingHead(this.#objects.place(headName), isExpected);
  }

  async #holdsObjects(): Promise<boolean> {
    for await (const { name } of this.#objects.list()) if (!isProbe(name)) return true;
    return false;
  }

  async #commit(
    changes: readonly Change[],
    since: Cursor | null,
    repaired: readonly string[],
  ): Promise<Committed | 'stale'> {
    if (changes.length === 0) {
      if (since === null) throw new TypeError('Give `commit` a change: no history begins with nothing.');
      return { cursor: since, results: [] };
    }
    const seen = await this.#base(since);
    if (seen === 'stale') return 'stale';
    const { device, environment } = this.#options;
    const stamps = { nonce: this.#createNonce(), device, at: environment.now() };
    const commit = await createCommit(changes, { ...stamps, repaired, seen, settings: this.#settings }, this.#objects);
    if ('object' in commit) this.#blobs.learnChanges(commit.object, changes);
    const isSwapped = await this.#head.swap(withCommit(seen.value, commit), seen);
    if (!isSwapped && !this.#isDone(commit, seen.value.lineage)) return 'stale';
    const { head } = this.#stand(asOf(this.#head.seen?.value as Head, commit.seq));
    return { cursor: cursorOf(head), results: changes.map(() => applied) };
  }

  /** The head to build on; made first where there is none yet, so that nothing ever stands there without one. */
  async #base(since: Cursor | null): Promise<Seen<Head> | 'stale'> {
    const seen = this.#head.seen;
    if (seen !== null) {
      const isSame = since !== null && isSameCursor(since, cursorOf(seen.value));
      if (!isSame) return 'stale';
      await this.#prove();
      return seen;
    }
    if (since !== null || this.#moment === undefined) return 'stale';
    await this.#prove();
    // Listed anew, as hours may have passed since the look.
    this.#isKnownEmpty = false;
    if ((await this.#look(false)) !== null) return 'stale';
    const created = await this.#head.create(firstHead(this.#createNonce(), this.#createNonce()));
    this.#isKnownEmpty = false;
    return created.value.seq === 0 ? created : 'stale';
  }

  async #prove(): Promise<void> {
    if (this.#isProbed) return;
    const { probe } = await import('./probe.ts');
    await probe(this.#objects, () => this.#createNonce());
    this.#isProbed = true;
    this.#options.onProbed?.();
  }

  /** Whether a commit happened though nobody said so. */
  #isDone(commit: Commit, lineage: string): boolean {
    const head = this.#head.seen?.value;
    const fate = head === undefined ? 'unknown' : fateOf(commit, lineage, head);
    if (fate !== 'unknown') return fate === 'done';
    throw new TierSyncError('unavailable', 'it is not known whether the changes were written; look again');
  }

  async #fold(): Promise<void> {
    this.#checkOpen();
    const seen = this.#head.seen;
    if (seen === null || !isTailFull(seen.value, seen.size, this.#settings)) return;
    await this.#alone(() => this.#prove());
    const { Checkpoint } = await import('./Checkpoint.ts');
    const checkpoint = new Checkpoint(this.#momentOf(beforeLatest(seen.value, this.#settings)), {
      objects: this.#objects,
      blobs: this.#blobs,
      head: this.#head,
      createNonce: () => this.#createNonce(),
      settings: this.#settings,
      alone: (work) => this.#alone(work),
    });
    await checkpoint.run();
  }

  #createNonce(): string {
    return this.#options.environment.createId(nonceLength);
  }
}
