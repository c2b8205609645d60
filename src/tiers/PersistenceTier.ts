import { countOf, hasCountsOf } from '../blob/indexCounts.ts';
import { KeySums, toMetadata } from '../blob/KeySums.ts';
import { asKeyData, type KeyDataDraft, newKeyData, putRecord, recordAt, removeRecord } from '../blob/keyData.ts';
import { TierSyncError } from '../errors.ts';
import type { IPersistence } from '../interfaces/IPersistence.ts';
import type { ApplyResult, Change, ITier, TierProblem } from '../interfaces/ITier.ts';
import type { KeySummary, Metadata } from '../interfaces/Metadata.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { compareRecords } from '../reconcile/compareRecords.ts';
import { groupBy } from '../util/groupBy.ts';
import { inChunks } from '../util/inChunks.ts';
import { placeOf } from '../util/placeOf.ts';
import { SerialQueue } from '../util/SerialQueue.ts';
import { Blobs } from './Blobs.ts';
import { readIndex, writeIndex } from './localIndex.ts';

export interface PersistenceTierOptions {
  readonly persistence: IPersistence;
  /** What every key begins with, separator included. */
  readonly keyPrefix: string;
  readonly createId: (size: number) => string;
  readonly onProblem: (problem: TierProblem) => void;
}

const blobsAtOnce = 16;
const applied: ApplyResult = { outcome: 'applied' };

/** A blob after a merge, with its sums. */
interface Merged {
  readonly data: KeyDataDraft;
  readonly summary: KeySummary;
}

/**
 * The tier over a plain persistence: one blob a key, and an index. A write notes first which keys are about to change,
 * then stores the blobs, then the index, so that a crash costs a second look at those keys only; where the persistence
 * can store several keys in one step, it is one step. The index is never believed over a blob.
 */
export class PersistenceTier implements ITier {
  readonly #persistence: IPersistence;
  readonly #blobs: Blobs;
  readonly #keyPrefix: string;
  readonly #indexKey: string;
  readonly #queue = new SerialQueue();
  #keys = new Map<string, KeySummary>();
  /** Keys whose entry in the index may not fit the blob: they are counted anew before the entry is used. */
  readonly #suspects = new Set<string>();
  /** Keys that were counted anew, and the stored index does not say so yet. */
  readonly #unwritten = new Set<string>();
  #isComplete = true;
  /** The index was lost once, and nothing lists the keys that it named: it says so for as long as it stands. */
  #isPartial = false;

  private constructor(options: PersistenceTierOptions) {
    this.#persistence = options.persistence;
    const onProblem = (problem: TierProblem): void => {
      if (problem.entityKey === this.#indexKey) this.#isPartial = true;
      options.onProblem(problem);
    };
    this.#blobs = new Blobs({ ...options, onProblem });
    this.#keyPrefix = options.keyPrefix;
    this.#indexKey = `${options.keyPrefix}$metadata`;
  }

  static async open(options: PersistenceTierOptions): Promise<PersistenceTier> {
    const tier = new PersistenceTier(options);
    await tier.#alone(async () => {
      await tier.#readIndex();
      await tier.#compareWithList();
      await tier.#recountSuspects();
    });
    return tier;
  }

  /** Whether a key that the index does not name is certainly empty. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Keys that exist but could not be counted, because a newer version wrote them. */
  get uncounted(): readonly string[] {
    return [...this.#suspects];
  }

  async readMetadata(): Promise<Metadata> {
    return toMetadata(this.#keys);
  }

  readKey(entityKey: string): Promise<readonly StoredRecord[]> {
    return this.#queue.run(async () => {
      const data = await this.#load(entityKey);
      const records = data === null ? [] : this.#blobs.records(entityKey, data);
      const summary = this.#keys.get(entityKey);
      if (!hasCountsOf(summary, records)) {
        if (data !== null && countOf(summary) > records.length) this.#blobs.lacksRecords(entityKey);
        this.#enter(entityKey, KeySums.of(records));
      }
      return records;
    });
  }

  apply(changes: readonly Change[]): Promise<readonly ApplyResult[]> {
    return this.#alone(async () => {
      if (this.#persistence.exclusive !== undefined) await this.#readIndex();
      await this.#recountSuspects();
      const results = new Map<Change, ApplyResult>();
      for (const step of this.#steps(changes)) await this.#applyStep(step, results);
      return changes.map((change) => results.get(change) as ApplyResult);
    });
  }

  /** Removes everything under the prefix. */
  clear(): Promise<void> {
    return this.#alone(async () => {
      const listed = (await this.#blobs.list(this.#keyPrefix)) ?? [];
      const keys = [...new Set([...listed, ...this.#keys.keys()])].filter((key) => key !== this.#indexKey);
      await this.#blobs.store(
        this.#indexKey,
        writeIndex({ isPartial: this.#isPartial, keys: this.#keys, checking: keys }),
      );
      await inChunks(keys, blobsAtOnce, (key) => this.#blobs.clear(key));
      await this.#blobs.clear(this.#indexKey);
      this.#keys.clear();
    });
  }

  close(): Promise<void> {
    return this.#queue.run(async () => await this.#persistence.close?.());
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#queue.run(() => this.#persistence.exclusive?.(work) ?? work());
  }

  /**
   * Where several keys cannot be stored in one step, what is created is stored before what is deleted: a crash in the
   * middle of a move leaves both places, never none.
   */
  #steps(changes: readonly Change[]): readonly (readonly Change[])[] {
    const isOne = this.#persistence.storeMany !== undefined || new Set(changes.map((c) => c.entityKey)).size < 2;
    if (isOne) return [changes];
    const first: Change[] = [];
    const second: Change[] = [];
    const postponed = new Set<string>();
    for (const change of changes) {
      const place = placeOf(change.entityName, change.id);
      // Changes of one id keep their order.
      if (change.record?.isDeleted === false && !postponed.has(place)) first.push(change);
      else {
        second.push(change);
        postponed.add(place);
      }
    }
    return [first, second];
  }

  async #mergeAll(changes: readonly Change[], results: Map<Change, ApplyResult>): Promise<Map<string, Merged>> {
    const merged = new Map<string, Merged>();
    await inChunks([...groupBy(changes, (change) => change.entityKey)], blobsAtOnce, async ([key, ofKey]) => {
      const blob = await this.#merge(key, ofKey, results);
      if (blob !== null) merged.set(key, blob);
    });
    return merged;
  }

  async #applyStep(changes: readonly Change[], results: Map<Change, ApplyResult>): Promise<void> {
    let merged = await this.#mergeAll(changes, results);
    const isRefused = ([{ record }, { outcome }]: [Change, ApplyResult]): boolean =>
      outcome === 'rejected' && record?.isDeleted === false;
    const [, refusal] = [...results].find(isRefused) ?? [];
    if (refusal !== undefined) {
      // A deletion may be the other half of what was refused: it waits with it.
      const halves = changes.filter(({ record }) => record?.isDeleted !== false);
      for (const change of halves) results.set(change, refusal);
      if (halves.length > 0)
        merged = await this.#mergeAll(
          changes.filter((c) => !halves.includes(c)),
          results,
        );
    }
    if (merged.size > 0 || this.#unwritten.size > 0) await this.#store(merged);
  }

  async #load(key: string): Promise<KeyDataDraft | null> {
    const data = await this.#blobs.load(key);
    if (data === null && this.#keys.has(key)) this.#blobs.missing(key);
    // Keys are there that the index does not name: it is not that of a fresh place.
    if (data !== null && !this.#isComplete && !this.#keys.has(key) && !this.#suspects.has(key)) this.#isPartial = true;
    return data;
  }

  /** Merges the changes of one key into its blob; null where nothing changes. */
  async #merge(key: string, changes: readonly Change[], results: Map<Change, ApplyResult>): Promise<Merged | null> {
    let loaded: KeyDataDraft | null;
    try {
      loaded = await this.#load(key);
    } catch (error) {
      if (!(error instanceof TierSyncError) || error.code !== 'upgrade-needed') throw error;
      const rejected: ApplyResult = { outcome: 'rejected', code: error.code, reason: error.message };
      for (const change of changes) results.set(change, rejected);
      return null;
    }
    const data = loaded ?? newKeyData();
    const isTrusted = loaded !== null && this.#keys.has(key) && !this.#suspects.has(key);
    const sums = isTrusted ? KeySums.from(this.#keys.get(key)) : KeySums.of(this.#blobs.records(key, data));
    let isChanged = false;
    for (const change of changes) {
      const current = recordAt(data, change.entityName, change.id);
      const order = compareWith(current, change.record);
      results.set(change, order < 0 && current !== undefined ? { outcome: 'superseded', record: current } : applied);
      if (order <= 0) continue;
      if (change.record === null) removeRecord(data, change.entityName, change.id);
      else putRecord(data, change.record);
      sums.replace(current, change.record ?? undefined);
      isChanged = true;
    }
    if (isChanged) return { data, summary: sums.summary() };
    if (!isTrusted && loaded !== null) this.#enter(key, sums);
    return null;
  }

  async #store(merged: ReadonlyMap<string, Merged>): Promise<void> {
    const isPartial = this.#isPartial && this.#persistence.listKeys === undefined;
    const before = { isPartial, keys: this.#keys, checking: [...new Set([...merged.keys(), ...this.#suspects])] };
    const keys = new Map(this.#keys);
    for (const [key, { summary }] of merged) keys.set(key, summary);
    const after = { isPartial, keys, checking: [...this.#suspects].filter((key) => !merged.has(key)) };
    for (const key of merged.keys()) this.#suspects.add(key);
    if (this.#persistence.storeMany !== undefined) {
      const blobs = [...merged].map(([key, { data }]) => [key, asKeyData(data)] as const);
      await this.#blobs.storeMany([...blobs, [this.#indexKey, writeIndex(after)]]);
    } else {
      if (merged.size > 0) await this.#blobs.store(this.#indexKey, writeIndex(before));
      await inChunks([...merged], blobsAtOnce, ([key, { data }]) => this.#blobs.store(key, asKeyData(data)));
      await this.#blobs.store(this.#indexKey, writeIndex(after));
    }
    await this.#blobs.flush();
    this.#keys = keys;
    for (const key of merged.keys()) this.#suspects.delete(key);
    this.#unwritten.clear();
  }

  async #readIndex(): Promise<void> {
    // What is known of other keys may be out of date: another process may have written, or the index may be gone.
    for (const key of this.#unwritten) this.#suspects.add(key);
    const index = await this.#blobs.loadAs(this.#indexKey, readIndex);
    if (index === null) {
      for (const key of this.#keys.keys()) this.#suspects.add(key);
      // A fresh place and a lost index look the same here; only a list of keys tells them apart.
      this.#isComplete = this.#persistence.listKeys !== undefined;
      return;
    }
    this.#keys = index.keys;
    this.#isPartial ||= index.isPartial;
    this.#isComplete = !this.#isPartial || this.#persistence.listKeys !== undefined;
    for (const key of index.checking) this.#suspects.add(key);
  }

  async #compareWithList(): Promise<void> {
    const keys = await this.#blobs.list(this.#keyPrefix);
    if (keys === null) return;
    const listed = new Set(keys);
    for (const key of listed) {
      if (!key.startsWith('$', this.#keyPrefix.length) && !this.#keys.has(key)) this.#suspects.add(key);
    }
    for (const key of this.#keys.keys()) if (!listed.has(key)) this.#suspects.add(key);
  }

  async #recountSuspects(): Promise<void> {
    for (const key of this.#suspects) await this.#recount(key);
  }

  async #recount(key: string): Promise<void> {
    try {
      const data = await this.#load(key);
      this.#enter(key, KeySums.of(data === null ? [] : this.#blobs.records(key, data)));
    } catch (error) {
      // A newer version's blob keeps its entry and its reader's error; the rest of the tier loads.
      if (!(error instanceof TierSyncError) || error.code !== 'upgrade-needed') throw error;
    }
  }

  #enter(key: string, sums: KeySums): void {
    if (sums.isEmpty) this.#keys.delete(key);
    else this.#keys.set(key, sums.summary());
    this.#suspects.delete(key);
    this.#unwritten.add(key);
  }
}

/** Above zero: the change takes the place of what stands there; zero: it stands there already. */
function compareWith(current: StoredRecord | undefined, record: StoredRecord | null): number {
  if (record === null) return current === undefined ? 0 : 1;
  return current === undefined ? 1 : compareRecords(record, current);
}
