import type { KeySummary, Metadata, NameSummary } from '../interfaces/Metadata.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { addHash, subtractHash } from './hash.ts';
import { expiryOf } from './stub.ts';

type NameSums = { -readonly [Field in keyof NameSummary]: NameSummary[Field] };

const noStamp = 0;
const noTime = new Date(noStamp).toISOString();

/** The sums of one entity key while records come and go: each change costs the same, however large the key. */
export class KeySums {
  readonly #names = new Map<string, NameSums>();
  #time = noTime;
  #stamp = 0;
  /** Undefined: nobody has counted what was there before. */
  #bytes: number | undefined = 0;
  #soonest = Number.POSITIVE_INFINITY;

  static from(summary: KeySummary | undefined): KeySums {
    const sums = new KeySums();
    if (summary === undefined) return sums;
    sums.#time = summary.updatedAt;
    sums.#stamp = Date.parse(summary.updatedAt);
    sums.#bytes = summary.bytes;
    sums.#soonest = summary.expiresAt ?? Number.POSITIVE_INFINITY;
    for (const [name, entry] of Object.entries(summary.entities)) sums.#names.set(name, { ...entry });
    return sums;
  }

  static of(records: Iterable<StoredRecord>): KeySums {
    const sums = new KeySums();
    for (const record of records) sums.replace(undefined, record);
    return sums;
  }

  /** One record takes the place of another; either may be missing. */
  replace(before: StoredRecord | undefined, after: StoredRecord | undefined): void {
    if (before !== undefined) this.#count(before, -1, subtractHash);
    if (after === undefined) return;
    this.#count(after, 1, addHash);
    this.#soonest = Math.min(this.#soonest, expiryOf(after) ?? Number.POSITIVE_INFINITY);
    if (after.stamp <= this.#stamp) return;
    this.#stamp = after.stamp;
    this.#time = after.time;
  }

  #count(record: StoredRecord, by: 1 | -1, combine: (a: number, b: number) => number): void {
    let sums = this.#names.get(record.entityName);
    if (sums === undefined) {
      sums = { hash: 0, deletedHash: 0, count: 0, deletedCount: 0 };
      this.#names.set(record.entityName, sums);
    }
    if (this.#bytes !== undefined) this.#bytes += by * bytesOf(record);
    if (record.isEvicted) sums.evictedCount = (sums.evictedCount ?? 0) + by;
    if (record.isDeleted) {
      sums.deletedHash = combine(sums.deletedHash, record.hash);
      sums.deletedCount += by;
    } else {
      sums.hash = combine(sums.hash, record.hash);
      sums.count += by;
    }
  }

  /** Whether an entry of an index says the same. */
  equals(summary: KeySummary | undefined): boolean {
    const names = Object.entries(this.summary().entities);
    const others = Object.entries(summary?.entities ?? {}).filter(([, n]) => n.count > 0 || n.deletedCount > 0);
    return names.length === others.length && names.every(([name, sums]) => isSameSums(sums, summary?.entities[name]));
  }

  get isEmpty(): boolean {
    for (const sums of this.#names.values()) if (sums.count > 0 || sums.deletedCount > 0) return false;
    return true;
  }

  summary(): KeySummary {
    const entities: Record<string, NameSummary> = {};
    let hash = 0;
    for (const [name, sums] of this.#names) {
      if (sums.count === 0 && sums.deletedCount === 0) continue;
      const { evictedCount, ...counted } = sums;
      entities[name] = evictedCount ? { ...counted, evictedCount } : counted;
      hash = addHash(hash, sums.hash);
    }
    return { hash, updatedAt: this.#time, entities };
  }

  /** The same, with what only those ask who keep it on a device. */
  localSummary(isCounted: boolean): KeySummary {
    const bytes = this.#bytes === undefined || !isCounted ? {} : { bytes: this.#bytes };
    const expiry = Number.isFinite(this.#soonest) ? { expiresAt: this.#soonest } : {};
    return { ...this.summary(), ...bytes, ...expiry };
  }
}

/** What a record takes, roughly: the characters of its content and of its name there. */
export const bytesOf = ({ id, text }: StoredRecord): number => id.length + text.length;

const isSameSums = (a: NameSummary, b: NameSummary | undefined): boolean =>
  a.hash === b?.hash &&
  a.deletedHash === b.deletedHash &&
  a.count === b.count &&
  a.deletedCount === b.deletedCount &&
  (a.evictedCount ?? 0) === (b.evictedCount ?? 0);

/** The index of a tier from the summaries of its keys. */
export function toMetadata(keys: ReadonlyMap<string, KeySummary>): Metadata {
  const entityKeys: Record<string, KeySummary> = {};
  let hash = 0;
  let updatedAt = noTime;
  for (const [key, summary] of keys) {
    entityKeys[key] = summary;
    hash = addHash(hash, summary.hash);
    if (summary.updatedAt > updatedAt) updatedAt = summary.updatedAt;
  }
  return { updatedAt, hash, entityKeys };
}

export type Totals = Pick<Metadata, 'hash' | 'updatedAt'>;

/** The same when one key is counted anew. The time of the latest stamp stays, whatever became of that record. */
export const addSummary = ({ hash, updatedAt }: Totals, before: KeySummary | undefined, after: KeySummary): Totals => ({
  hash: addHash(subtractHash(hash, before?.hash ?? 0), after.hash),
  updatedAt: after.updatedAt > updatedAt ? after.updatedAt : updatedAt,
});
