import type { SyncReason, SyncStatus } from 'tiersync';

const words: { readonly [status in SyncStatus]: string } = {
  idle: 'Up to date',
  syncing: 'Syncing',
  error: 'Trouble',
  offline: 'Offline',
};

const reasons: { readonly [reason in SyncReason]?: string } = {
  auth: 'Sign in again',
  network: 'Cannot reach the cloud',
  quota: 'No room left',
  paused: 'Waits for a yes',
  'upgrade-needed': 'Reload to update',
};

/** What is in the way, where there are words for it; else the word of the status. */
export function statusWords(status: SyncStatus, reason: SyncReason | null): string {
  if (reason === null) return words[status];
  return (status === 'error' && reasons[reason]) || `${words[status]} (${reason})`;
}
