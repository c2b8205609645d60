import { FORMAT } from '../blob/keyData.ts';
import type { EntityKeyData } from '../interfaces/EntityKeyData.ts';
import type { IPersistence } from '../interfaces/IPersistence.ts';
import type { KeySummary } from '../interfaces/Metadata.ts';
import type { Edit } from '../reconcile/applyEdit.ts';
import { inChunks } from '../util/inChunks.ts';
import { Blobs, type BlobsOptions } from './Blobs.ts';
import type { LocalTier } from './LocalTier.ts';
import { editsIn, notedForm } from './notedEdits.ts';

/** A persistence that can take something while its page is left. */
export type LeavablePersistence = IPersistence & Required<Pick<IPersistence, 'storeAtOnce' | 'listKeys'>>;

export interface PartingNotesOptions extends BlobsOptions {
  readonly persistence: LeavablePersistence;
  readonly keyPrefix: string;
}

/** Who has the data open now. */
interface Heir {
  readonly flusher: { apply(edits: readonly Edit[]): Promise<unknown> };
  readonly tier: Pick<LocalTier, 'summaryOf'>;
  readonly metadata: { markUnloaded(entityKey: string, summary: KeySummary): void };
}

const idLength = 12;
const blobsAtOnce = 16;

/**
 * Edits that were in memory only when a page was left. A flush would have to read first, and does not come to its end then. So
 * they are stored beside the blobs by one call that need not be waited for, and whoever opens the data next writes them into
 * the blobs. Doing that twice is harmless.
 */
export class PartingNotes {
  readonly #persistence: LeavablePersistence;
  readonly #createId: (size: number) => string;
  readonly #blobs: Blobs;
  readonly #place: string;
  /** Written here, and not needed any more once all is durable. */
  #own: string[] = [];

  constructor(options: PartingNotesOptions) {
    this.#persistence = options.persistence;
    this.#createId = options.createId;
    this.#blobs = new Blobs(options);
    this.#place = `${options.keyPrefix}$left.`;
  }

  /** Returns at once. It may come to nothing: then all is as if the page had ended before. */
  write(edits: readonly Edit[]): void {
    const key = this.#place + this.#createId(idLength);
    this.#own.push(key);
    const note = { $: { format: FORMAT, edits: edits.map(notedForm) } } as unknown as EntityKeyData;
    this.#persistence.storeAtOnce(key, note);
  }

  /** All that was written here so far is durable by now. What stays nevertheless does no harm, and goes another time. */
  async forget(): Promise<void> {
    const keys = this.#own;
    if (keys.length === 0) return;
    this.#own = [];
    await inChunks(keys, blobsAtOnce, (key) => this.#blobs.clear(key)).catch(() => this.#own.push(...keys));
  }

  /** Hands over what was left, before anything is read. Whether there was anything. */
  async deliver({ flusher, tier, metadata }: Heir): Promise<boolean> {
    let isAny = false;
    for (const note of (await this.#blobs.list(this.#place)) ?? []) {
      const edits = await this.#blobs.loadAs(note, editsIn).catch(unlessNewer);
      if (edits === null) continue;
      isAny = true;
      await flusher.apply(edits);
      for (const { entityKey } of edits) {
        const summary = tier.summaryOf(entityKey);
        if (summary !== undefined) metadata.markUnloaded(entityKey, summary);
      }
      await this.#blobs.clear(note);
    }
    return isAny;
  }
}

/** What a newer version has noted waits for that one. */
function unlessNewer(error: unknown): null {
  if (Object(error).code === 'upgrade-needed') return null;
  throw error;
}
