import { TierSyncError } from '../errors.ts';
import type { Change } from '../interfaces/ITier.ts';
import { type CheckpointIndex, emptyIndex, metadataOf } from '../tiers/bucket/checkpointIndex.ts';
import type { Commit, Head } from '../tiers/bucket/head.ts';
import { headName, isProbe } from '../tiers/bucket/names.ts';
import { parseHead } from '../tiers/bucket/parseHead.ts';
import { parseIndex } from '../tiers/bucket/parseIndex.ts';
import { parseChanges } from '../tiers/bucket/SharedBlobs.ts';
import type { SharedObjects } from '../tiers/bucket/SharedObjects.ts';
import { inChunks } from '../util/inChunks.ts';
import { type Fault, isMendable } from './Fault.ts';
import { missingFault } from './faultOf.ts';
import { type FoundCommit, findIndex } from './findIndex.ts';
import { readObject } from './readObject.ts';

/** A shared bucket at one moment, also where what leads to it is broken. */
export interface CloudLook {
  /** Null: it is not there, or cannot be read. */
  readonly head: Head | null;
  /** What the head leads to, or what was put together from what is there. */
  readonly index: CheckpointIndex;
  /** The index is the one that the head leads to. */
  readonly isOwnIndex: boolean;
  readonly tail: readonly FoundCommit[];
  readonly faults: readonly Fault[];
}

const objectsAtOnce = 8;

export async function lookAtCloud(objects: SharedObjects): Promise<CloudLook> {
  const faults: Fault[] = [];
  const head = (await readHead(objects, faults)) ?? (await readHeadAgain(objects, faults));
  if (head === null && faults.length === 0) {
    return { head, index: emptyIndex, isOwnIndex: true, tail: [], faults };
  }
  const own = head === null ? null : await readIndex(objects, head, faults);
  const ownTail = head === null ? null : await readTail(objects, head, faults);
  stopAtNewer(faults);
  const found = own === null ? await findIndex(objects, head) : { index: own, tail: [], faults: [] };
  faults.push(...found.faults);
  return { head, index: found.index, isOwnIndex: own !== null, tail: ownTail ?? found.tail, faults };
}

/** Whatever hangs from a part of a newer version is not for this one to judge. */
function stopAtNewer(faults: readonly Fault[]): void {
  const newer = faults.find((fault) => !isMendable(fault));
  if (newer !== undefined) throw new TierSyncError(newer.code as 'upgrade-needed', newer.message);
}

async function readHead(objects: SharedObjects, faults: Fault[]): Promise<Head | null> {
  const head = await readObject(objects, headName, parseHead, { entityKey: null, faults });
  stopAtNewer(faults);
  return head;
}

/** No head: nobody has written yet, or it is lost, or another device has begun just now. */
async function readHeadAgain(objects: SharedObjects, faults: Fault[]): Promise<Head | null> {
  if (faults.length > 0 || !(await holdsObjects(objects))) return null;
  const head = await readHead(objects, faults);
  if (head === null && faults.length === 0) {
    const object = objects.place(headName);
    faults.push({ code: 'missing', entityKey: null, object, message: `${object} is missing beside other objects` });
  }
  return head;
}

async function holdsObjects(objects: SharedObjects): Promise<boolean> {
  for await (const { name } of objects.list()) if (!isProbe(name)) return true;
  return false;
}

async function readIndex(objects: SharedObjects, head: Head, faults: Fault[]): Promise<CheckpointIndex | null> {
  const { index: name, hash } = head.checkpoint;
  if (name === null) return emptyIndex;
  const before = faults.length;
  const index = await readObject(objects, name, parseIndex, { entityKey: null, faults });
  const object = objects.place(name);
  if (index === null && faults.length === before) faults.push(missingFault(null, object, 'the head'));
  if (index !== null && metadataOf(index).hash !== hash) {
    faults.push({
      code: 'miscounted',
      entityKey: null,
      object,
      message: `${object} has another sum than the head says`,
    });
  }
  return index;
}

async function readTail(objects: SharedObjects, { tail }: Head, faults: Fault[]): Promise<FoundCommit[]> {
  const found = new Map<Commit, FoundCommit>();
  await inChunks(tail, objectsAtOnce, async (commit) => {
    found.set(commit, { commit, changes: await readChanges(objects, commit, faults) });
  });
  return tail.map((commit) => found.get(commit) as FoundCommit);
}

async function readChanges(objects: SharedObjects, commit: Commit, faults: Fault[]): Promise<readonly Change[] | null> {
  if (!('object' in commit)) return parseChanges(objects.place(headName), commit);
  const before = faults.length;
  const changes = await readObject(objects, commit.object, parseChanges, { entityKey: null, faults });
  if (changes === null && faults.length === before) {
    faults.push(missingFault(null, objects.place(commit.object), 'the head'));
  }
  return changes;
}
