import { KeySums } from '../blob/KeySums.ts';
import { checkKeyData, recordsIn } from '../blob/keyData.ts';
import { TierSyncError } from '../errors.ts';
import type { Change } from '../interfaces/ITier.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { type IndexedKey, type IndexedPart, indexedKey } from '../tiers/bucket/checkpointIndex.ts';
import { partsOf } from '../tiers/bucket/indexedParts.ts';
import { sumOfParts } from '../tiers/bucket/keyParts.ts';
import { headName } from '../tiers/bucket/names.ts';
import { parseHead } from '../tiers/bucket/parseHead.ts';
import type { SharedObjects } from '../tiers/bucket/SharedObjects.ts';
import { withTail } from '../tiers/bucket/withTail.ts';
import { groupBy } from '../util/groupBy.ts';
import { inChunks } from '../util/inChunks.ts';
import { type CloudLook, lookAtCloud } from './CloudLook.ts';
import type { Fault } from './Fault.ts';
import { missingFault, unreadableRecords } from './faultOf.ts';
import { readObject } from './readObject.ts';
import type { KeyLook, Outline, TierReader } from './TierReader.ts';

interface Seen {
  readonly look: CloudLook;
  readonly tail: ReadonlyMap<string, readonly Change[]>;
}

const blobsAtOnce = 8;

/** A shared bucket as it stood when it was outlined. */
export class CloudReader implements TierReader {
  readonly #objects: SharedObjects;
  #seen: Seen | null = null;

  constructor(objects: SharedObjects) {
    this.#objects = objects;
  }

  async outline(): Promise<Outline> {
    const { look, tail } = await this.#lookAnew();
    const entityKeys = [...new Set([...Object.keys(look.index.keys), ...tail.keys()])].sort();
    return { entityKeys, faults: look.faults };
  }

  /** The moment that was outlined. */
  get look(): CloudLook {
    if (this.#seen === null) throw new Error('nothing was outlined yet');
    return this.#seen.look;
  }

  async read(entityKeys: readonly string[]): Promise<readonly KeyLook[]> {
    const looks = new Map<string, KeyLook>();
    await inChunks(entityKeys, blobsAtOnce, async (key) => looks.set(key, await this.#lookAt(key)));
    return entityKeys.map((key) => looks.get(key) as KeyLook);
  }

  async #lookAnew(): Promise<Seen> {
    const look = await lookAtCloud(this.#objects);
    const changes = look.tail.flatMap((found) => found.changes ?? []);
    this.#seen = { look, tail: groupBy(changes, ({ entityKey }) => entityKey) };
    return this.#seen;
  }

  async #latest(): Promise<Seen> {
    return this.#seen ?? (await this.#lookAnew());
  }

  async #lookAt(entityKey: string): Promise<KeyLook> {
    const { look, tail } = await this.#latest();
    const faults: Fault[] = [];
    const entry = indexedKey(look.index, entityKey);
    const parts = entry === undefined ? [] : partsOf(entry);
    const folded = new Map<IndexedPart, readonly StoredRecord[]>();
    await inChunks(parts, blobsAtOnce, async (part) => {
      folded.set(part, await this.#readPart(entityKey, part, faults));
    });
    if (faults.length === 0 && entry !== undefined && !isRightEntry(entry, folded)) {
      const object = this.#objects.place(look.head?.checkpoint.index ?? headName);
      const message = `${entityKey} can be read, and ${object} says something else about it`;
      faults.push({ code: 'miscounted', entityKey, object, message });
    }
    const blobs = parts.flatMap((part) => folded.get(part) as readonly StoredRecord[]);
    const records = withTail(blobs, tail.get(entityKey) ?? []);
    return { entityKey, records, evicted: [], faults, said: entry?.summary };
  }

  async #readPart(entityKey: string, { object: name }: IndexedPart, faults: Fault[]): Promise<readonly StoredRecord[]> {
    const own: Fault[] = [];
    const data = await readObject(this.#objects, name, checkKeyData, { entityKey, faults: own });
    const object = this.#objects.place(name);
    if (data === null) {
      faults.push(...(own.length === 0 ? [await this.#missing(entityKey, object)] : own));
      return [];
    }
    const places: string[] = [];
    const records = recordsIn(data, (place) => places.push(place));
    if (places.length > 0) faults.push(unreadableRecords(entityKey, object, places));
    return records;
  }

  /** What a later checkpoint replaced may be gone, and nothing is wrong then. */
  async #missing(entityKey: string, object: string): Promise<Fault> {
    const { look } = await this.#latest();
    if (look.head !== null) {
      const now = await this.#objects.read(headName, parseHead);
      const isMoved = now !== null && now !== 'unchanged' && now.value.checkpoint.index !== look.head.checkpoint.index;
      if (isMoved) throw new TierSyncError('unavailable', `${object} was replaced meanwhile; try again`);
    }
    return missingFault(entityKey, object, 'the index');
  }
}

/** Whether an index says of a key what its blobs say. */
const isRightEntry = (entry: IndexedKey, folded: ReadonlyMap<IndexedPart, readonly StoredRecord[]>): boolean =>
  [...folded].every(([{ summary }, records]) => KeySums.of(records).equals(summary)) &&
  KeySums.from(sumOfParts(partsOf(entry).map(({ summary }) => summary))).equals(entry.summary);
