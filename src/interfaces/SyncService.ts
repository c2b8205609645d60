import type { EntityFields, Stored } from './Entity.ts';
import type { IOfflineQueue } from './SyncTypes.ts';

/** What everything that is synced has. */
export interface ISyncEntity extends EntityFields {}

/** Hears of what others do. */
export interface IRealTimeSync {
  /** Called with each entity of that type that was created or changed. Returns how to stop that. */
  subscribe<E extends object>(entityType: string, onChange: (entity: Stored<E>) => void): () => void;
}

/** Syncing, one entity at a time. */
export interface ISyncService {
  /**
   * Saves an entity and syncs it. Resolves to it as it stands then, which is another version where somebody else's was
   * kept; offline at once, as it waits in `queue`. Rejects with the reason where the cloud refuses it.
   */
  syncEntity<E extends object>(entityType: string, entity: E): Promise<Stored<E>>;
  /** As `data.sync` says. */
  isOnline(): boolean;
  enableRealTime(): void;
  disableRealTime(): void;
  /** What others do, entity by entity. */
  readonly realTime: IRealTimeSync;
  /** What waits to be sent. */
  readonly queue: IOfflineQueue;
}
