import type { SyncReason, SyncStatus } from '../interfaces/SyncTypes.ts';
import type { TierSyncErrorCode } from '../interfaces/TierSyncErrorCode.ts';
import { syncReason } from './syncReason.ts';

/** Where one cloud stands. The parts change independently of each other; what is shown is worked out from them. */
export interface SyncState {
  readonly isStarted: boolean;
  readonly offline: 'network' | 'by-hand' | null;
  readonly isRealTime: boolean;
  readonly isRunning: boolean;
  readonly isDegraded: boolean;
  /** How the last run failed, until one succeeds. */
  readonly failure: SyncFailure | null;
}

export interface SyncFailure {
  readonly code: TierSyncErrorCode;
  /** So many in a row. */
  readonly count: number;
  /** When a timer begins the next try; null: none is set. */
  readonly retryAt: number | null;
}

export type SyncStep =
  | { readonly type: 'started' | 'stopped' | 'refreshed' | 'began' }
  | { readonly type: 'looked'; readonly offline: SyncState['offline'] }
  | { readonly type: 'real-time'; readonly isRealTime: boolean }
  | { readonly type: 'succeeded'; readonly isDegraded: boolean; readonly isConfirmed: boolean }
  | ({ readonly type: 'failed' } & SyncFailure);

export const firstSyncState: SyncState = {
  isStarted: false,
  offline: null,
  isRealTime: true,
  isRunning: false,
  isDegraded: false,
  failure: null,
};

/** It waits for a yes. */
const isPaused = ({ failure }: SyncState): boolean => failure?.code === 'confirm-needed';

/** A question stays a question. */
const withoutFailure = (state: SyncState): SyncState => (isPaused(state) ? state : { ...state, failure: null });

export function nextSyncState(state: SyncState, step: SyncStep): SyncState {
  const { failure } = state;
  switch (step.type) {
    case 'started':
      return { ...state, isStarted: true, failure: null };
    case 'stopped':
      return { ...state, isStarted: false, failure: null };
    case 'looked':
      // Without a network, nothing is said about the cloud, and nothing is tried.
      return { ...(step.offline === null ? state : withoutFailure(state)), offline: step.offline };
    case 'real-time':
      return { ...state, isRealTime: step.isRealTime };
    case 'refreshed':
      return withoutFailure(state);
    case 'began':
      return { ...state, isRunning: true, failure: failure && { ...failure, retryAt: null } };
    case 'succeeded': {
      const { isDegraded, isConfirmed } = step;
      return { ...state, isRunning: false, isDegraded, failure: isPaused(state) && !isConfirmed ? failure : null };
    }
    case 'failed':
      return { ...state, isRunning: false, failure: state.offline === null ? step : null };
  }
}

/** Whether a run that nobody asked for may begin. */
export function mayRun(state: SyncState): boolean {
  return state.isStarted && state.offline === null && !isPaused(state);
}

/** Whether something that happens may begin one: what fails is not tried sooner because others write. */
export function mayBegin(state: SyncState): boolean {
  return mayRun(state) && !state.failure?.retryAt;
}

export function mayWatch(state: SyncState): boolean {
  return state.isStarted && state.offline === null && state.isRealTime;
}

/** `isAnswered`: in the run that is under way, the cloud has answered. */
export function statusOf(
  state: SyncState,
  isAnswered: boolean,
): { readonly status: SyncStatus; readonly reason: SyncReason | null } {
  const { failure, offline, isRunning } = state;
  if (!state.isStarted && !isRunning) return { status: 'offline', reason: 'stopped' };
  if (offline !== null) return { status: 'offline', reason: offline === 'network' ? 'network' : null };
  // To try again is not to get on: what is in the way is shown until the cloud has answered.
  if (failure !== null && !(isRunning && isAnswered)) return { status: 'error', reason: syncReason(failure.code) };
  return { status: isRunning ? 'syncing' : 'idle', reason: state.isDegraded ? 'degraded' : null };
}
