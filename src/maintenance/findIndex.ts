import { canonicalText } from '../blob/canonicalText.ts';
import { checkKeyData, type KeyDataDraft } from '../blob/keyData.ts';
import type { Change } from '../interfaces/ITier.ts';
import { toWire } from '../protocol/wireChange.ts';
import { type CheckpointIndex, emptyIndex, type IndexedKey, indexedKey } from '../tiers/bucket/checkpointIndex.ts';
import { foldCommits } from '../tiers/bucket/foldCommits.ts';
import { type Commit, furtherHorizon, type Head, noHorizon } from '../tiers/bucket/head.ts';
import { keyOfData, seqOf } from '../tiers/bucket/names.ts';
import { parseIndex } from '../tiers/bucket/parseIndex.ts';
import { parseChanges } from '../tiers/bucket/SharedBlobs.ts';
import type { SharedObjects } from '../tiers/bucket/SharedObjects.ts';
import { inChunks } from '../util/inChunks.ts';
import { type Fault, isMendable } from './Fault.ts';
import { readObject } from './readObject.ts';

/** A commit, and its changes; null: they cannot be read. */
export interface FoundCommit {
  readonly commit: Commit;
  readonly changes: readonly Change[] | null;
}

export interface FoundIndex {
  readonly index: CheckpointIndex;
  /** Where there is no head: the large commits that no index holds. */
  readonly tail: readonly FoundCommit[];
  /** What cannot be read, and something older stands in for. */
  readonly faults: readonly Fault[];
}

interface Numbered {
  readonly name: string;
  readonly seq: number;
}

interface Search {
  readonly objects: SharedObjects;
  /** The newest first. */
  readonly names: readonly Numbered[];
  readonly unreadable: string[];
  readonly faults: Fault[];
}

const blobsAtOnce = 8;

/**
 * What an index that is lost said, from the names of all objects: the newest one that can be read, and for each key the
 * newest blob that can be read and is not from before that. A blob of a checkpoint that never came to be is right too: it
 * folds a beginning of the same history. With the head the latest commits are lost, but for large ones.
 */
export async function findIndex(objects: SharedObjects, head: Head | null): Promise<FoundIndex> {
  const names: Numbered[] = [];
  for await (const { name } of objects.list()) {
    const seq = seqOf(name);
    if (seq !== null && seq <= (head?.checkpoint.seq ?? seq)) names.push({ name, seq });
  }
  names.sort((a, b) => b.seq - a.seq || (a.name < b.name ? -1 : 1));
  const lost = head?.checkpoint.index ?? null;
  const search: Search = { objects, names, unreadable: lost === null ? [] : [lost], faults: [] };
  const base = await newestIndex(search);
  const keys = await findKeys(search, base);
  const seq = head?.checkpoint.seq ?? names[0]?.seq ?? 0;
  const { unreadable, faults } = search;
  const quarantined = [...new Set([...base.quarantined, ...unreadable])];
  const named = new Set([...Object.values(keys).map(({ object }) => object), ...quarantined]);
  for (const { name } of base.replaced) named.add(name);
  const unused = names.filter(({ name }) => isOfCheckpoint(name) && !named.has(name));
  return {
    faults,
    tail: head === null ? await findTail(search, base.seq, seq) : [],
    index: {
      ...base,
      seq,
      horizon: furtherHorizon(base.horizon, head?.checkpoint.horizon ?? noHorizon),
      keys,
      replaced: [...base.replaced, ...unused.map(({ name }) => ({ name, at: objects.now() }))],
      quarantined,
    },
  };
}

const isOfCheckpoint = (name: string): boolean => !name.startsWith('changes/');

async function newestIndex({ objects, names, unreadable, faults }: Search): Promise<CheckpointIndex> {
  for (const { name } of names) {
    if (!name.startsWith('index/') || unreadable.includes(name)) continue;
    const index = await readObject(objects, name, parseIndex, { entityKey: null, faults });
    if (index !== null) return index;
    unreadable.push(name);
  }
  return emptyIndex;
}

async function findKeys(search: Search, base: CheckpointIndex): Promise<CheckpointIndex['keys']> {
  const candidates = new Map<string, string[]>(Object.keys(base.keys).map((key) => [key, []]));
  for (const { name, seq } of search.names) {
    const key = keyOfData(name);
    if (key === null) continue;
    const known = candidates.get(key);
    if (known !== undefined) known.push(name);
    // Older ones of a key that the index does not name are what is left of one that is gone.
    else if (seq > base.seq) candidates.set(key, [name]);
  }
  const keys = new Map<string, IndexedKey>();
  await inChunks([...candidates], blobsAtOnce, async ([key, found]) => {
    keys.set(key, await newestBlob(search, key, found, indexedKey(base, key)));
  });
  return Object.fromEntries([...keys].sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function newestBlob(
  { objects, unreadable, faults }: Search,
  entityKey: string,
  names: readonly string[],
  entry: IndexedKey | undefined,
): Promise<IndexedKey> {
  const all = entry === undefined || names.includes(entry.object) ? names : [...names, entry.object];
  const met: Fault[] = [];
  for (const object of all) {
    const data = await readObject(objects, object, checkKeyData, { entityKey, faults: met });
    // An older blob stands in for it, so nobody else would tell.
    if (data !== null) faults.push(...met);
    if (data !== null) return entryOf(object, data);
    // What a newer version wrote is what stands here, and nothing stands in for it.
    if (!met.every(isMendable)) return { ...(entry ?? entryOf(object, null)), object };
    unreadable.push(object);
  }
  // Named all the same: it is known that there was something.
  const object = all[0] as string;
  return { ...(entry ?? entryOf(object, null)), object };
}

/** What an index says of a blob. */
export function entryOf(object: string, data: KeyDataDraft | null): IndexedKey {
  const { summary, folded } = foldCommits({ base: data, changes: [], seq: 0, cut: -1 });
  return { object, summary, ...(folded === undefined ? {} : { folded }) };
}

/** Nothing tells whether they came to be. What they hold was meant to, and the one order decides about it. */
async function findTail({ objects, names }: Search, folded: number, from: number): Promise<readonly FoundCommit[]> {
  const found: FoundCommit[] = [];
  for (const { name, seq } of [...names].reverse()) {
    if (!name.startsWith('changes/') || seq <= folded) continue;
    const changes = await readObject(objects, name, parseChanges, { entityKey: null, faults: [] });
    if (changes === null) continue;
    const number = from + found.length + 1;
    const nonce = name.slice(name.indexOf('-') + 1);
    const prev = found.at(-1)?.commit.nonce ?? '';
    const facts = { seq: number, nonce, prev, device: '', at: 0, object: name, count: changes.length };
    found.push({ changes, commit: { ...facts, bytes: canonicalText(changes.map(toWire)).length } });
  }
  return found;
}
