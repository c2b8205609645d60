import { TierSyncError } from '../errors.ts';
import type { SyncScope } from '../interfaces/SyncTypes.ts';
import type { TierSyncErrorCode } from '../interfaces/TierSyncErrorCode.ts';
import type { CloudSights } from '../sync/inspectCloud.ts';
import { asTierSyncError } from '../util/asTierSyncError.ts';

/** What a tab asks of the one that talks to the cloud. Each may be asked twice: of one that is gone by then, and of the next. */
export type Ask =
  | { readonly what: 'sync'; readonly how: 'push' | 'pull' | 'force'; readonly scope: SyncScope | undefined }
  | { readonly what: 'plan'; readonly scope: SyncScope | undefined }
  /** Keys of the cloud that somebody reads. */
  | { readonly what: 'bring'; readonly keys: readonly string[] }
  | { readonly what: 'retry' | 'discard'; readonly entityName: string; readonly id: string }
  /** An edit met what it was not made of, and whose content is elsewhere: its key is brought before it is sent. */
  | { readonly what: 'look again'; readonly entityKey: string }
  | { readonly what: 'inspect'; readonly about: keyof CloudSights; readonly entityKey: string }
  /** Resolves when what runs is done. */
  | { readonly what: 'stop' };

/** An error on its way to another tab. */
export interface SentError {
  /** Null: misuse. */
  readonly code: TierSyncErrorCode | null;
  readonly message: string;
}

export function sentError(error: unknown): SentError {
  if (error instanceof TypeError) return { code: null, message: error.message };
  const { code, message } = asTierSyncError(error, 'sync failed');
  return { code, message };
}

export const receivedError = ({ code, message }: SentError): Error =>
  code === null ? new TypeError(message) : new TierSyncError(code, message);
