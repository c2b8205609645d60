import { TierSyncError } from '../../errors.ts';
import type { EntityKeyData } from '../../interfaces/EntityKeyData.ts';
import type { IPersistence } from '../../interfaces/IPersistence.ts';
import type { Disk } from './Disk.ts';
import type { Requests } from './Requests.ts';

/** What a persistence can do beyond its three methods. */
export interface Abilities {
  readonly storeMany: boolean;
  readonly listKeys: boolean;
  readonly setAside: boolean;
  readonly exclusive: boolean;
}

export interface SimulatedPersistenceOptions {
  readonly disk: Disk;
  readonly requests: Requests;
  readonly medium: 'local' | 'cloud';
  readonly abilities: Abilities;
  readonly over: Promise<void>;
  /** Other tabs have it open, too. */
  readonly isShared?: boolean;
  readonly pageRecords?: number | undefined;
  /** How old a stale read is, in writes. */
  readonly staleness?: () => number;
}

type Entries = ReadonlyArray<readonly [key: string, data: EntityKeyData]>;
type Kind = 'read' | 'write';

/** A persistence as one process reaches it. */
export class SimulatedPersistence implements IPersistence {
  readonly isolated = true;
  readonly storeMany?: (entries: Entries) => Promise<void>;
  readonly listKeys?: (prefix: string) => Promise<readonly string[]>;
  readonly setAside?: (key: string) => Promise<string>;
  readonly sharedAs?: string;
  readonly exclusive?: <T>(work: () => Promise<T>) => Promise<T>;
  readonly pageRecords?: number;
  readonly #o: SimulatedPersistenceOptions;
  #isClosed = false;

  constructor(options: SimulatedPersistenceOptions) {
    this.#o = options;
    const { abilities, disk, over } = options;
    if (abilities.storeMany) this.storeMany = (entries) => this.#storeMany(entries);
    if (abilities.listKeys) this.listKeys = (prefix) => this.#listKeys(prefix);
    if (abilities.setAside) this.setAside = (key) => this.#setAside(key);
    if (options.isShared && abilities.exclusive) this.sharedAs = 'disk';
    if (abilities.exclusive) this.exclusive = (work) => disk.lock.run(work, over);
    if (options.pageRecords !== undefined) this.pageRecords = options.pageRecords;
  }

  async loadData(key: string): Promise<EntityKeyData | null> {
    const { disk, staleness } = this.#o;
    const old = staleness === undefined ? undefined : () => disk.readOld(key, staleness());
    const text = await this.#send('loadData', key, 'read', () => disk.read(key), { old });
    return text === null ? null : (JSON.parse(text) as EntityKeyData);
  }

  storeData(key: string, data: EntityKeyData): Promise<void> {
    const text = JSON.stringify(data);
    return this.#send('storeData', key, 'write', () => this.#o.disk.write(key, text), { body: text });
  }

  clearData(key: string): Promise<void> {
    return this.#send('clearData', key, 'write', () => this.#o.disk.write(key, null));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #storeMany(entries: Entries): Promise<void> {
    const texts = entries.map(([key, data]) => [key, JSON.stringify(data)] as const);
    const write = (): void => {
      for (const [key, text] of texts) this.#o.disk.write(key, text);
    };
    const body = texts.map(([, text]) => text).join('');
    return this.#send('storeMany', texts.map(([key]) => key).join(' '), 'write', write, { body });
  }

  #listKeys(prefix: string): Promise<readonly string[]> {
    return this.#send('listKeys', prefix, 'read', () => this.#o.disk.keys.filter((key) => key.startsWith(prefix)));
  }

  #setAside(key: string): Promise<string> {
    const { disk } = this.#o;
    return this.#send('setAside', key, 'write', () => {
      const place = `aside-${disk.writes}-${key}`;
      disk.write(place, disk.read(key));
      disk.write(key, null);
      return place;
    });
  }

  #send<T>(
    method: string,
    name: string,
    kind: Kind,
    apply: () => T,
    { old, body }: { old?: (() => T) | undefined; body?: string } = {},
  ): Promise<T> {
    if (this.#isClosed) return Promise.reject(new TierSyncError('closed', 'this persistence was closed'));
    const { medium, requests } = this.#o;
    return requests.send({
      medium,
      method,
      name,
      isWrite: kind === 'write',
      isConditional: false,
      canTear: false,
      canBeStale: old !== undefined,
      body,
      apply,
      applyStale: old,
    });
  }
}
