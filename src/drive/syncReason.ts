import type { SyncReason } from '../interfaces/SyncTypes.ts';
import type { TierSyncErrorCode } from '../interfaces/TierSyncErrorCode.ts';

const reasons: { readonly [code in TierSyncErrorCode]?: SyncReason } = {
  'auth-needed': 'auth',
  unavailable: 'network',
  'quota-exceeded': 'quota',
  'upgrade-needed': 'upgrade-needed',
  'cloud-unreadable': 'cloud-unreadable',
  'unsuitable-store': 'unsuitable-store',
  'confirm-needed': 'paused',
};

/** Somebody has to do something first: trying again in a second changes nothing. */
const lasting: ReadonlySet<TierSyncErrorCode> = new Set([
  'auth-needed',
  'upgrade-needed',
  'cloud-unreadable',
  'unsuitable-store',
  'confirm-needed',
]);

/** What a failed sync is called where people see it. Null: only the error itself says it. */
export const syncReason = (code: TierSyncErrorCode): SyncReason | null => reasons[code] ?? null;

export const mayPass = (code: TierSyncErrorCode): boolean => !lasting.has(code);
