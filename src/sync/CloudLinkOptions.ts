import type { DataEvents } from '../DataEvents.ts';
import type { FlushHandler } from '../FlushHandler.ts';
import type { AnyEntity } from '../interfaces/Entity.ts';
import type { Environment } from '../interfaces/Environment.ts';
import type { Room } from '../interfaces/Room.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import type { ConflictStrategy, SyncOptions } from '../interfaces/SyncTypes.ts';
import type { KeyLoader } from '../KeyLoader.ts';
import type { MetadataManager } from '../MetadataManager.ts';
import type { Resolution, Sides } from '../reconcile/Finding.ts';
import type { ConflictList } from '../tiers/ConflictList.ts';
import type { LocalTier } from '../tiers/LocalTier.ts';
import type { Outbox } from '../tiers/Outbox.ts';

/** What of the app a link works with. */
export interface CloudLinkOptions {
  readonly prefix: string;
  readonly keyPrefix: string;
  readonly environment: Environment;
  readonly local: LocalTier;
  readonly outbox: Outbox;
  readonly conflicts: ConflictList;
  readonly keyOf: (id: string) => string;
  readonly loader: KeyLoader;
  readonly flusher: FlushHandler;
  readonly metadata: MetadataManager;
  readonly events: DataEvents;
  readonly room: Room;
  readonly options: SyncOptions;
  /** Names that stay on this device. */
  readonly unsynced: readonly string[];
  readonly maySync: (entityName: string) => boolean;
  readonly strategyOf: (entityName: string) => ConflictStrategy;
  readonly resolve: (sides: Sides) => Resolution;
  readonly show: (record: StoredRecord | null) => AnyEntity | null;
  /** Undefined: it is not in memory. */
  readonly peek: (entityName: string, id: string) => AnyEntity | null | undefined;
  readonly get: (entityName: string, id: string) => Promise<AnyEntity | null>;
  readonly save: (entityName: string, id: string, version: object | null) => void;
  readonly update: (entityName: string, id: string, patch: object) => Promise<unknown>;
  /** Asks for a run, as a read that misses something does. */
  readonly pull: () => Promise<unknown>;
  readonly push: () => Promise<unknown>;
}
