import type { SyncReason } from '../interfaces/SyncTypes.ts';
import type { TierSyncErrorCode } from '../interfaces/TierSyncErrorCode.ts';

type Reasons = { readonly [code in TierSyncErrorCode]?: SyncReason };

const passing: Reasons = { unavailable: 'network', 'quota-exceeded': 'quota' };

/** Somebody has to do something first: trying again in a second changes nothing. */
const lasting: Reasons = {
  'auth-needed': 'auth',
  'upgrade-needed': 'upgrade-needed',
  'cloud-unreadable': 'cloud-unreadable',
  'unsuitable-store': 'unsuitable-store',
  'confirm-needed': 'paused',
};

/** What a failed sync is called where people see it. Null: only the error itself says it. */
export const syncReason = (code: TierSyncErrorCode): SyncReason | null => lasting[code] ?? passing[code] ?? null;

export const mayPass = (code: TierSyncErrorCode): boolean => !(code in lasting);
