import type { SyncProgress, SyncReason, SyncStats, SyncStatus } from './SyncTypes.ts';
import type { SyncLists } from './SyncWork.ts';

/** What the app has asked for: `start` or `stop`, `goOffline` or `goOnline`, real time or not. */
export interface SyncWishes {
  readonly isStarted: boolean;
  readonly isOffline: boolean;
  readonly isRealTime: boolean;
}

/** Everything a sync engine shows, at one moment. */
export interface SyncView {
  readonly status: SyncStatus;
  readonly reason: SyncReason | null;
  readonly stats: SyncStats;
  readonly progress: SyncProgress | null;
  readonly clockSkewMs: number | null;
  readonly isReady: boolean;
  /** How many runs in a row have failed. */
  readonly failures: number;
  /** A function, so that the lists are made only for those who look at them: an outbox may be long. */
  lists(): SyncLists;
}
