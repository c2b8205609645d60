export type { Committed, Cursor, Horizon, ISharedTier, Look } from '../interfaces/ISharedTier.ts';
export type {
  BackendChange,
  BackendOptions,
  BackendRecord,
  BackendRefusal,
  BackendTime,
  Pulled,
  PullOptions,
  Pushed,
  PushOptions,
  PushResult,
  TooOld,
} from './Backend.ts';
export { createBackendTier } from './createBackendTier.ts';
export { createServerTier, type ServerOptions } from './createServerTier.ts';
export { createSyncEngine, type SyncConfig } from './createSyncEngine.ts';
export { createSyncService } from './createSyncService.ts';
export type { Listening, ServerListener, ServerTransport } from './ServerTransport.ts';
export { type DirectTransportOptions, directTransport } from './transports/directTransport.ts';
export type { Fetch } from './transports/HttpTransport.ts';
export type { GivenToken } from './transports/Token.ts';
