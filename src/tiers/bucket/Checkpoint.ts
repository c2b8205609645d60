import type { KeyDataDraft } from '../../blob/keyData.ts';
import { TierSyncError } from '../../errors.ts';
import type { BucketSettings } from '../../interfaces/BucketSettings.ts';
import { inChunks } from '../../util/inChunks.ts';
import { type CheckpointIndex, type IndexedKey, indexedKey, metadataOf } from './checkpointIndex.ts';
import { type Folded, foldCommits } from './foldCommits.ts';
import {
  type CheckpointRef,
  furtherHorizon,
  type Head,
  noHorizon,
  nonceAt,
  objectsInTail,
  withCheckpoint,
} from './head.ts';
import type { Moment } from './Moment.ts';
import { dataName, indexName } from './names.ts';
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

const blobsAtOnce = 8;
const swapTries = 8;

/** A key after its commits were folded. */
interface FoldedKey {
  readonly entityKey: string;
  /** Null: nothing is left of it. Undefined: it stays as it was. */
  readonly entry: IndexedKey | null | undefined;
  readonly horizon: Folded['horizon'];
  /** A blob that could not be read, and does not have to be. */
  readonly unreadable?: string;
}

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
        keys: new Map(folded.flatMap(({ entityKey, entry }) => (entry === undefined ? [] : [[entityKey, entry]]))),
        horizon: folded.reduce((far, { horizon }) => furtherHorizon(far, horizon), noHorizon),
        replaced: [...(checkpoint.index === null ? [] : [checkpoint.index]), ...objectsInTail(this.#base)],
        quarantined: folded.flatMap(({ unreadable }) => unreadable ?? []),
      },
      settings,
    );
    await objects.put(name, next.index);
    const nonce = nonceAt(this.#base, seq) as string;
    const { hash } = metadataOf(next.index);
    return { ...next, ref: { seq, nonce, hash, index: name, horizon: next.index.horizon } };
  }

  async #foldKeys(before: CheckpointIndex, cut: number): Promise<readonly FoldedKey[]> {
    const tail = await this.#moment.changesOfKeys();
    const aged = Object.entries(before.keys).filter(([, { folded }]) => folded !== undefined && folded <= cut);
    const folded: FoldedKey[] = [];
    await inChunks([...new Set([...tail.keys(), ...aged.map(([key]) => key)])], blobsAtOnce, async (entityKey) => {
      const { base, unreadable } = await this.#baseOf(entityKey, indexedKey(before, entityKey));
      const places: string[] = [];
      const result = foldCommits({
        base,
        changes: tail.get(entityKey) ?? [],
        seq: this.#base.seq,
        cut,
        onUnreadable: (place) => places.push(place),
      });
      if (places.length > 0) this.#reportUnreadable(before, entityKey, places);
      folded.push({
        entityKey,
        entry: await this.#write(entityKey, result),
        horizon: result.horizon,
        ...(unreadable === undefined ? {} : { unreadable }),
      });
    });
    return folded;
  }

  async #baseOf(
    entityKey: string,
    entry: IndexedKey | undefined,
  ): Promise<{ readonly base: KeyDataDraft | null; readonly unreadable?: string }> {
    if (entry === undefined) return { base: null };
    try {
      return { base: await this.#options.blobs.blob(entityKey, entry.object, this.#base) };
    } catch (error) {
      const isCorrupt = error instanceof TierSyncError && error.code === 'corrupt';
      if (!isCorrupt || !this.#moment.isRepaired(entityKey)) throw error;
      return { base: null, unreadable: entry.object };
    }
  }

  #reportUnreadable(before: CheckpointIndex, entityKey: string, places: readonly string[]): void {
    this.#options.blobs.reportUnreadable(entityKey, indexedKey(before, entityKey)?.object ?? entityKey, places);
  }

  async #write(entityKey: string, { data, summary, folded, isChanged, isEmpty }: Folded): Promise<FoldedKey['entry']> {
    if (!isChanged) return undefined;
    if (isEmpty) return null;
    const object = dataName(entityKey, this.#base.seq, this.#nonce);
    await this.#options.objects.put(object, data);
    return { object, summary, ...(folded === undefined ? {} : { folded }) };
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
    await inChunks(names, blobsAtOnce, (name) => this.#options.objects.delete(name).catch(() => {}));
  }
}
