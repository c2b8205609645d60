import { countOf, evictedIn, hasCountsOf } from '../blob/indexCounts.ts';
import type { KeyDraft } from '../blob/KeyDraft.ts';
import { KeySums, toMetadata } from '../blob/KeySums.ts';
import type { KeyDataDraft } from '../blob/keyData.ts';
import { closedError, TierSyncError } from '../errors.ts';
import type { EntityKeyData } from '../interfaces/EntityKeyData.ts';
import type { IPersistence } from '../interfaces/IPersistence.ts';
import type { ApplyResult, Change, ITier, TierProblem } from '../interfaces/ITier.ts';
import type { KeySummary, Metadata } from '../interfaces/Metadata.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { halvesOf } from '../reconcile/halvesOf.ts';
import { inSafeOrder } from '../reconcile/inSafeOrder.ts';
import { takeLater } from '../reconcile/takeLater.ts';
import { groupBy } from '../util/groupBy.ts';
import { inChunks } from '../util/inChunks.ts';
import { SerialQueue } from '../util/SerialQueue.ts';
import { Blobs } from './Blobs.ts';
import { IndexReading } from './IndexReading.ts';
import type { OpenedDraft, Reach } from './KeyDrafts.ts';
import { KeyIndex } from './KeyIndex.ts';
import { type KeyAccess, keyAccess } from './keyAccess.ts';
import { writeIndex } from './localIndex.ts';
import type { PersistenceTierOptions } from './PersistenceTierOptions.ts';
import type { Decide, Revise } from './revision.ts';
import type { Witness } from './Witness.ts';

interface Revision {
  readonly key: string;
  readonly revise: Revise;
  readonly reach: Reach;
}

const blobsAtOnce = 16;

/**
 * The tier over a plain persistence: one blob a key, and an index. A crash in the middle of a write costs a second look at
 * the keys it was about, or nothing, where the persistence can store several keys in one step. The index is never
 * believed over a blob. What is decided about a key is decided while it is held: nothing comes in between.
 */
export class PersistenceTier implements ITier {
  readonly #persistence: IPersistence;
  readonly #blobs: Blobs;
  readonly #keyPrefix: string;
  readonly #indexKey: string;
  readonly #noteKey: string;
  readonly #queue = new SerialQueue();
  readonly #onWaiting: PersistenceTierOptions['onWaiting'];
  readonly #isShared: boolean;
  readonly #index: KeyIndex;
  readonly #keys: KeyAccess;
  readonly #reading: IndexReading;
  readonly #witness: Witness | undefined;
  #isClosed = false;

  private constructor(options: PersistenceTierOptions) {
    this.#persistence = options.persistence;
    this.#onWaiting = options.onWaiting;
    this.#isShared = options.isShared ?? false;
    const onProblem = (problem: TierProblem): void => {
      if (problem.entityKey === this.#indexKey) this.#index.isPartial = true;
      else if (problem.code !== 'upgrade-needed' && !this.#isShared) this.#index.lost.add(problem.entityKey);
      options.onProblem(problem);
    };
    this.#index = new KeyIndex(options.persistence.listKeys !== undefined, options.isCounted ?? false);
    this.#blobs = new Blobs({ ...options, onProblem });
    this.#keyPrefix = options.keyPrefix;
    this.#indexKey = `${options.keyPrefix}$metadata`;
    this.#noteKey = `${options.keyPrefix}$sync`;
    const held = { blobs: this.#blobs, index: this.#index, indexKey: this.#indexKey, isShared: this.#isShared };
    this.#keys = keyAccess({ ...options, ...held, onProblem });
    this.#witness = options.witness;
    this.#reading = new IndexReading({ ...options, ...held, drafts: this.#keys.drafts });
  }

  static async open(options: PersistenceTierOptions): Promise<PersistenceTier> {
    const tier = new PersistenceTier(options);
    await tier.#alone(async () => {
      // One look at a shared one is one read.
      await (tier.#isShared ? tier.#reading.read() : tier.#reading.readWithList());
      await tier.#reading.recountSuspects();
    });
    return tier;
  }

  /** Whether a key that the index does not name is certainly empty. */
  get isComplete(): boolean {
    return this.#index.isComplete;
  }

  /** Keys that exist but could not be counted, because a newer version wrote them. */
  get uncounted(): readonly string[] {
    return [...this.#index.suspects];
  }

  get lost(): ReadonlySet<string> {
    return this.#index.lost;
  }

  async readMetadata(): Promise<Metadata> {
    return toMetadata(this.#index.keys);
  }

  async readKey(entityKey: string): Promise<readonly StoredRecord[]> {
    const records = await this.readHeld(entityKey);
    return evictedIn(this.#index.keys.get(entityKey)) === 0 ? records : records.filter((one) => !one.isEvicted);
  }

  /** The records of one key, and the stubs of those that were taken away to make room. */
  async readHeld(entityKey: string): Promise<readonly StoredRecord[]> {
    const records = await this.#run(() => this.#readKey(entityKey, this.#witness !== undefined));
    if (records !== null) return records;
    // Another tab has written since the index was read, or is about to.
    return this.#alone(async () => {
      await this.#lookAgain();
      return (await this.#readKey(entityKey, false)) as readonly StoredRecord[];
    });
  }

  /** Null: the index says otherwise, and `mayBeOld`. */
  async #readKey(entityKey: string, mayBeOld: boolean): Promise<readonly StoredRecord[] | null> {
    const data = await this.#keys.drafts.load(entityKey);
    const records = data === null ? [] : this.#blobs.records(entityKey, data);
    const summary = this.#index.keys.get(entityKey);
    const sums = this.#isShared ? KeySums.of(records) : null;
    const isRight = sums?.equals(summary) ?? hasCountsOf(summary, records);
    if (isRight && !this.#index.isUncounted(entityKey)) return records;
    if (!isRight && mayBeOld) return null;
    if (!isRight && data !== null && countOf(summary) > records.length) this.#blobs.lacksRecords(entityKey);
    this.#index.enter(entityKey, sums ?? KeySums.of(records), data);
    if (this.#isShared) await this.#store(new Map());
    return records;
  }

  apply<C extends Change>(changes: readonly C[], decide: Decide<C> = takeLater): Promise<readonly ApplyResult[]> {
    return this.#alone(async () => {
      const isOneStep = this.#keys.writes.isOneStep || new Set(changes.map((c) => c.entityKey)).size < 2;
      const steps = isOneStep ? [changes] : (inSafeOrder(changes) as readonly (readonly C[])[]);
      this.#keys.pages?.begin(steps[0] ?? []);
      await this.#lookAgain();
      const results = new Map<C, ApplyResult>();
      for (const step of steps) await this.#applyStep(step, decide, results);
      return changes.map((change) => results.get(change) as ApplyResult);
    });
  }

  /** Decides about keys (`restored`: by what others hold of them), and resolves to why some cannot be read here. */
  revise(
    revisions: ReadonlyMap<string, Revise>,
    reach: 'waiting' | 'all' | 'restored' = 'all',
  ): Promise<ReadonlyMap<string, TierSyncError>> {
    return this.#alone(async () => {
      await this.#lookAgain();
      const refused = new Map<string, TierSyncError>();
      const within: Reach = reach === 'restored' ? 'all' : reach;
      const reached = [...revisions].map(([key, revise]) => ({ key, revise, reach: within }));
      const drafts = await this.#draft(reached, (key, error) => refused.set(key, error));
      if (reach === 'restored') this.#index.restore([...revisions.keys()].filter((key) => !refused.has(key)));
      await this.#store(drafts);
      return refused;
    });
  }

  /** Tells once more, and from the blobs, what waits. */
  readWaiting(): Promise<void> {
    return this.#run(async () => {
      await inChunks([...this.#index.pending], blobsAtOnce, async (key) => {
        const { draft } = await this.#keys.drafts.open(key, 'waiting');
        this.#onWaiting?.(draft);
      });
    });
  }

  countActive(): number {
    return this.#index.countActive();
  }

  summaries(): ReadonlyMap<string, KeySummary> {
    return this.#index.keys;
  }

  summaryOf(entityKey: string): KeySummary | undefined {
    return this.#index.keys.get(entityKey);
  }

  /** What stands beside the keys: where this device stands with its cloud. */
  readNote(): Promise<KeyDataDraft | null> {
    return this.#run(() => this.#blobs.load(this.#noteKey));
  }

  writeNote(note: EntityKeyData): Promise<void> {
    return this.#run(async () => {
      await this.#blobs.store(this.#noteKey, note);
      await this.#blobs.flush();
      this.#witness?.noted();
    });
  }

  /** Removes everything under the prefix. */
  clear(): Promise<void> {
    return this.#alone(async () => {
      const listed = (await this.#blobs.list(this.#keyPrefix)) ?? (await this.#knownKeys());
      const keys = [...new Set([...listed, ...this.#index.keys.keys()])].filter((key) => key !== this.#indexKey);
      await this.#blobs.store(this.#indexKey, writeIndex({ ...this.#index.toStored(), checking: keys }));
      await inChunks(keys, blobsAtOnce, (key) => this.#blobs.clear(key));
      await this.#blobs.clear(this.#indexKey);
      this.#index.clear();
      this.#witness?.cleared();
    });
  }

  /** What is asked for later is refused. */
  close(): Promise<void> {
    const closing = this.#run(async () => await this.#persistence.close?.());
    this.#isClosed = true;
    return closing;
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const whole = (): Promise<T> => work().finally(() => this.#keys.pages?.forget());
    return this.#run(() => this.#persistence.exclusive?.(whole) ?? whole());
  }

  #run<T>(work: () => Promise<T>): Promise<T> {
    return this.#isClosed ? Promise.reject(closedError()) : this.#queue.run(work);
  }

  async #applyStep<C extends Change>(
    changes: readonly C[],
    decide: Decide<C>,
    results: Map<C, ApplyResult>,
  ): Promise<void> {
    const draftOf = (part: readonly C[]): Promise<ReadonlyMap<string, KeyDraft>> => {
      const byKey = groupBy(part, (change) => change.entityKey);
      const revisions = [...byKey].map(([key, reach]): Revision => {
        const revise: Revise = (draft) => {
          for (const change of reach) results.set(change, decide(draft, change));
        };
        return { key, revise, reach };
      });
      return this.#draft(revisions, (key, { code, message: reason }) => {
        for (const change of byKey.get(key) ?? []) results.set(change, { outcome: 'rejected', code, reason });
      });
    };
    let drafts = await draftOf(changes);
    const halves = halvesOf(changes, results);
    if (halves.size > 0) drafts = await draftOf(changes.filter((change) => !halves.has(change)));
    for (const [change, refusal] of halves) results.set(change, refusal);
    await this.#store(drafts);
  }

  /** The keys as they are to be: those in which something changes. */
  async #draft(
    revisions: readonly Revision[],
    onRefused: (key: string, error: TierSyncError) => void,
  ): Promise<ReadonlyMap<string, KeyDraft>> {
    const drafts = new Map<string, KeyDraft>();
    await inChunks(revisions, blobsAtOnce, async ({ key, revise, reach }) => {
      let opened: OpenedDraft;
      try {
        opened = await this.#keys.drafts.open(key, reach);
      } catch (error) {
        if (!(error instanceof TierSyncError) || error.code !== 'upgrade-needed') throw error;
        return onRefused(key, error);
      }
      const { draft, loaded, isTrusted } = opened;
      revise(draft);
      if (draft.isChanged) drafts.set(key, draft);
      else if ((!isTrusted && loaded !== null) || draft.isRecounted)
        this.#index.enter(key, KeySums.from(draft.summary()), loaded);
    }).finally(() => this.#keys.pages?.forget());
    return drafts;
  }

  async #store(drafts: ReadonlyMap<string, KeyDraft>): Promise<void> {
    if (drafts.size === 0 && this.#index.unwritten.size === 0) return;
    const hadPending = [...drafts.keys()].filter((key) => this.#index.pending.has(key));
    const before = this.#index.keys;
    const summaries = new Map([...drafts.keys()].flatMap((key) => (before.has(key) ? [[key, before.get(key)!]] : [])));
    await this.#keys.writes.store(drafts);
    this.#witness?.stored(drafts, summaries);
    for (const draft of drafts.values()) {
      if (draft.isWaiting || hadPending.includes(draft.entityKey)) this.#onWaiting?.(draft);
    }
  }

  /** Another process may have written since, and what is in doubt is counted before it is used. */
  async #lookAgain(): Promise<void> {
    if (this.#persistence.exclusive !== undefined) await this.#reading.read();
    await this.#reading.recountSuspects();
  }

  /** What can stand where nothing lists it. */
  async #knownKeys(): Promise<string[]> {
    const pages = [...this.#index.keys.keys()].map(async (key) => (await this.#keys.pages?.keysOf(key)) ?? []);
    return [this.#noteKey, ...(await Promise.all(pages)).flat()];
  }
}
