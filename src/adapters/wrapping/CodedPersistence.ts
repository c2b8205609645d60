import { TierSyncError } from '../../errors.ts';
import type { EntityKeyData } from '../../interfaces/EntityKeyData.ts';
import type { IPersistence } from '../../interfaces/IPersistence.ts';
import { Calls } from './Calls.ts';
import type { Codec } from './Codec.ts';
import { endsOf } from './endsOf.ts';
import type { Layer, Wrapper } from './wrapOrder.ts';
import { blobToBytes, bytesToBlob, wrapBytes, wrappedBytes } from './wrappedBlob.ts';

type Entry = readonly [key: string, data: EntityKeyData];

/** A persistence whose blobs are stored in another form in another one. It can do what that one can. */
export class CodedPersistence implements IPersistence, Wrapper {
  readonly layer: Layer;
  readonly isolated: boolean;
  readonly #inner: IPersistence;
  readonly #codec: Codec;
  readonly #calls = new Calls();
  readonly storeMany?: (entries: readonly Entry[]) => Promise<void>;
  readonly listKeys?: (prefix: string) => Promise<readonly string[]>;
  readonly exclusive?: <T>(work: () => Promise<T>) => Promise<T>;
  readonly pageRecords?: number;
  readonly sharedAs?: string;
  readonly flush?: () => Promise<void>;
  readonly close?: () => Promise<void>;

  constructor(inner: IPersistence, codec: Codec) {
    this.layer = codec.layer;
    // What is taken as it is may still be an object of the persistence below.
    this.isolated = !codec.takesPlain || inner.isolated === true;
    this.#inner = inner;
    this.#codec = codec;
    if (inner.storeMany !== undefined) this.storeMany = (entries) => this.#storeMany(entries);
    if (inner.listKeys !== undefined) this.listKeys = (prefix) => this.#listKeys(prefix);
    if (inner.flush !== undefined) this.flush = () => this.#calls.run(() => inner.flush!());
    Object.assign(
      this,
      endsOf(inner, this.#calls, () => codec.prepare()),
    );
  }

  loadData(key: string): Promise<EntityKeyData | null> {
    return this.#calls.run(async () => {
      const place = await this.#codec.find(key);
      const blob = place === null ? null : await this.#inner.loadData(place);
      if (blob === null || blob === undefined) return null;
      const bytes = wrappedBytes(key, blob);
      if (bytes !== null) return bytesToBlob(key, await this.#codec.decode(key, bytes));
      if (this.#codec.takesPlain) return blob;
      throw new TierSyncError('corrupt', `${key} is not ${this.layer}, as all else here is`);
    });
  }

  storeData(key: string, data: EntityKeyData): Promise<void> {
    return this.#calls.run(async () => {
      const [[place, blob]] = (await this.#encode([[key, data]])) as [Entry];
      await this.#inner.storeData(place, blob);
    });
  }

  clearData(key: string): Promise<void> {
    return this.#calls.run(async () => {
      const place = await this.#codec.find(key);
      if (place !== null) await this.#inner.clearData(place);
    });
  }

  /** As it is: it may be set aside because it cannot be decoded. */
  setAside(key: string): Promise<string> {
    return this.#calls.run(async () => {
      const place = await this.#codec.claim(key);
      return this.#inner.setAside === undefined ? moveAside(this.#inner, place) : this.#inner.setAside(place);
    });
  }

  #storeMany(entries: readonly Entry[]): Promise<void> {
    return this.#calls.run(async () => this.#inner.storeMany!(await this.#encode(entries)));
  }

  #listKeys(prefix: string): Promise<readonly string[]> {
    return this.#calls.run(async () => {
      const listing = await this.#codec.listing(prefix);
      if (listing === null) return [];
      const places = await this.#inner.listKeys!(listing.prefix);
      const keys = await Promise.all(places.map((place) => listing.nameOf(place)));
      return keys.filter((key) => key?.startsWith(prefix)) as string[];
    });
  }

  async #encode(entries: readonly Entry[]): Promise<readonly Entry[]> {
    // At once, and all: the caller may change them while keys are read, and what cannot be written keeps out the others.
    const plain = entries.map(([key, data]) => [key, blobToBytes(key, data)] as const);
    const coded: Entry[] = [];
    for (const [key, bytes] of plain) {
      const place = await this.#codec.claim(key);
      const stored = await this.#codec.encode(key, bytes);
      coded.push([place, stored === bytes ? bytesToBlob(key, bytes) : wrapBytes(stored)]);
    }
    return coded;
  }
}

async function moveAside(persistence: IPersistence, key: string): Promise<string> {
  let number = 1;
  while ((await persistence.loadData(`$aside/${number}/${key}`)) !== null) number++;
  const place = `$aside/${number}/${key}`;
  const found = await persistence.loadData(key);
  if (found !== null) await persistence.storeData(place, found);
  await persistence.clearData(key);
  return place;
}
