import { FORMAT, type KeyDataDraft, PAGED_FORMAT } from '../../blob/keyData.ts';
import { TierSyncError } from '../../errors.ts';
import type { BucketSettings } from '../../interfaces/BucketSettings.ts';
import { inChunks } from '../../util/inChunks.ts';
import { type CheckpointIndex, type IndexedKey, type IndexedPart, indexedKey } from './checkpointIndex.ts';
import { type FoldedKey, foldKey } from './foldKey.ts';
import {
  type CheckpointRef,
  furtherHorizon,
  type Head,
  noHorizon,
  nonceAt,
  objectsInTail,
  withCheckpoint,
} from './head.ts';
import { checkpointRef, formatOf, partsOf } from './indexedParts.ts';
import type { Moment } from './Moment.ts';
import { dataName, indexName, pageName } from './names.ts';
import { cutOf, type NextIndex, nextIndex } from './nextIndex.ts';
import type { SharedBlobs } from './SharedBlobs.ts';
import type { SharedHead } from './SharedHead.ts';
import type { SharedObjects } from './SharedObjects.ts';

export interface CheckpointOptions {
  readonly objects: SharedObjects;
  readonly blobs: SharedBlobs;
  readonly head: SharedHead;
  readonly createNonce: () => string;
  readonly settings: BucketSettings;
  /** Runs the swap of the head while this device does nothing else with the head. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>;
}

const keysAtOnce = 8;
const swapTries = 8;

interface Made extends NextIndex {
  readonly ref: CheckpointRef;
}

/**
 * Folds the commits of a tail into new blobs and makes the head stand on them. Nothing written before the swap is seen
 * by anybody, so that a crash anywhere leaves objects without a reference and nothing else. It folds commits and
 * never adds any: what a device only knows through the tail would never reach it.
 */
export class Checkpoint {
  readonly #options: CheckpointOptions;
  readonly #moment: Moment;
  readonly #base: Head;
  readonly #nonce: string;

  /** Of the whole tail of that moment; what came later stays in the tail of the head. */
  constructor(moment: Moment, options: CheckpointOptions) {
    this.#moment = moment;
    this.#base = moment.head;
    this.#options = options;
    this.#nonce = options.createNonce();
  }

  /** False: the work of another device was faster, or a blob cannot be read and nobody has repaired it yet. */
  async run(): Promise<boolean> {
    let made: Made;
    try {
      made = await this.#make();
    } catch (error) {
      // It was reported. The commits stay in the tail, where everybody can read them.
      if (error instanceof TierSyncError && error.code === 'corrupt') return false;
      throw error;
    }
    if (!(await this.#options.alone(() => this.#swap(made.ref)))) return false;
    this.#options.blobs.learn(made.ref.index as string, made.index);
    await this.#removeExpired(made.expired);
    return true;
  }

  async #make(): Promise<Made> {
    const { objects, settings } = this.#options;
    const { seq, checkpoint } = this.#base;
    const before = await this.#moment.index();
    const cut = cutOf(before, objects.now(), settings);
    const folded = await this.#foldKeys(before, cut);
    const name = indexName(seq, this.#nonce);
    const next = nextIndex(
      before,
      {
        self: { seq, at: objects.now(), index: name },
        keys: new Map([...folded].flatMap(([key, { entry }]) => (entry === undefined ? [] : [[key, entry]]))),
        horizon: [...folded.values()].reduce((far, { horizon }) => furtherHorizon(far, horizon), noHorizon),
        replaced: [...(checkpoint.index === null ? [] : [checkpoint.index]), ...objectsInTail(this.#base)],
        quarantined: [...folded.values()].flatMap(({ unreadable }) => unreadable),
      },
      settings,
    );
    await objects.put(name, next.index, formatOf(next.index));
    const nonce = nonceAt(this.#base, seq) as string;
    return { ...next, ref: { ...checkpointRef(name, next.index), seq, nonce } };
  }

  async #foldKeys(before: CheckpointIndex, cut: number): Promise<ReadonlyMap<string, FoldedKey>> {
    const { blobs, settings } = this.#options;
    const tail = await this.#moment.changesOfKeys();
    const isDue = (entry: IndexedKey): boolean => partsOf(entry).some(({ folded = Infinity }) => folded <= cut);
    const due = Object.entries(before.keys).filter(([, entry]) => isDue(entry));
    const folded = new Map<string, FoldedKey>();
    await inChunks([...new Set([...tail.keys(), ...due.map(([key]) => key)])], keysAtOnce, async (entityKey) => {
      const found = await foldKey({
        entry: indexedKey(before, entityKey),
        changes: tail.get(entityKey) ?? [],
        isRepaired: this.#moment.isRepaired(entityKey),
        seq: this.#base.seq,
        cut,
        pageRecords: settings.pageRecords,
        load: (part) => this.#load(entityKey, part),
        write: (data, count, number) => this.#write(entityKey, data, count, number),
        onUnreadable: (part, places) => blobs.reportUnreadable(entityKey, part?.object ?? entityKey, places),
      });
      folded.set(entityKey, found);
    });
    return folded;
  }

  async #load(entityKey: string, { object }: IndexedPart): Promise<KeyDataDraft | null> {
    try {
      return await this.#options.blobs.blob(entityKey, object, this.#base);
    } catch (error) {
      const isCorrupt = error instanceof TierSyncError && error.code === 'corrupt';
      if (!isCorrupt || !this.#moment.isRepaired(entityKey)) throw error;
      return null;
    }
  }

  async #write(entityKey: string, data: KeyDataDraft, count: number, number: number): Promise<string> {
    const name = dataName(entityKey, this.#base.seq, this.#nonce);
    const object = count === 1 ? name : pageName(name, count, number);
    await this.#options.objects.put(object, data, count === 1 ? FORMAT : PAGED_FORMAT);
    return object;
  }

  /**
   * Commits that arrived meanwhile are kept. Who loses leaves its objects where they are: the checkpoint that won may
   * have been made on top of this one, after a reply that was lost.
   */
  async #swap(ref: CheckpointRef): Promise<boolean> {
    const { head, createNonce } = this.#options;
    for (let tries = 0; tries < swapTries; tries++) {
      const seen = head.seen;
      if (seen?.value.checkpoint.index === ref.index) return true;
      if (seen === null || !this.#isBaseOf(seen.value)) return false;
      if (await head.swap(withCheckpoint(seen.value, ref, createNonce()), seen)) return true;
    }
    return false;
  }

  #isBaseOf(head: Head): boolean {
    const { lineage, seq, checkpoint } = this.#base;
    if (head.lineage !== lineage || head.checkpoint.index !== checkpoint.index) return false;
    return nonceAt(head, seq) === nonceAt(this.#base, seq);
  }

  async #removeExpired(names: readonly string[]): Promise<void> {
    // Those that stay are found by `collectGarbage`.
    await inChunks(names, keysAtOnce, (name) => this.#options.objects.delete(name).catch(() => {}));
  }
}
