export { silentLogger } from './adapters/consoleLog.ts';
export { ConsoleLogSink, Logger, type LoggerOptions } from './adapters/Logger.ts';
export { MemoryBucket } from './adapters/MemoryBucket.ts';
export { MemoryStore } from './adapters/MemoryStore.ts';
export { RetentionPriority } from './blob/RetentionPriority.ts';
export { DataOrchestrator } from './DataOrchestrator.ts';
export type { CollectionListener, DataRepository } from './DataRepository.ts';
export { TierSyncError, type TierSyncErrorDetails } from './errors.ts';
export type { BlobChange, BlobPatch, BlobPath } from './interfaces/BlobPatch.ts';
export type { BucketSettings } from './interfaces/BucketSettings.ts';
export type { CollectionChanges } from './interfaces/CollectionChanges.ts';
export type { ChangeSource, DataEvent, EntityChange } from './interfaces/DataEvent.ts';
export type { AnyEntity, Draft, Entity, EntityFields, Lasting, Patch, Stored } from './interfaces/Entity.ts';
export type { BlobHeader, EntityKeyData, JsonValue, StoredEntity } from './interfaces/EntityKeyData.ts';
export type { EntitySettings } from './interfaces/EntitySettings.ts';
export type { EntitySyncState } from './interfaces/EntitySyncState.ts';
export type { Basics, Environment } from './interfaces/Environment.ts';
export type { BucketEntry, BucketObject, IBucket, PutCondition } from './interfaces/IBucket.ts';
export type { Difference, IDiffCalculator, ValuePath } from './interfaces/IDiffCalculator.ts';
export type { IEntityKeyStrategy } from './interfaces/IEntityKeyStrategy.ts';
export type { ILogger, ILogSink, LogEntry, LogLevel } from './interfaces/ILogger.ts';
export type { InspectedKey, InspectedKeys, Inspection, TierName } from './interfaces/Inspection.ts';
export type { IPersistence } from './interfaces/IPersistence.ts';
export type {
  Committed,
  Cursor,
  Horizon,
  ISharedTier,
  Look,
  LookOptions,
  SentChange,
} from './interfaces/ISharedTier.ts';
export type { IStore } from './interfaces/IStore.ts';
export type { ApplyResult, Change, ITier, TierProblem } from './interfaces/ITier.ts';
export type { KeySummary, Metadata, NameSummary } from './interfaces/Metadata.ts';
export type { Meter } from './interfaces/Meter.ts';
export type {
  EntitiesOf,
  Intervals,
  OrchestratorOptions,
  Register,
  Registered,
} from './interfaces/OrchestratorOptions.ts';
export type { Refusal } from './interfaces/OutboxEntry.ts';
export type { FieldCondition, QueryOptions, SortField, Where } from './interfaces/QueryOptions.ts';
export type { SchemaIssue, SchemaOutput, SchemaResult, StandardSchema } from './interfaces/StandardSchema.ts';
export type { DeviceStorage, Quota, StorageReport, StorageUse } from './interfaces/Storage.ts';
export type { StoredRecord } from './interfaces/StoredRecord.ts';
export type { SyncDocument, SyncEvent } from './interfaces/SyncDocument.ts';
export type { IRealTimeSync, ISyncEntity, ISyncService } from './interfaces/SyncService.ts';
export type {
  Conflict,
  ConflictSides,
  ConflictStrategy,
  IConflictResolver,
  IOfflineQueue,
  ISyncOperation,
  PendingChange,
  RejectedChange,
  SyncDirection,
  SyncOperationType,
  SyncOptions,
  SyncPlan,
  SyncProgress,
  SyncReason,
  SyncScope,
  SyncStats,
  SyncStatus,
  SyncTelemetry,
} from './interfaces/SyncTypes.ts';
export type { Release, TabChannel, Tabs } from './interfaces/Tabs.ts';
export type { TierSyncErrorCode } from './interfaces/TierSyncErrorCode.ts';
export type { FlushOptions, UnloadOptions } from './interfaces/UnloadOptions.ts';
export { diffCalculator } from './reconcile/diffCalculator.ts';
export type { SyncEngine } from './SyncEngine.ts';
export type { CalendarUnit } from './strategies/calendar.ts';
export { ClientWinsResolver } from './strategies/conflict/ClientWinsResolver.ts';
export { LastWriteWinsResolver } from './strategies/conflict/LastWriteWinsResolver.ts';
export { MergeResolver } from './strategies/conflict/MergeResolver.ts';
export { ServerWinsResolver } from './strategies/conflict/ServerWinsResolver.ts';
export {
  type CalendarStrategyFilter,
  type CalendarStrategyOptions,
  EntityKeyCalendarStrategy,
} from './strategies/EntityKeyCalendarStrategy.ts';
export { type DateStrategyOptions, EntityKeyDateStrategy } from './strategies/EntityKeyDateStrategy.ts';
export { EntityKeyFieldStrategy, type FieldStrategyFilter } from './strategies/EntityKeyFieldStrategy.ts';
export { EntityKeyGlobalStrategy } from './strategies/EntityKeyGlobalStrategy.ts';
export {
  EntityKeyHashStrategy,
  type HashStrategyFilter,
  type HashStrategyOptions,
} from './strategies/EntityKeyHashStrategy.ts';
export type { KeyFieldValue } from './strategies/keyText.ts';
export type { KeyStrategyOptions } from './strategies/options.ts';
export { type SyncTiersOptions, type SyncTiersResult, syncTiers } from './sync/syncTiers.ts';
