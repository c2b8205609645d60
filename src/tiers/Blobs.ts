import { copyJson } from '../blob/copyJson.ts';
import { checkKeyData, type KeyDataDraft, recordsIn } from '../blob/keyData.ts';
import { TierSyncError } from '../errors.ts';
import type { EntityKeyData } from '../interfaces/EntityKeyData.ts';
import type { IPersistence } from '../interfaces/IPersistence.ts';
import type { TierProblem } from '../interfaces/ITier.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { asTierSyncError } from '../util/asTierSyncError.ts';

export interface BlobsOptions {
  readonly persistence: IPersistence;
  readonly createId: (size: number) => string;
  readonly onProblem: (problem: TierProblem) => void;
}

/**
 * The border of a persistence. What goes in and out is copied unless the persistence says it does that itself; what
 * cannot be read is set aside and reported, once; what a newer version wrote is left alone.
 */
export class Blobs {
  readonly #persistence: IPersistence;
  readonly #createId: (size: number) => string;
  readonly #onProblem: (problem: TierProblem) => void;
  readonly #reported = new Set<string>();
  /** Reads that were begun before anybody asked. */
  readonly #begun = new Map<string, Promise<unknown>>();

  constructor(options: BlobsOptions) {
    this.#persistence = options.persistence;
    this.#createId = options.createId;
    this.#onProblem = options.onProblem;
  }

  /** Begins to read what will be asked for, so that it is not waited for one after the other. What fails is told then. */
  begin(keys: Iterable<string>): void {
    for (const key of keys) {
      const reading = (async () => this.#persistence.loadData(key))();
      reading.catch(() => {});
      this.#begun.set(key, reading);
    }
  }

  /** What was begun and not asked for is old from now on. */
  forget(): void {
    this.#begun.clear();
  }

  load(key: string): Promise<KeyDataDraft | null> {
    return this.loadAs(key, checkKeyData);
  }

  /** What the check makes of it; what it finds corrupt is set aside. */
  async loadAs<T>(key: string, check: (where: string, raw: unknown) => T): Promise<T | null> {
    try {
      return await this.#read(key, check);
    } catch (error) {
      if (error instanceof TierSyncError && error.code === 'corrupt') return await this.#readAgain(key, check);
      if (error instanceof TierSyncError && error.code === 'upgrade-needed') {
        this.#report({ code: error.code, entityKey: key, message: error.message });
      }
      throw error;
    }
  }

  async store(key: string, data: EntityKeyData): Promise<void> {
    try {
      await this.#persistence.storeData(key, this.copy(data));
    } catch (cause) {
      throw asTierSyncError(cause, `${key} could not be stored`);
    }
  }

  async clear(key: string): Promise<void> {
    try {
      await this.#persistence.clearData(key);
    } catch (cause) {
      throw asTierSyncError(cause, `${key} could not be removed`);
    }
  }

  /** All keys with that prefix; null: this persistence cannot tell. */
  async list(prefix: string): Promise<readonly string[] | null> {
    try {
      return (await this.#persistence.listKeys?.(prefix)) ?? null;
    } catch (cause) {
      throw asTierSyncError(cause, `the keys of ${prefix} could not be listed`);
    }
  }

  /** Whether several keys are stored in one step. */
  get isOneStep(): boolean {
    return this.#persistence.storeMany !== undefined;
  }

  /** Several keys in one step, where the persistence can. */
  async storeMany(entries: ReadonlyArray<readonly [key: string, data: EntityKeyData]>): Promise<void> {
    try {
      await this.#persistence.storeMany?.(entries.map(([key, data]) => [key, this.copy(data)] as const));
    } catch (cause) {
      throw asTierSyncError(cause, `${entries.length} blobs could not be stored`);
    }
  }

  /** Waits until what was stored is as durable as it will get. */
  async flush(): Promise<void> {
    try {
      await this.#persistence.flush?.();
    } catch (cause) {
      throw asTierSyncError(cause, 'what was stored could not be made durable');
    }
  }

  copy<T>(data: T): T {
    return this.#persistence.isolated === true ? data : copyJson(data);
  }

  /** The records of a blob; those that cannot be read are reported and stay where they are. */
  records(key: string, data: KeyDataDraft): StoredRecord[] {
    const unreadable: string[] = [];
    const records = recordsIn(data, (place) => unreadable.push(place));
    if (unreadable.length > 0) {
      const message = `${key}: ${unreadable.length} records cannot be read, first ${unreadable[0]}`;
      this.#report({ code: 'corrupt', entityKey: key, message });
    }
    return records;
  }

  /** An index that names records where no blob is: nothing is deleted because of that, but somebody should know. */
  missing(key: string): void {
    this.#onProblem({ code: 'missing', entityKey: key, message: `${key} is in the index, but its blob is gone` });
  }

  lacksRecords(key: string): void {
    this.#onProblem({ code: 'missing', entityKey: key, message: `${key} holds fewer records than the index counted` });
  }

  async #read<T>(key: string, check: (where: string, raw: unknown) => T): Promise<T | null> {
    const begun = this.#begun.get(key);
    this.#begun.delete(key);
    let raw: unknown;
    try {
      raw = await (begun ?? this.#persistence.loadData(key));
    } catch (cause) {
      throw asTierSyncError(cause, `${key} could not be read`);
    }
    return raw === null || raw === undefined ? null : check(key, this.copy(raw));
  }

  /** One bad read may be the medium's passing fault; only bytes that are bad twice are set aside. */
  async #readAgain<T>(key: string, check: (where: string, raw: unknown) => T): Promise<T | null> {
    try {
      return await this.#read(key, check);
    } catch (error) {
      if (!(error instanceof TierSyncError) || error.code !== 'corrupt') throw error;
      const setAsideAs = await this.#setAside(key);
      this.#onProblem({ code: 'corrupt', entityKey: key, message: error.message, setAsideAs });
      return null;
    }
  }

  async #setAside(key: string): Promise<string> {
    try {
      if (this.#persistence.setAside !== undefined) return await this.#persistence.setAside(key);
      const place = `$aside.${key}.${this.#createId(8)}`;
      const raw = (await this.#persistence.loadData(key)) as unknown;
      await this.#persistence.storeData(place, { raw } as EntityKeyData);
      await this.#persistence.clearData(key);
      return place;
    } catch (cause) {
      throw asTierSyncError(cause, `${key} cannot be read, and could not be set aside`);
    }
  }

  #report(problem: TierProblem): void {
    if (this.#reported.has(problem.message)) return;
    this.#reported.add(problem.message);
    this.#onProblem(problem);
  }
}
