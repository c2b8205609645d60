import type { EntityFields, Stored } from './Entity.ts';
import type { IOfflineQueue } from './SyncTypes.ts';

/** The fields that every synced entity has. */
export interface ISyncEntity extends EntityFields {}

/** Calls back when others change entities. */
export interface IRealTimeSync {
  /** `onChange` gets each entity of that name that others created or changed. Returns a function that ends this. */
  subscribe<E extends object>(entityType: string, onChange: (entity: Stored<E>) => void): () => void;
}

/** Syncs one entity at a time, for apps that want to wait for each. */
export interface ISyncService {
  /**
   * Saves an entity and sends it. Resolves to the version that stands afterwards, which may be somebody else's if there was
   * a conflict. Offline it resolves at once, and the entity waits in `queue`. Rejects if the cloud refuses it.
   */
  syncEntity<E extends object>(entityType: string, entity: E): Promise<Stored<E>>;
  /** The same as `data.sync.isOnline()`. */
  isOnline(): boolean;
  /** The same as `data.sync.enableRealTime()`. */
  enableRealTime(): void;
  /** The same as `data.sync.disableRealTime()`. */
  disableRealTime(): void;
  /** Changes of others, entity by entity. */
  readonly realTime: IRealTimeSync;
  /** The changes that wait to be sent. */
  readonly queue: IOfflineQueue;
}
