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
  readonly #tier: ITier;
  #metadata: Metadata | null = null;

  constructor(tier: ITier) {
    this.#tier = tier;
  }

  async changesSince(cursor: Cursor | null): Promise<Look> {
    this.#metadata = await this.#tier.readMetadata();
    const now = cursorOf(this.#metadata);
    const isSame = cursor?.lineage === lineage && cursor.nonce === now.nonce;
    return { cursor: now, reach: isSame ? 'since' : 'first', changes: [], horizon: nothingForgotten };
  }

  async readMetadata(): Promise<Metadata> {
    this.#metadata ??= await this.#tier.readMetadata();
    return this.#metadata;
  }

  readKey(entityKey: string): Promise<readonly StoredRecord[]> {
    return this.#tier.readKey(entityKey);
  }

  async commit(changes: readonly Change[], since: Cursor | null): Promise<Committed> {
    // The moment stays the one before: the next look compares, and sees what became of it.
    return { cursor: since ?? cursorOf(null), results: await this.#tier.apply(changes) };
  }

  apply(changes: readonly Change[]): Promise<readonly ApplyResult[]> {
    return this.#tier.apply(changes);
  }

  close(): Promise<void> {
    return this.#tier.close();
  }
}

function cursorOf(metadata: Metadata | null): Cursor {
  const sums = Object.entries(metadata?.entityKeys ?? {}).flatMap(([key, { entities }]) =>
    Object.entries(entities).map(([name, { hash, deletedHash }]) => [key, name, hash, deletedHash].join('\u0000')),
  );
  return { lineage, seq: 0, nonce: String(hashText(sums.sort().join('\u0001'))) };
}
