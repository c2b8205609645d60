export type { DeletionRecord, SyncDocument, SyncEvent } from '../interfaces/SyncDocument.ts';
export type { Authenticate, Authenticated, AuthOptions, JwtOptions } from './auth/AuthOptions.ts';
export { createSyncServer } from './createSyncServer.ts';
export { type PgliteDatabaseOptions, pgliteDatabase } from './database/pgliteDatabase.ts';
export { type PostgresDatabaseOptions, postgresDatabase } from './database/postgresDatabase.ts';
export type { SqlRow, SqlSession, SyncDatabase, TransactionOptions } from './database/SyncDatabase.ts';
export type { Repositories, RepositoryScope } from './documents/repositories.ts';
export { type Collected, Housekeeping, type HousekeepingOptions } from './Housekeeping.ts';
export type { RequestContext } from './http/HttpDoor.ts';
export { defaultServerLimits, type ServerLimits } from './limits/ServerLimits.ts';
export { MemorySyncStore } from './MemorySyncStore.ts';
export type { StoreOptions } from './openStore.ts';
export type { Permission, PermissionAction, Principal } from './Principal.ts';
export type { Access, ItemSet } from './permissions/Access.ts';
export { Permissions } from './permissions/Permissions.ts';
export type { ServerOptions } from './ServerOptions.ts';
export { ServerRepository, type ServerRepositoryOptions } from './ServerRepository.ts';
export { type DocumentSource, SourceFeed, type SourceFeedOptions } from './SourceFeed.ts';
export { SqlSyncStore } from './SqlSyncStore.ts';
export type { Heard, SyncOperations } from './SyncOperations.ts';
export type { Listening, ListenOptions, SyncServer } from './SyncServer.ts';
export { SyncService, type SyncServiceOptions } from './SyncService.ts';
export type {
  ChangeListener,
  Commit,
  FeedQuery,
  KeysQuery,
  NameSums,
  Reading,
  Room,
  RowDraft,
  RowName,
  RowPlace,
  SyncRow,
  SyncStore,
  TenantHead,
  TenantReader,
  TenantWriter,
} from './SyncStore.ts';
export { SocketHandler } from './sockets/SocketHandler.ts';
export type { SocketHandlerOptions } from './sockets/SocketHandlerOptions.ts';
export type { Subscriber, SubscriptionListeners } from './sockets/Subscriber.ts';
export { SyncEventType } from './sockets/syncEvents.ts';
