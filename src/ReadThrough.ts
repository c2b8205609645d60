import type { EntityKeyHandler } from './EntityKeyHandler.ts';
import type { FlushHandler } from './FlushHandler.ts';
import type { Below, QueryScope } from './interfaces/Below.ts';
import type { EntitySyncState } from './interfaces/EntitySyncState.ts';
import type { Room } from './interfaces/Room.ts';
import type { KeyLoader } from './KeyLoader.ts';
import type { MetadataManager } from './MetadataManager.ts';
import type { Journal } from './tiers/Journal.ts';

/** What a cloud does for readers. */
export interface CloudReads {
  known(): Promise<void>;
  ensure(entityKeys: Iterable<string>): Promise<void>;
}

/** Where a cloud is attached, or none. */
export interface CloudPlace extends CloudReads, Pick<Below, 'clockOffset'> {
  /** Null: nothing is known of it beyond this device. */
  stateOf(entityName: string, id: string, entityKey: string): EntitySyncState | null;
}

export interface ReadThroughOptions {
  readonly keys: EntityKeyHandler;
  readonly loader: KeyLoader;
  readonly journal: Journal;
  readonly flusher: Pick<FlushHandler, 'isPending'>;
  readonly metadata: MetadataManager;
  readonly cloud: CloudPlace;
  readonly room: Pick<Room, 'keepWithin'>;
}

/** A read goes down as far as it has to: what the cloud has comes to this device, what the device has into memory. */
export class ReadThrough implements Below {
  readonly #o: ReadThroughOptions;

  constructor(options: ReadThroughOptions) {
    this.#o = options;
  }

  get clockOffset(): number | null {
    return this.#o.cloud.clockOffset;
  }

  isElsewhere(id: string): boolean {
    const { metadata, keys } = this.#o;
    return !metadata.isAllHere && metadata.isElsewhere(keys.keyOf(id));
  }

  bring(id: string): Promise<void> | null {
    return this.isElsewhere(id) ? this.#load([this.#o.keys.keyOf(id)]) : null;
  }

  /** Keys that ids or filters name need not be known to the cloud: they are wanted at once, before all others. */
  bringAll(entityName: string, scope: QueryScope): Promise<void> | null {
    const { metadata, cloud } = this.#o;
    const isNamed = scope.ids !== null || scope.filters !== null;
    const elsewhere = (): string[] => this.#keysOf(entityName, scope).filter((key) => metadata.isElsewhere(key));
    if (!isNamed && metadata.isWaiting) return cloud.known().then(() => this.#loadReadable(elsewhere()));
    const keys = elsewhere();
    return keys.length === 0 ? null : this.#loadReadable(keys);
  }

  assertReadable(entityName: string, id: string): void {
    this.#o.loader.assertReadable(entityName, id);
  }

  /** What was seen deleted is known; what was not may be any that its key holds or has forgotten. */
  stampBefore(entityName: string, id: string, deletedAt: number | undefined): number {
    const { metadata, keys, journal } = this.#o;
    if (deletedAt !== undefined) return Math.max(deletedAt, metadata.floor);
    const unseen = this.isElsewhere(id) ? metadata.stampOf(keys.keyOf(id)) : 0;
    return Math.max(unseen, metadata.floor, journal.erasedStamp(entityName, id));
  }

  stateOf(entityName: string, id: string, isHere: boolean): EntitySyncState | null {
    const { flusher, keys, cloud } = this.#o;
    if (flusher.isPending(entityName, id)) return 'pending';
    return isHere ? (cloud.stateOf(entityName, id, keys.keyOf(id)) ?? 'local') : null;
  }

  clear(entityName: string, stamp: number): () => void {
    return this.#o.loader.clearUnloaded(entityName, stamp);
  }

  #load(keys: readonly string[]): Promise<void> {
    return this.#download(keys, () => this.#o.loader.load(keys));
  }

  #loadReadable(keys: readonly string[]): Promise<void> {
    return this.#download(keys, () => this.#o.loader.loadReadable(keys));
  }

  /** What has come for somebody is not taken away again before he has it. */
  async #download(keys: readonly string[], load: () => Promise<void>): Promise<void> {
    const { metadata, cloud, room } = this.#o;
    const release = metadata.expect(keys);
    const isOneAway = (): boolean => keys.some((key) => metadata.isAway(key));
    const isAway = isOneAway();
    try {
      if (isAway) await cloud.ensure(keys);
      await load();
      // Another tab may just have taken something of it away, which shows when it is read.
      if (!isAway && isOneAway()) await cloud.ensure(keys);
    } finally {
      release();
      // In memory it stays; on the device it may be too much.
      if (isAway) void room.keepWithin();
    }
  }

  /** The keys that must be in memory before a query can be answered. */
  #keysOf(entityName: string, { ids, filters }: QueryScope): string[] {
    const { keys, metadata } = this.#o;
    if (metadata.isAllHere) return [];
    if (ids !== null) return [...new Set(ids.map((id) => keys.keyOf(id)))];
    if (filters !== null) return keys.keysFor(entityName, filters);
    const elsewhere = metadata.keysElsewhere(entityName);
    // A lost index names no keys; the strategy still knows where its entities usually are.
    return metadata.isComplete ? elsewhere : [...elsewhere, keys.entityKey('global'), ...keys.keysFor(entityName)];
  }
}
