import { fromBytes, toBytes } from '../blob/envelope.ts';
import type { EntityKeyData } from '../interfaces/EntityKeyData.ts';
import type { BucketObject, IBucket } from '../interfaces/IBucket.ts';
import type { IPersistence } from '../interfaces/IPersistence.ts';

const suffix = '.json';

/** A bucket that one device has to itself, used as a persistence: one object a key, in a checked envelope. */
export class BucketPersistence implements IPersistence {
  readonly isolated = true;
  readonly #bucket: IBucket;
  readonly #createId: (size: number) => string;
  readonly exclusive?: <T>(work: () => Promise<T>) => Promise<T>;
  readonly pageRecords?: number;

  constructor(bucket: IBucket, createId: (size: number) => string) {
    this.#bucket = bucket;
    this.#createId = createId;
    if (bucket.exclusive !== undefined) this.exclusive = (work) => bucket.exclusive!(work);
    if (bucket.pageRecords !== undefined) this.pageRecords = bucket.pageRecords;
  }

  async loadData(key: string): Promise<EntityKeyData | null> {
    const found = await this.#read(key);
    return found === null ? null : (fromBytes(key, found.bytes) as EntityKeyData);
  }

  async storeData(key: string, data: EntityKeyData): Promise<void> {
    await this.#bucket.put(key + suffix, toBytes(data));
  }

  async clearData(key: string): Promise<void> {
    await this.#bucket.delete(key + suffix);
  }

  async listKeys(prefix: string): Promise<readonly string[]> {
    const keys: string[] = [];
    for await (const { name } of this.#bucket.list(prefix)) {
      if (name.endsWith(suffix)) keys.push(name.slice(0, -suffix.length));
    }
    return keys;
  }

  async setAside(key: string): Promise<string> {
    if (this.#bucket.setAside !== undefined) return this.#bucket.setAside(key + suffix);
    const found = await this.#read(key);
    const place = `set-aside/${key}-${this.#createId(8)}`;
    if (found !== null) await this.#bucket.put(place, found.bytes, { ifAbsent: true });
    await this.#bucket.delete(key + suffix);
    return place;
  }

  async close(): Promise<void> {
    await this.#bucket.close?.();
  }

  async #read(key: string): Promise<BucketObject | null> {
    return (await this.#bucket.get(key + suffix)) as BucketObject | null;
  }
}
