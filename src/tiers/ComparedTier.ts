import { hashText } from '../blob/hash.ts';
import type { Committed, Cursor, ISharedTier, Look, SentChange } from '../interfaces/ISharedTier.ts';
import type { ApplyResult, Change, ITier } from '../interfaces/ITier.ts';
import type { Metadata } from '../interfaces/Metadata.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { compareRecords } from '../reconcile/compareRecords.ts';
import { isSame, nothingForgotten } from '../reconcile/Finding.ts';
import { groupBy } from '../util/groupBy.ts';
import { placeOf } from '../util/placeOf.ts';

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

  async commit(changes: readonly SentChange[], since: Cursor | null): Promise<Committed> {
    const met = await this.#meet(changes);
    const rest = changes.filter((change) => !met.has(change));
    const results = new Map([...met, ...(await this.apply(rest)).map((result, i) => [rest[i]!, result] as const)]);
    // The moment stays the one before: the next look compares, and sees what became of it.
    return { cursor: since ?? cursorOf(null), results: changes.map((change) => results.get(change) as ApplyResult) };
  }

  /** The record in the place of a change, if the sender did not know it: somebody has written since, and it must stay. */
  async #meet(changes: readonly SentChange[]): Promise<Map<SentChange, ApplyResult>> {
    const met = new Map<SentChange, ApplyResult>();
    for (const [key, ofKey] of groupBy(changes, ({ entityKey }) => entityKey)) {
      const held = new Map((await this.readKey(key)).map((record) => [placeOf(record.entityName, record.id), record]));
      for (const change of ofKey) {
        const record = held.get(placeOf(change.entityName, change.id));
        const isKnown = record === undefined || isSame(record, change.record) || isSeen(record, change.base);
        if (!isKnown) met.set(change, { outcome: 'superseded', record });
      }
    }
    return met;
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

/** What was known, or something before it: a write that got lost there leaves no more than that. */
function isSeen(record: StoredRecord, base: StoredRecord | null | undefined): boolean {
  return base !== null && base !== undefined && compareRecords(record, base) <= 0;
}

function cursorOf(metadata: Metadata | null): Cursor {
  const sums = Object.entries(metadata?.entityKeys ?? {}).flatMap(([key, { entities }]) =>
    Object.entries(entities).map(([name, { hash, deletedHash }]) => [key, name, hash, deletedHash].join('\u0000')),
  );
  return { lineage, seq: 0, nonce: String(hashText(sums.sort().join('\u0001'))) };
}
