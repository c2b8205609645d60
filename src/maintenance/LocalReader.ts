import { countOf } from '../blob/indexCounts.ts';
import { KeySums, toMetadata } from '../blob/KeySums.ts';
import { checkKeyData, type KeyDataDraft, recordsIn } from '../blob/keyData.ts';
import { isHead, joinPages, type PagedHead, readHead } from '../blob/pages.ts';
import type { IPersistence } from '../interfaces/IPersistence.ts';
import type { KeySummary } from '../interfaces/Metadata.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { type LocalIndex, readIndex } from '../tiers/localIndex.ts';
import { keyOfPage } from '../tiers/PagedBlobs.ts';
import { asTierSyncError } from '../util/asTierSyncError.ts';
import { inChunks } from '../util/inChunks.ts';
import type { Fields } from '../util/jsonChecks.ts';
import { type Fault, isMendable } from './Fault.ts';
import { faultOf, missingFault, unreadableRecords } from './faultOf.ts';
import { loadRaw } from './loadBlob.ts';
import type { KeyLook, Outline, TierReader } from './TierReader.ts';

interface FoundIndex {
  /** Null: there is none that can be read. */
  readonly index: LocalIndex | null;
  readonly faults: readonly Fault[];
  readonly isThere: boolean;
}

const blobsAtOnce = 16;

/** A local tier as it stands, whether an app uses it or not. */
export class LocalReader implements TierReader {
  readonly #persistence: IPersistence;
  readonly #keyPrefix: string;
  readonly #indexKey: string;

  constructor(persistence: IPersistence, keyPrefix: string) {
    this.#persistence = persistence;
    this.#keyPrefix = keyPrefix;
    this.#indexKey = `${keyPrefix}$metadata`;
  }

  outline(): Promise<Outline> {
    return this.#alone(async () => {
      const { index, faults, isThere } = await this.#readIndex();
      const listed = await this.#list();
      const note = await this.#check(`${this.#keyPrefix}$sync`);
      const lacksIndex = !isThere && listed.length > 0;
      const named = [...(index?.keys.keys() ?? []), ...(index?.lost ?? []), ...(index?.checking ?? [])];
      return {
        entityKeys: [...new Set([...named, ...listed])].sort(),
        faults: [
          ...faults,
          ...(lacksIndex ? [missingFault(null, this.#indexKey, 'keys are there and it')] : []),
          ...note,
        ],
      };
    });
  }

  /** One bad read may be a passing fault, and where nothing keeps an app out it may have written in between. */
  async read(entityKeys: readonly string[]): Promise<readonly KeyLook[]> {
    const looks = await this.#look(entityKeys);
    const doubtful = looks.filter(({ faults }) => faults.length > 0).map(({ entityKey }) => entityKey);
    if (doubtful.length === 0) return looks;
    const again = new Map((await this.#look(doubtful)).map((look) => [look.entityKey, look]));
    return looks.map((look) => again.get(look.entityKey) ?? look);
  }

  #look(entityKeys: readonly string[]): Promise<readonly KeyLook[]> {
    return this.#alone(async () => {
      const { index } = await this.#readIndex();
      const looks = new Map<string, KeyLook>();
      await inChunks(entityKeys, blobsAtOnce, async (key) => looks.set(key, await this.#lookAt(key, index)));
      return entityKeys.map((key) => looks.get(key) as KeyLook);
    });
  }

  async #lookAt(entityKey: string, index: LocalIndex | null): Promise<KeyLook> {
    const faults: Fault[] = [];
    const said = index?.keys.get(entityKey);
    const data = await this.#load(entityKey, faults);
    const places: string[] = [];
    const all = data === null ? [] : recordsIn(data, (place) => places.push(place));
    if (places.length > 0) faults.push(unreadableRecords(entityKey, entityKey, places));
    if (data === null && faults.length === 0 && countOf(said) > 0) {
      faults.push(missingFault(entityKey, entityKey, 'the index'));
    }
    // A key that was being written when the power went is counted anew before its entry is used.
    const isInDoubt = index === null || index.checking.includes(entityKey);
    if (faults.length === 0 && !isInDoubt && !isRightEntry(said, all)) {
      faults.push({
        code: 'miscounted',
        entityKey,
        object: this.#indexKey,
        message: `${entityKey} can be read, and ${this.#indexKey} says something else about it`,
      });
    }
    if (faults.length === 0 && index?.lost.includes(entityKey) === true) {
      const message = `something of ${entityKey} was lost here, and was not had from elsewhere yet`;
      faults.push({ code: 'lost', entityKey, object: entityKey, message });
    }
    const records = all.filter(({ isEvicted }) => !isEvicted);
    return { entityKey, records, evicted: all.filter(({ isEvicted }) => isEvicted), faults, said };
  }

  /** The whole blob, or what is left of it. Null: nothing. */
  async #load(entityKey: string, faults: Fault[]): Promise<KeyDataDraft | null> {
    const found = await this.#loadAs(entityKey, entityKey, readHead, faults);
    return found === null || !isHead(found) ? found : this.#join(entityKey, found, faults);
  }

  async #join(entityKey: string, { count, writing, rest }: PagedHead, faults: Fault[]): Promise<KeyDataDraft> {
    const pages = new Map<number, KeyDataDraft>();
    await inChunks([...Array(count).keys()], blobsAtOnce, async (number) => {
      const object = keyOfPage(this.#keyPrefix, entityKey, count, number);
      const before = faults.length;
      const page = writing.get(number) ?? (await this.#loadAs(entityKey, object, checkKeyData, faults));
      if (page !== null) pages.set(number, page);
      else if (faults.length === before) faults.push(missingFault(entityKey, object, entityKey));
    });
    return joinPages(
      rest,
      [...pages].sort(([a], [b]) => a - b).map(([, page]) => page),
    );
  }

  async #readIndex(): Promise<FoundIndex> {
    try {
      const raw = await loadRaw(this.#persistence, this.#indexKey);
      if (raw === null) return { index: null, faults: [], isThere: false };
      const index = readIndex(this.#indexKey, raw);
      return { index, faults: this.#faultsOf(index, raw as Fields), isThere: true };
    } catch (cause) {
      const fault = faultOf(cause, null, this.#indexKey);
      // Whatever stands beside an index of a newer version is not for this one to judge.
      if (!isMendable(fault)) throw cause;
      return { index: null, faults: [fault], isThere: true };
    }
  }

  #faultsOf(index: LocalIndex, said: Fields): Fault[] {
    const object = this.#indexKey;
    const entries = Object.keys(Object(said['entityKeys']) as Fields);
    const faults = entries
      .filter((key) => !index.keys.has(key))
      .map(
        (entityKey): Fault => ({
          code: 'corrupt',
          entityKey,
          object,
          message: `${object}: its entry of ${entityKey} cannot be read`,
        }),
      );
    if (faults.length > 0 || said['hash'] === toMetadata(index.keys).hash) return faults;
    return [{ code: 'miscounted', entityKey: null, object, message: `${object}: its sum is not that of its entries` }];
  }

  async #check(key: string): Promise<readonly Fault[]> {
    const faults: Fault[] = [];
    await this.#loadAs(null, key, checkKeyData, faults);
    return faults;
  }

  async #list(): Promise<readonly string[]> {
    const prefix = this.#keyPrefix;
    try {
      const keys = (await this.#persistence.listKeys?.(prefix)) ?? [];
      return keys.filter((key) => !key.startsWith('$', prefix.length));
    } catch (cause) {
      throw asTierSyncError(cause, `the keys of ${prefix} could not be listed`);
    }
  }

  /** What the check makes of it. Null: there is nothing, or nothing that can be read, and then there is a fault more. */
  async #loadAs<T>(
    entityKey: string | null,
    key: string,
    check: (where: string, raw: unknown) => T,
    faults: Fault[],
  ): Promise<T | null> {
    try {
      const raw = await loadRaw(this.#persistence, key);
      return raw === null ? null : check(key, raw);
    } catch (cause) {
      faults.push(faultOf(cause, entityKey, key));
      return null;
    }
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#persistence.exclusive?.(work) ?? work();
  }
}

/** Its time is the highest stamp that ever stood there, so it may be later than any that does. */
function isRightEntry(said: KeySummary | undefined, records: readonly StoredRecord[]): boolean {
  const sums = KeySums.of(records);
  if (said === undefined) return sums.isEmpty;
  return sums.equals(said) && said.hash === sums.summary().hash && said.updatedAt >= sums.summary().updatedAt;
}
