import type { SyncStats } from 'tiersync';

/** One sync, as the statistics before and after it tell of it. */
export interface SyncRun {
  readonly endedAt: number;
  readonly durationMs: number;
  readonly requests: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly pushed: number;
  readonly pulled: number;
  readonly conflicts: number;
  /** Null: it did what it was to do. */
  readonly error: string | null;
}

/** Whether anything came of it. */
export const hasMoved = ({ pushed, pulled, conflicts }: SyncRun): boolean => pushed + pulled + conflicts > 0;

/** What happened between two statistics; null: nothing, or another cloud was attached. */
export function runBetween(before: SyncStats, after: SyncStats, now: number): SyncRun | null {
  const { lastDurationMs, lastSyncAt, lastError } = after;
  if (after === before || lastDurationMs === null) return null;
  const isOther = after.requests < before.requests || after.pushCount < before.pushCount;
  if (isOther) return null;
  const hasFailed = lastSyncAt?.getTime() === before.lastSyncAt?.getTime();
  if (hasFailed && lastError === before.lastError && lastDurationMs === before.lastDurationMs) return null;
  return {
    endedAt: hasFailed || lastSyncAt === null ? now : lastSyncAt.getTime(),
    durationMs: lastDurationMs,
    requests: after.requests - before.requests,
    bytesSent: after.bytesSent - before.bytesSent,
    bytesReceived: after.bytesReceived - before.bytesReceived,
    pushed: after.pushCount - before.pushCount,
    pulled: after.pullCount - before.pullCount,
    conflicts: after.conflictCount - before.conflictCount,
    error: hasFailed ? (lastError?.message ?? 'failed') : null,
  };
}
