import { KeyDraft } from '../blob/KeyDraft.ts';
import type { KeyDataDraft } from '../blob/keyData.ts';
import { waitingIn } from '../blob/outboxOf.ts';
import { TierSyncError } from '../errors.ts';
import { placeOf } from '../util/placeOf.ts';
import type { BlobParts, RecordPlace } from './BlobParts.ts';
import type { Blobs } from './Blobs.ts';
import type { KeyIndex } from './KeyIndex.ts';
import type { PagedBlobs } from './PagedBlobs.ts';

/** What of a key something is decided about: these records, or those in which something waits, or any. */
export type Reach = readonly RecordPlace[] | 'waiting' | 'all';

export interface KeyDraftsOptions {
  readonly blobs: Blobs;
  readonly parts: BlobParts | null;
  readonly pages: PagedBlobs | null;
  readonly index: KeyIndex;
}

/** A draft, and what was read of the blob; null: there was none. */
export interface OpenedDraft {
  readonly draft: KeyDraft;
  readonly loaded: KeyDataDraft | null;
  readonly isTrusted: boolean;
}

/** Reads keys, so that something can be decided about them: in part, where that is enough and the index is sure of them. */
export class KeyDrafts {
  readonly #o: KeyDraftsOptions;

  constructor(options: KeyDraftsOptions) {
    this.#o = options;
  }

  async open(key: string, reach: Reach): Promise<OpenedDraft> {
    return (await this.#openPart(key, reach)) ?? (await this.#openWhole(key));
  }

  /** The blob as a whole. */
  async load(key: string): Promise<KeyDataDraft | null> {
    const { blobs, pages, index } = this.#o;
    const data = await (pages ?? blobs).load(key);
    if (data === null && index.keys.has(key)) blobs.missing(key);
    // Keys are there that the index does not name: it is not that of a fresh place.
    if (data !== null && !index.isComplete && !index.keys.has(key) && !index.suspects.has(key)) index.isPartial = true;
    return data;
  }

  async #openWhole(key: string): Promise<OpenedDraft> {
    const { blobs, index } = this.#o;
    const loaded = await this.load(key);
    const isTrusted = loaded !== null && index.isTrusted(key);
    // Counting what cannot be read is also what reports it.
    if (!isTrusted && loaded !== null) blobs.records(key, loaded);
    return {
      draft: new KeyDraft(key, loaded, {
        summary: isTrusted ? index.keys.get(key) : undefined,
        isCounted: index.isCounted,
      }),
      loaded,
      isTrusted,
    };
  }

  /** Null: all of it has to be read, and what is wrong with it is found there. */
  async #openPart(key: string, reach: Reach): Promise<OpenedDraft | null> {
    const { parts, pages, index } = this.#o;
    const source = parts ?? pages;
    if (source === null || reach === 'all' || index.suspects.has(key)) return null;
    const places = reach === 'waiting' ? [] : reach;
    try {
      const loaded = await source.loadPart(key, places);
      // Reading may have found that the index is wrong.
      const isTrusted = index.isTrusted(key);
      if (index.suspects.has(key) || (loaded !== null) !== isTrusted) return null;
      const part = new Set(places.map(({ entityName, id }) => placeOf(entityName, id)));
      const isWhole = loaded !== null && pages?.isWhole(loaded) === true;
      if (loaded !== null && !isWhole) {
        // What waits is looked at as a whole, whatever was asked for.
        const waiting = waitingIn(loaded).filter(({ entityName, id }) => !part.has(placeOf(entityName, id)));
        await parts?.loadMore(loaded, key, waiting);
        for (const { entityName, id } of waiting) part.add(placeOf(entityName, id));
      }
      return {
        draft: new KeyDraft(key, loaded, {
          summary: index.keys.get(key),
          part: isWhole ? undefined : part,
          isCounted: index.isCounted,
        }),
        loaded,
        isTrusted,
      };
    } catch (error) {
      if (error instanceof TierSyncError && (error.code === 'corrupt' || error.code === 'upgrade-needed')) return null;
      throw error;
    }
  }
}
