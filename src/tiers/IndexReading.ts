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

  /** For the first time: what there is says what the index may lack. */
  async readWithList(): Promise<void> {
    const { blobs, index, keyPrefix } = this.#o;
    const [keys] = await Promise.all([blobs.list(keyPrefix), this.read()]);
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
