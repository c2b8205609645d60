import { checkKeyData, type KeyDataDraft } from '../blob/keyData.ts';
import type { IndexedKey, IndexedPart } from '../tiers/bucket/checkpointIndex.ts';
import { foldCommits } from '../tiers/bucket/foldCommits.ts';
import { partsOf } from '../tiers/bucket/indexedParts.ts';
import { entryOfParts } from '../tiers/bucket/keyParts.ts';
import type { NamedData } from '../tiers/bucket/names.ts';
import { inChunks } from '../util/inChunks.ts';
import { type Fault, isMendable } from './Fault.ts';
import type { Search } from './findIndex.ts';
import { readObject } from './readObject.ts';

export interface FoundBlob extends NamedData {
  readonly name: string;
  readonly seq: number;
}

export interface KeySearch {
  /** The newest first. */
  readonly found: readonly FoundBlob[];
  /** What the index says that could be read, and until where it goes. */
  readonly entry: IndexedKey | undefined;
  readonly since: number;
}

interface FoundPart {
  readonly part: IndexedPart;
  /** It was read, or is of a newer version, and nothing stands in for that. */
  readonly isThere: boolean;
}

const partsAtOnce = 8;

/** The newest state of a key of which something can be read: in one blob, or in so many pages. */
export async function findKey(search: Search, entityKey: string, key: KeySearch): Promise<IndexedKey> {
  const { found, entry } = key;
  const counts = new Set(found.map(({ count }) => count));
  if (entry !== undefined) counts.add(partsOf(entry).length);
  const states: FoundPart[][] = [];
  for (const count of counts) {
    const state: FoundPart[] = [];
    await inChunks([...Array(count).keys()], partsAtOnce, async (number) => {
      state[number] = await newestPart(search, entityKey, namesOf(key, count, number), entryAt(key, count, number));
    });
    states.push(state);
    if (state.some(({ isThere }) => isThere)) break;
  }
  // Named all the same where nothing can be read: it is known that there was something.
  const state = states.find((one) => one.some(({ isThere }) => isThere)) ?? (states[0] as FoundPart[]);
  return entryOfParts(state.map(({ part }) => part));
}

const entryAt = ({ entry }: KeySearch, count: number, number: number): IndexedPart | undefined =>
  entry !== undefined && partsOf(entry).length === count ? partsOf(entry)[number] : undefined;

/** What may hold that part, the newest first. Pages that came after the index are not those of an earlier time. */
function namesOf(key: KeySearch, count: number, number: number): readonly [string, ...string[]] {
  const known = entryAt(key, count, number)?.object;
  const ofCount = key.found.filter((one) => one.count === count);
  const isOfNow = (one: FoundBlob): boolean => count === 1 || known !== undefined || one.seq > key.since;
  const names = ofCount.filter((one) => one.number === number && isOfNow(one)).map(({ name }) => name);
  if (known !== undefined && !names.includes(known)) names.push(known);
  // Its neighbours were written with it, and it is gone.
  const [first = (ofCount[0] as FoundBlob).name.replace(/\d+$/, String(number)), ...others] = names;
  return [first, ...others];
}

async function newestPart(
  { objects, unreadable, faults }: Search,
  entityKey: string,
  names: readonly [string, ...string[]],
  entry: IndexedPart | undefined,
): Promise<FoundPart> {
  const met: Fault[] = [];
  const named = (object: string): IndexedPart => ({ ...(entry ?? entryOf(object, null)), object });
  for (const object of names) {
    const data = await readObject(objects, object, checkKeyData, { entityKey, faults: met });
    // An older blob stands in for it, so nobody else would tell.
    if (data !== null) faults.push(...met);
    if (data !== null) return { part: entryOf(object, data), isThere: true };
    // What a newer version wrote is what stands here, and nothing stands in for it.
    if (!met.every(isMendable)) return { part: named(object), isThere: true };
    unreadable.push(object);
  }
  return { part: named(names[0]), isThere: false };
}

/** What an index says of a blob. */
export function entryOf(object: string, data: KeyDataDraft | null): IndexedPart {
  const { summary, folded } = foldCommits({ base: data, changes: [], seq: 0, cut: -1 });
  return { object, summary, ...(folded === undefined ? {} : { folded }) };
}
