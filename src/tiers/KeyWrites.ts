import type { KeyDraft } from '../blob/KeyDraft.ts';
import { asKeyData } from '../blob/keyData.ts';
import type { BlobPatch } from '../interfaces/BlobPatch.ts';
import { inChunks } from '../util/inChunks.ts';
import type { BlobParts } from './BlobParts.ts';
import type { Blobs } from './Blobs.ts';
import type { IndexAfter, KeyIndex } from './KeyIndex.ts';
import { writeIndex } from './localIndex.ts';
import type { PagedBlobs, PageWrites } from './PagedBlobs.ts';

export interface KeyWritesOptions {
  readonly blobs: Blobs;
  readonly parts: BlobParts | null;
  readonly pages: PagedBlobs | null;
  readonly index: KeyIndex;
  readonly indexKey: string;
}

const blobsAtOnce = 16;

/**
 * Stores keys, and the index with them: in one step, where the persistence can; else it is noted first which keys are
 * about to change, then come the keys, then the index. Where blobs can be changed in part, only that is written.
 */
export class KeyWrites {
  readonly #o: KeyWritesOptions;

  constructor(options: KeyWritesOptions) {
    this.#o = options;
  }

  /** Whether several keys are stored in one step. */
  get isOneStep(): boolean {
    const { blobs, parts } = this.#o;
    return parts === null ? blobs.isOneStep : parts.isOneStep;
  }

  async store(drafts: ReadonlyMap<string, KeyDraft>): Promise<void> {
    const { blobs, parts, index } = this.#o;
    index.doubt(drafts);
    const after = index.after(drafts);
    if (parts === null) await this.#storeWhole(after);
    else await this.#storeParts(parts, after);
    await blobs.flush();
    index.settle(after);
  }

  async #storeWhole(next: IndexAfter): Promise<void> {
    const { blobs, index, indexKey } = this.#o;
    const { drafts } = next;
    const after = index.whole(next);
    const writes = await Promise.all([...drafts.values()].map((draft) => this.#writesOf(draft)));
    const pages = writes.flatMap((write) => write.pages);
    const heads = writes.flatMap((write) => write.after);
    if (blobs.isOneStep) {
      const last = writes.flatMap((write) => (write.after.length > 0 ? write.after : write.before));
      await blobs.storeMany([...pages, ...last, [indexKey, after]]);
    } else {
      const store = ([key, data]: (typeof pages)[number]): Promise<void> => blobs.store(key, data);
      if (drafts.size > 0) await blobs.store(indexKey, writeIndex(index.before(drafts)));
      await inChunks(
        writes.flatMap((write) => write.before),
        blobsAtOnce,
        store,
      );
      await inChunks(pages, blobsAtOnce, store);
      await inChunks(heads, blobsAtOnce, store);
      await blobs.store(indexKey, after);
    }
    // Nothing names them: what stays of them is in nobody's way.
    await inChunks(
      writes.flatMap((write) => write.gone),
      blobsAtOnce,
      (key) => blobs.clear(key).catch(() => {}),
    );
  }

  async #writesOf(draft: KeyDraft): Promise<PageWrites> {
    const { entityKey, data } = draft;
    const { pages } = this.#o;
    if (pages !== null) return pages.writesOf(entityKey, data, draft.changes());
    return { before: [], pages: [[entityKey, asKeyData(data)]], after: [], gone: [] };
  }

  async #storeParts(parts: BlobParts, after: IndexAfter): Promise<void> {
    const { index } = this.#o;
    const { drafts } = after;
    const patches = [...drafts].map(([key, draft]): BlobPatch => ({ key, changes: draft.changes() }));
    if (!parts.isOneStep && drafts.size > 0) {
      const before = index.before(drafts);
      await this.#storeIndex(parts, [], index.changesBefore(drafts));
      index.stored = before;
      await inChunks(patches, blobsAtOnce, (patch) => parts.patch([patch]));
      await this.#storeIndex(parts, [], index.changesTo(after));
    } else await this.#storeIndex(parts, patches, index.changesTo(after));
  }

  /** What is stored of the index is known again when it is known that it was. */
  async #storeIndex(parts: BlobParts, patches: readonly BlobPatch[], changes: BlobPatch['changes']): Promise<void> {
    const { index, indexKey } = this.#o;
    index.stored = null;
    await parts.patch([...patches, { key: indexKey, changes }]);
  }
}
