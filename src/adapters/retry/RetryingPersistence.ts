import { copyJson } from '../../blob/copyJson.ts';
import type { EntityKeyData } from '../../interfaces/EntityKeyData.ts';
import type { IPersistence } from '../../interfaces/IPersistence.ts';
import type { Wrapper } from '../wrapping/wrapOrder.ts';
import type { Retries } from './Retries.ts';

type Entries = ReadonlyArray<readonly [key: string, data: EntityKeyData]>;

/** A persistence whose calls are made again when they fail for a moment: each but `setAside` may be made twice. */
export class RetryingPersistence implements IPersistence, Wrapper {
  readonly layer = 'retrying';
  readonly isolated: boolean;
  readonly #inner: IPersistence;
  readonly #retries: Retries;
  readonly storeMany?: (entries: Entries) => Promise<void>;
  readonly listKeys?: (prefix: string) => Promise<readonly string[]>;
  readonly setAside?: (key: string) => Promise<string>;
  readonly exclusive?: <T>(work: () => Promise<T>) => Promise<T>;
  readonly pageRecords?: number;
  readonly sharedAs?: string;
  readonly flush?: () => Promise<void>;
  readonly close?: () => Promise<void>;

  constructor(inner: IPersistence, retries: Retries) {
    this.isolated = inner.isolated === true;
    this.#inner = inner;
    this.#retries = retries;
    if (inner.storeMany !== undefined) {
      this.storeMany = async (entries) => {
        const kept = this.#kept(entries);
        await retries.run(() => inner.storeMany!(kept));
      };
    }
    if (inner.listKeys !== undefined) this.listKeys = (prefix) => retries.run(() => inner.listKeys!(prefix));
    if (inner.setAside !== undefined) this.setAside = (key) => inner.setAside!(key);
    if (inner.exclusive !== undefined) this.exclusive = (work) => inner.exclusive!(work);
    if (inner.pageRecords !== undefined) this.pageRecords = inner.pageRecords;
    if (inner.sharedAs !== undefined) this.sharedAs = inner.sharedAs;
    if (inner.flush !== undefined) this.flush = () => retries.run(() => inner.flush!());
    if (inner.close !== undefined) {
      this.close = async () => {
        retries.stop();
        await inner.close!();
      };
    }
  }

  loadData(key: string): Promise<EntityKeyData | null> {
    return this.#retries.run(() => this.#inner.loadData(key));
  }

  async storeData(key: string, data: EntityKeyData): Promise<void> {
    const kept = this.#kept(data);
    await this.#retries.run(() => this.#inner.storeData(key, kept));
  }

  clearData(key: string): Promise<void> {
    return this.#retries.run(() => this.#inner.clearData(key));
  }

  /** Who is told that nothing is shared may change what was handed in before a later try sends it. */
  #kept<T>(data: T): T {
    return this.isolated ? copyJson(data) : data;
  }
}
