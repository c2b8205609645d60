import type { SyncStats } from '../interfaces/SyncTypes.ts';
import type { SyncView } from '../interfaces/SyncView.ts';
import { receivedError, type SentError, sentError } from './asks.ts';

/** What the tab that talks to the cloud shows of it to the others. What waits, each reads for itself. */
export interface SharedView extends Omit<SyncView, 'stats' | 'lists'> {
  readonly stats: Omit<SyncStats, 'lastError'> & { readonly lastError: SentError | null };
}

export function sharedView({ status, reason, stats, progress, clockSkewMs, isReady, failures }: SyncView): SharedView {
  const lastError = stats.lastError === null ? null : sentError(stats.lastError);
  return { status, reason, stats: { ...stats, lastError }, progress, clockSkewMs, isReady, failures };
}

export function receivedView(shared: SharedView, lists: SyncView['lists']): SyncView {
  const { lastError } = shared.stats;
  return { ...shared, stats: { ...shared.stats, lastError: lastError && receivedError(lastError) }, lists };
}
