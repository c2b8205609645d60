import { hashText } from '../blob/hash.ts';
import type { Committed, Cursor, ISharedTier, Look } from '../interfaces/ISharedTier.ts';
import type { ApplyResult, Change, ITier } from '../interfaces/ITier.ts';
import type { Metadata } from '../interfaces/Metadata.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { nothingForgotten } from '../reconcile/Finding.ts';

const lineage = 'compared';

/**
 * Any tier as one that is shared, without a history: what is new is found by comparing all hashes. Nothing here keeps two
 * writers apart, so a commit is only believed when a later look has seen it.
 */
export class ComparedTier implements ISharedTier {
  readonly isDegraded = true;
  readonly #open: () => Promise<ITier>;
  #tier: Promise<ITier> | null = null;
  #metadata: Metadata | null = null;

  /** `open`: asked anew for each look, so that nothing that is remembered of it can be out of date. */
  constructor(open: () => Promise<ITier>) {
    this.#open = open;
  }

  async changesSince(cursor: Cursor | null): Promise<Look> {
    this.#tier = this.#open();
    this.#metadata = await (await this.#tier).readMetadata();
    const now = cursorOf(this.#metadata);
    const isSame = cursor?.lineage === lineage && cursor.nonce === now.nonce;
    return { cursor: now, reach: isSame ? 'since' : 'first', changes: [], horizon: nothingForgotten };
  }

  async readMetadata(): Promise<Metadata> {
    this.#metadata ??= await (await this.#now()).readMetadata();
    return this.#metadata;
  }

  async readKey(entityKey: string): Promise<readonly StoredRecord[]> {
    return (await this.#now()).readKey(entityKey);
  }

  async commit(changes: readonly Change[], since: Cursor | null): Promise<Committed> {
    // The moment stays the one before: the next look compares, and sees what became of it.
    return { cursor: since ?? cursorOf(null), results: await this.apply(changes) };
  }

  async apply(changes: readonly Change[]): Promise<readonly ApplyResult[]> {
    return (await this.#now()).apply(changes);
  }

  async close(): Promise<void> {
    await (await this.#tier?.catch(() => null))?.close();
  }

  #now(): Promise<ITier> {
    this.#tier ??= this.#open();
    return this.#tier;
  }
}

function cursorOf(metadata: Metadata | null): Cursor {
  const sums = Object.entries(metadata?.entityKeys ?? {}).flatMap(([key, { entities }]) =>
    Object.entries(entities).map(([name, { hash, deletedHash }]) => [key, name, hash, deletedHash].join('\u0000')),
  );
  return { lineage, seq: 0, nonce: String(hashText(sums.sort().join('\u0001'))) };
}
