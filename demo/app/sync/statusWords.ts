import type { SyncReason, SyncStatus } from 'tiersync';

const words: { readonly [status in SyncStatus]: string } = {
  idle: 'Up to date',
  syncing: 'Syncing',
  error: 'Trouble',
  offline: 'Offline',
};

/** The word of the status, and what is in the way, if anything. */
export function statusWords(status: SyncStatus, reason: SyncReason | null): string {
  return reason === null ? words[status] : `${words[status]} (${reason})`;
}
