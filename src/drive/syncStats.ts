import type { TierSyncError } from '../errors.ts';
import type { SyncStats, SyncTelemetry } from '../interfaces/SyncTypes.ts';
import type { SyncOutcome } from '../interfaces/SyncWork.ts';
import { FrozenDate } from '../util/FrozenDate.ts';

/** How one run ended. */
export interface SyncRun {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly result: SyncOutcome | TierSyncError;
}

const nothing: SyncOutcome = {
  pushed: 0,
  pulled: 0,
  conflicts: 0,
  requests: 0,
  bytesSent: 0,
  bytesReceived: 0,
  queueAgeMs: 0,
  clockSkewMs: null,
  isDegraded: false,
};

/** A clock that was set back makes no run shorter than nothing. */
const durationOf = ({ startedAt, endedAt }: SyncRun): number => Math.max(0, endedAt - startedAt);

/** What runs have done; what comes next they do not know. */
export type RunStats = Omit<SyncStats, 'nextTryAt'>;

export function addRun(stats: RunStats, run: SyncRun): RunStats {
  const { result } = run;
  const lastDurationMs = durationOf(run);
  if (result instanceof Error) return { ...stats, lastError: result, lastDurationMs };
  return {
    pushCount: stats.pushCount + result.pushed,
    pullCount: stats.pullCount + result.pulled,
    conflictCount: stats.conflictCount + result.conflicts,
    lastSyncAt: new FrozenDate(run.endedAt),
    lastError: stats.lastError,
    requests: stats.requests + result.requests,
    bytesSent: stats.bytesSent + result.bytesSent,
    bytesReceived: stats.bytesReceived + result.bytesReceived,
    lastDurationMs,
  };
}

export function telemetryOf(run: SyncRun): SyncTelemetry {
  const { result } = run;
  const isFailed = result instanceof Error;
  const { isDegraded: _isDegraded, ...counts } = isFailed ? nothing : result;
  return {
    type: 'sync',
    startedAt: run.startedAt,
    durationMs: durationOf(run),
    // The code and not the message: it is for counting, and tells strangers nothing.
    ...(isFailed ? { outcome: 'failed', error: result.code } : { outcome: 'ok' }),
    ...counts,
  };
}
