import { checkKeyData } from '../blob/keyData.ts';
import { TierSyncError } from '../errors.ts';
import type { BucketObject } from '../interfaces/IBucket.ts';
import type { CheckpointIndex, IndexedKey, IndexedPart } from '../tiers/bucket/checkpointIndex.ts';
import { type Head, headBytes } from '../tiers/bucket/head.ts';
import { formatOf, partsOf } from '../tiers/bucket/indexedParts.ts';
import { entryOfParts } from '../tiers/bucket/keyParts.ts';
import { headName, indexName } from '../tiers/bucket/names.ts';
import { parseHead } from '../tiers/bucket/parseHead.ts';
import type { SharedObjects } from '../tiers/bucket/SharedObjects.ts';
import type { CloudLook } from './CloudLook.ts';
import type { Fault } from './Fault.ts';
import { entryOf } from './findKey.ts';
import { mendedHead } from './mendedHead.ts';
import type { Outside } from './openReader.ts';
import { readObject } from './readObject.ts';
import type { CloudPlace } from './TierPlace.ts';

export interface RebuildOptions {
  readonly place: CloudPlace;
  readonly objects: SharedObjects;
  readonly outside: Outside;
}

const nonceLength = 12;

/**
 * Writes an index of what is there, and then a head that leads to it, over exactly the head that was seen: whoever else
 * writes meanwhile wins. Resolves to where stands now what was replaced.
 */
export async function rebuildHead(
  look: CloudLook,
  faults: readonly Fault[],
  { place, objects, outside }: RebuildOptions,
): Promise<readonly string[]> {
  const createNonce = (): string => outside.createId(nonceLength);
  const name = indexName(look.index.seq, createNonce());
  const index = await recounted(look, faults, name, objects);
  await objects.put(name, index, formatOf(index));
  const replaced = (await place.cloud.get(objects.place(headName))) as BucketObject | null;
  if (look.head !== null && !(await isStill(objects, look.head))) throw overtaken();
  const setAside = look.head === null && replaced !== null ? [`set-aside/head-${createNonce()}`] : [];
  for (const aside of setAside) await objects.putBytes(aside, (replaced as BucketObject).bytes, { ifAbsent: true });
  const head = mendedHead(look, { name, index }, createNonce);
  const condition = replaced === null ? ({ ifAbsent: true } as const) : { ifVersion: replaced.version };
  if ((await objects.putBytes(headName, headBytes(head), condition)) === 'conflict') throw overtaken();
  const unreadable = look.isOwnIndex ? [] : index.quarantined;
  return [...setAside, ...unreadable].map((aside) => objects.place(aside));
}

async function isStill(objects: SharedObjects, head: Head): Promise<boolean> {
  const now = await objects.read(headName, parseHead);
  return now !== null && now !== 'unchanged' && now.value.nonce === head.nonce;
}

const overtaken = (): TierSyncError =>
  new TierSyncError('unavailable', 'others wrote to this cloud meanwhile; try again');

/** The index, with what was miscounted counted anew. What cannot be read keeps its entry: it is mended by a commit. */
async function recounted(
  { head, index, isOwnIndex }: CloudLook,
  faults: readonly Fault[],
  name: string,
  objects: SharedObjects,
): Promise<CheckpointIndex> {
  const keys: { [entityKey: string]: IndexedKey } = { ...index.keys };
  for (const { code, entityKey } of faults) {
    const entry = code === 'miscounted' && entityKey !== null ? keys[entityKey] : undefined;
    if (entry === undefined) continue;
    keys[entityKey as string] = await recountedKey(entry, objects);
  }
  const at = objects.now();
  const before = isOwnIndex ? (head?.checkpoint.index ?? null) : null;
  const { seq } = index;
  return {
    ...index,
    keys,
    history: [...index.history.filter((past) => past.seq !== seq), { seq, at, index: name }],
    replaced: before === null ? index.replaced : [...index.replaced, { name: before, at }],
  };
}

async function recountedKey(entry: IndexedKey, objects: SharedObjects): Promise<IndexedKey> {
  const parts: IndexedPart[] = [];
  for (const part of partsOf(entry)) {
    const data = await readObject(objects, part.object, checkKeyData, { entityKey: null, faults: [] });
    parts.push(data === null ? part : entryOf(part.object, data));
  }
  return entryOfParts(parts);
}
