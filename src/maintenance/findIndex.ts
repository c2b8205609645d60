import { canonicalText } from '../blob/canonicalText.ts';
import type { Change } from '../interfaces/ITier.ts';
import { toWire } from '../protocol/wireChange.ts';
import { type CheckpointIndex, emptyIndex, type IndexedKey, indexedKey } from '../tiers/bucket/checkpointIndex.ts';
import { type Commit, furtherHorizon, type Head, noHorizon } from '../tiers/bucket/head.ts';
import { objectsInIndex } from '../tiers/bucket/indexedParts.ts';
import { readDataName, seqOf } from '../tiers/bucket/names.ts';
import { parseIndex } from '../tiers/bucket/parseIndex.ts';
import { parseChanges } from '../tiers/bucket/SharedBlobs.ts';
import type { SharedObjects } from '../tiers/bucket/SharedObjects.ts';
import { inChunks } from '../util/inChunks.ts';
import type { Fault } from './Fault.ts';
import { type FoundBlob, findKey } from './findKey.ts';
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

export interface Search {
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
  const named = new Set(objectsInIndex({ ...base, keys, quarantined }));
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
  const candidates = new Map<string, FoundBlob[]>(Object.keys(base.keys).map((key) => [key, []]));
  for (const { name, seq } of search.names) {
    const named = readDataName(name);
    if (named === null) continue;
    const known = candidates.get(named.entityKey);
    if (known !== undefined) known.push({ ...named, name, seq });
    // Older ones of a key that the index does not name are what is left of one that is gone.
    else if (seq > base.seq) candidates.set(named.entityKey, [{ ...named, name, seq }]);
  }
  const keys = new Map<string, IndexedKey>();
  await inChunks([...candidates], blobsAtOnce, async ([key, found]) => {
    keys.set(key, await findKey(search, key, { found, entry: indexedKey(base, key), since: base.seq }));
  });
  return Object.fromEntries([...keys].sort(([a], [b]) => (a < b ? -1 : 1)));
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
