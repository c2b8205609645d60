import type { KeyDataDraft } from '../../blob/keyData.ts';
import { pageOf } from '../../blob/pages.ts';
import type { Horizon } from '../../interfaces/ISharedTier.ts';
import type { Change } from '../../interfaces/ITier.ts';
import { groupBy } from '../../util/groupBy.ts';
import { inChunks } from '../../util/inChunks.ts';
import type { IndexedKey, IndexedPart } from './checkpointIndex.ts';
import { type Folded, foldCommits } from './foldCommits.ts';
import { furtherHorizon, noHorizon } from './head.ts';
import { partsOf } from './indexedParts.ts';
import { dealParts, entryOfParts, partCount } from './keyParts.ts';

export interface KeyFolding {
  /** Of the checkpoint before; undefined: it had nothing of this key. */
  readonly entry: IndexedKey | undefined;
  /** In the order of the history. */
  readonly changes: readonly Change[];
  /** The changes hold everything that is known of the key: a part that cannot be read gives way to them. */
  readonly isRepaired: boolean;
  /** The number of the last commit that is folded. */
  readonly seq: number;
  /** Tombstones that were folded up to here are forgotten. */
  readonly cut: number;
  /** How many records one part may hold. */
  readonly pageRecords: number;
  /** Null: it cannot be read, and does not have to be. */
  readonly load: (part: IndexedPart) => Promise<KeyDataDraft | null>;
  /** Writes one of so many parts, and names its object. */
  readonly write: (data: KeyDataDraft, count: number, number: number) => Promise<string>;
  /** Told of records that cannot be read. */
  readonly onUnreadable: (part: IndexedPart | undefined, places: readonly string[]) => void;
}

/** What became of a key. */
export interface FoldedKey {
  /** Null: nothing is left of it. Undefined: it stays as it was. */
  readonly entry: IndexedKey | null | undefined;
  readonly horizon: Horizon;
  /** Objects that could not be read, and did not have to be. */
  readonly unreadable: readonly string[];
}

/** A part that is to be written, or one that stays as it stands. */
type Part = { readonly folded: Folded } | { readonly stays: IndexedPart };

const partsAtOnce = 8;

const summaryOf = (part: Part): IndexedPart['summary'] => ('stays' in part ? part.stays : part.folded).summary;

/**
 * Folds the changes of one key into the blobs that it is made of, and writes those that changed. Where one holds too many
 * records afterwards, or all of them few, the whole key is dealt anew.
 */
export async function foldKey(folding: KeyFolding): Promise<FoldedKey> {
  const { entry, pageRecords, write } = folding;
  const { parts, horizon, unreadable } = await foldParts(folding);
  if (parts.every((part) => 'stays' in part)) return { entry: undefined, horizon, unreadable };
  const count = partCount(parts.map(summaryOf), pageRecords);
  const dealt = count === parts.length ? parts : await deal(parts, count, folding);
  const [only] = dealt;
  const isEmpty = count === 1 && only !== undefined && 'folded' in only && only.folded.isEmpty;
  if (isEmpty) return { entry: entry === undefined ? undefined : null, horizon, unreadable };
  const written = await writeParts(dealt, (data, number) => write(data, count, number));
  return { entry: entryOfParts(written), horizon, unreadable };
}

/** Only those that something changes in are read. */
async function foldParts(folding: KeyFolding) {
  const { entry, changes, isRepaired, seq, cut, load, onUnreadable } = folding;
  const before = entry === undefined ? [undefined] : partsOf(entry);
  const ofParts = groupBy(changes, ({ id }) => pageOf(id, before.length));
  const isDue = (part: IndexedPart | undefined): boolean => part?.folded !== undefined && part.folded <= cut;
  const due = [...before.entries()].filter(([number, part]) => isRepaired || ofParts.has(number) || isDue(part));
  const parts = before.map((part) => ({ stays: part }) as Part);
  const unreadable: string[] = [];
  let horizon: Horizon = noHorizon;
  await inChunks(due, partsAtOnce, async ([number, part]) => {
    const base = part === undefined ? null : await load(part);
    const isLost = part !== undefined && base === null;
    if (isLost) unreadable.push(part.object);
    const places: string[] = [];
    const onPlace = (place: string): void => void places.push(place);
    const folded = foldCommits({ base, changes: ofParts.get(number) ?? [], seq, cut, onUnreadable: onPlace });
    if (places.length > 0) onUnreadable(part, places);
    horizon = furtherHorizon(horizon, folded.horizon);
    if (folded.isChanged || isLost) parts[number] = { folded };
  });
  return { parts, horizon, unreadable };
}

/** The same records in another number of parts. */
async function deal(parts: readonly Part[], count: number, { seq, load }: KeyFolding): Promise<readonly Part[]> {
  const all: KeyDataDraft[] = [];
  await inChunks([...parts.entries()], partsAtOnce, async ([number, part]) => {
    const data = 'stays' in part ? await load(part.stays) : part.folded.data;
    if (data !== null) all[number] = data;
  });
  return dealParts(Object.values(all), count).map((base) => ({
    folded: foldCommits({ base, changes: [], seq, cut: -1 }),
  }));
}

async function writeParts(
  parts: readonly Part[],
  write: (data: KeyDataDraft, number: number) => Promise<string>,
): Promise<readonly IndexedPart[]> {
  const written = parts.map((part) => ('stays' in part ? part.stays : null));
  const changed = [...parts.entries()].filter(([, part]) => 'folded' in part);
  await inChunks(changed, partsAtOnce, async ([number, part]) => {
    const { data, summary, folded } = (part as { readonly folded: Folded }).folded;
    written[number] = { object: await write(data, number), summary, ...(folded === undefined ? {} : { folded }) };
  });
  return written as IndexedPart[];
}
