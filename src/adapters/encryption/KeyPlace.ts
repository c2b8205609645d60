import type { BucketObject, IBucket } from '../../interfaces/IBucket.ts';
import type { IPersistence } from '../../interfaces/IPersistence.ts';
import { toBase64 } from '../../util/base64.ts';
import { wrapBytes, wrappedBytes } from '../wrapping/wrappedBlob.ts';

/** What the object is called that holds the keys. */
export const keyObject = '$encryption';

export interface SeenKeys {
  readonly bytes: Uint8Array;
  readonly version: string;
}

/** Where the keys of a store stand. */
export interface KeyPlace {
  read(): Promise<SeenKeys | null>;
  /** Over what was seen; null: where nothing stands. False: it is another one now. */
  write(bytes: Uint8Array, over: SeenKeys | null): Promise<boolean>;
  /** Whether anything else stands there, as far as one can know; at least whether that name does. */
  holdsOthers(name: string): Promise<boolean>;
}

export class BucketKeyPlace implements KeyPlace {
  readonly #bucket: IBucket;

  constructor(bucket: IBucket) {
    this.#bucket = bucket;
  }

  async read(): Promise<SeenKeys | null> {
    return (await this.#bucket.get(keyObject)) as BucketObject | null;
  }

  async write(bytes: Uint8Array, over: SeenKeys | null): Promise<boolean> {
    const condition = over === null ? ({ ifAbsent: true } as const) : { ifVersion: over.version };
    return (await this.#bucket.put(keyObject, bytes, condition)) !== 'conflict';
  }

  async holdsOthers(): Promise<boolean> {
    for await (const { name } of this.#bucket.list('')) if (name !== keyObject) return true;
    return false;
  }
}

/** Compares under the lock of the persistence; one without a lock is for one process at a time anyway. */
export class PersistenceKeyPlace implements KeyPlace {
  readonly #persistence: IPersistence;

  constructor(persistence: IPersistence) {
    this.#persistence = persistence;
  }

  async read(): Promise<SeenKeys | null> {
    const blob = await this.#persistence.loadData(keyObject);
    if (blob === null || blob === undefined) return null;
    const bytes = bytesIn(blob);
    return { bytes, version: toBase64(bytes) };
  }

  async write(bytes: Uint8Array, over: SeenKeys | null): Promise<boolean> {
    const persistence = this.#persistence;
    const work = async (): Promise<boolean> => {
      if ((await this.read())?.version !== over?.version) return false;
      await persistence.storeData(keyObject, wrapBytes(bytes));
      // What is encrypted with them must not outlive them.
      await persistence.flush?.();
      return true;
    };
    return persistence.exclusive === undefined ? work() : persistence.exclusive(work);
  }

  async holdsOthers(name: string): Promise<boolean> {
    const keys = await this.#persistence.listKeys?.('');
    if (keys !== undefined) return keys.some((key) => key !== keyObject);
    return ((await this.#persistence.loadData(name)) ?? null) !== null;
  }
}

/** Nothing, where they are damaged: `corrupt` is for what may be set aside, and the keys may not. */
function bytesIn(blob: unknown): Uint8Array {
  try {
    return wrappedBytes(keyObject, blob) ?? new Uint8Array();
  } catch {
    return new Uint8Array();
  }
}
