import type { SyncView } from '../interfaces/SyncView.ts';
import type { SyncLists } from '../interfaces/SyncWork.ts';

const lists: SyncLists = Object.freeze({
  pending: Object.freeze([]),
  conflicts: Object.freeze([]),
  rejected: Object.freeze([]),
});

/** What there is to see where no cloud is attached. */
export const noCloudView: SyncView = {
  status: 'offline',
  reason: 'no-cloud',
  stats: Object.freeze({
    pushCount: 0,
    pullCount: 0,
    conflictCount: 0,
    lastSyncAt: null,
    lastError: null,
    nextTryAt: null,
    requests: 0,
    bytesSent: 0,
    bytesReceived: 0,
    lastDurationMs: null,
  }),
  progress: null,
  clockSkewMs: null,
  isReady: false,
  failures: 0,
  lists: () => lists,
};
