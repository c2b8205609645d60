import fastStringify from 'fast-json-stable-stringify';
import type { EntityKeyData, Metadata, NameSummary } from 'tiersync';
import { addHash, hashActive, hashTombstone } from '../../src/blob/hash.ts';

export interface Sums {
  readonly hash: number;
  readonly entities: { readonly [entityName: string]: NameSummary };
}

/** What the index ought to say of a blob, counted without any of the engine's bookkeeping. */
export function recountBlob(blob: EntityKeyData): Sums {
  const entities: Record<string, { -readonly [Field in keyof NameSummary]: NameSummary[Field] }> = {};
  const sumsOf = (name: string) => {
    entities[name] ??= { hash: 0, deletedHash: 0, count: 0, deletedCount: 0 };
    return entities[name];
  };
  if (typeof blob !== 'object') throw new TypeError('these bytes are rotten');
  let hash = 0;
  for (const [name, records] of Object.entries(blob)) {
    if (name === 'deleted' || name.startsWith('$')) continue;
    for (const [id, value] of Object.entries(records as object)) {
      const sums = sumsOf(name);
      const own = hashActive(name, id, fastStringify(value));
      sums.count += 1;
      sums.hash = addHash(sums.hash, own);
      hash = addHash(hash, own);
    }
  }
  for (const [name, times] of Object.entries(blob.deleted ?? {})) {
    for (const [id, time] of Object.entries(times)) {
      const sums = sumsOf(name);
      sums.deletedCount += 1;
      sums.deletedHash = addHash(sums.deletedHash, hashTombstone(name, id, time));
    }
  }
  // What was taken away to make room counts as what it was.
  const { evicted = {} } = (blob.$ ?? {}) as {
    readonly evicted?: { [name: string]: { [id: string]: [string, number] } };
  };
  for (const [name, stubs] of Object.entries(evicted)) {
    for (const [, own] of Object.values(stubs)) {
      const sums = sumsOf(name);
      sums.count += 1;
      sums.evictedCount = (sums.evictedCount ?? 0) + 1;
      sums.hash = addHash(sums.hash, own);
      hash = addHash(hash, own);
    }
  }
  return { hash, entities };
}

/** An index without its times and without keys that hold nothing, for comparing. */
export function sumsOf(metadata: Pick<Metadata, 'hash' | 'entityKeys'>): { hash: number; keys: Record<string, Sums> } {
  const keys: Record<string, Sums> = {};
  for (const [key, { hash, entities }] of Object.entries(metadata.entityKeys)) {
    if (Object.keys(entities).length > 0) keys[key] = { hash, entities };
  }
  return { hash: metadata.hash, keys };
}

/** The same for blobs; keys without a record are in no index. */
export function recount(blobs: Iterable<readonly [string, EntityKeyData]>): ReturnType<typeof sumsOf> {
  const keys: Record<string, Sums> = {};
  let hash = 0;
  for (const [key, blob] of blobs) {
    const sums = recountBlob(blob);
    if (Object.keys(sums.entities).length === 0) continue;
    keys[key] = sums;
    hash = addHash(hash, sums.hash);
  }
  return { hash, keys };
}
