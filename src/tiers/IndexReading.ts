import { KeyDraft } from '../blob/KeyDraft.ts';
import { KeySums } from '../blob/KeySums.ts';
import { TierSyncError } from '../errors.ts';
import type { Blobs } from './Blobs.ts';
import type { KeyDrafts } from './KeyDrafts.ts';
import type { KeyIndex } from './KeyIndex.ts';
import { readIndex } from './localIndex.ts';
import type { Witness } from './Witness.ts';

export interface IndexReadingOptions {
  readonly blobs: Blobs;
  readonly drafts: KeyDrafts;
  readonly index: KeyIndex;
  readonly indexKey: string;
  readonly keyPrefix: string;
  readonly witness?: Witness | undefined;
  readonly onWaiting?: ((draft: KeyDraft) => void) | undefined;
}

/** Reads the stored index into memory, and counts anew the keys whose entries are in doubt. */
export class IndexReading {
  readonly #o: IndexReadingOptions;
  #isRead = false;

  constructor(options: IndexReadingOptions) {
    this.#o = options;
  }

  async read(): Promise<void> {
    const { blobs, index, indexKey, witness } = this.#o;
    const stored = await blobs.loadAs(indexKey, readIndex);
    if (this.#isRead && stored !== null) witness?.compare(index.keys, stored.keys);
    this.#isRead = true;
    index.take(stored);
  }

  /**
   * For the first time, while others may write: false where anything is in doubt, damaged, or just being written.
   * Then it has to be looked at again while nobody does.
   */
  async isPlain(): Promise<boolean> {
    const { blobs, index, indexKey, keyPrefix } = this.#o;
    try {
      const [keys, stored] = await Promise.all([blobs.list(keyPrefix), blobs.read(indexKey, readIndex)]);
      index.take(stored);
      this.#compareWith(keys);
      this.#isRead = index.suspects.size === 0;
    } catch (error) {
      if (Object(error).code === 'unavailable') throw error;
    }
    return this.#isRead;
  }

  /** The same, while nobody else writes: what there is says what the index may lack, and that is counted. */
  async readWithList(): Promise<void> {
    const [keys] = await Promise.all([this.#o.blobs.list(this.#o.keyPrefix), this.read()]);
    this.#compareWith(keys);
    await this.recountSuspects();
  }

  #compareWith(keys: readonly string[] | null): void {
    const { index, keyPrefix } = this.#o;
    const isKey = (key: string): boolean => !key.startsWith('$', keyPrefix.length);
    if (keys !== null) index.compareWith(new Set(keys.filter(isKey)));
  }

  async recountSuspects(): Promise<void> {
    const { blobs, drafts, index, onWaiting, witness } = this.#o;
    if (index.suspects.size === 0) return;
    const before = new Map(index.keys);
    try {
      for (const key of index.suspects) {
        try {
          const data = await drafts.load(key);
          index.enter(key, KeySums.of(data === null ? [] : blobs.records(key, data)), data);
          // An earlier write failed with unknown outcome: only now is it known whether it happened.
          onWaiting?.(new KeyDraft(key, data, { summary: index.keys.get(key) }));
        } catch (error) {
          // A newer version's blob keeps its entry and its reader's error; the rest of the tier loads.
          if (!(error instanceof TierSyncError) || error.code !== 'upgrade-needed') throw error;
        }
      }
    } finally {
      // A process that was killed in the middle of a write could not tell anybody of it. Told of even if counting failed half-way:
      // what was counted until then is not counted again.
      witness?.compare(before, index.keys);
    }
  }
}
