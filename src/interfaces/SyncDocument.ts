/** An entity as the server's REST routes and events show it: your fields under `data`, the library's under `metadata`. */
export interface SyncDocument {
  readonly id: string;
  readonly collection: string;
  readonly data: { readonly [field: string]: unknown };
  readonly metadata?: {
    readonly createdAt?: Date | string;
    readonly updatedAt?: Date | string;
    readonly version?: number;
    readonly expiresAt?: Date | string;
    readonly retentionPriority?: number;
    readonly [field: string]: unknown;
  };
}

/** Notes that an entity was deleted. */
export interface DeletionRecord {
  readonly id: string;
  readonly collection: string;
  readonly deletedAt: Date;
  /** The user; null: the application itself, or it expired. */
  readonly deletedBy: string | null;
}

/** What a `SyncEvent` tells of. */
export type SyncEventType = 'document:created' | 'document:updated' | 'document:deleted' | 'collection:cleared';

/** A change, for applications that listen to the socket themselves. On the wire, `timestamp` is an ISO text. */
export interface SyncEvent {
  readonly type: SyncEventType;
  readonly collection: string;
  readonly documentId?: string;
  readonly document?: SyncDocument;
  readonly timestamp: Date;
}
