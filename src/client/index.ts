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
