import type { SyncProgress, SyncReason, SyncStats, SyncStatus } from './SyncTypes.ts';
import type { SyncLists } from './SyncWork.ts';

/** What an app has said about syncing. */
export interface SyncWishes {
  readonly isStarted: boolean;
  readonly isOffline: boolean;
  readonly isRealTime: boolean;
}

/** All that a sync engine shows, as of one moment. */
export interface SyncView {
  readonly status: SyncStatus;
  readonly reason: SyncReason | null;
  readonly stats: SyncStats;
  readonly progress: SyncProgress | null;
  readonly clockSkewMs: number | null;
  readonly isReady: boolean;
  /** How many runs in a row have failed. */
  readonly failures: number;
  /** Made only for those who look: an outbox may be long. */
  lists(): SyncLists;
}
