import { TierSyncError } from '../errors.ts';

/** Whether there is no room for what was to be stored. */
export const isFull = (error: unknown): error is TierSyncError =>
  error instanceof TierSyncError && error.code === 'quota-exceeded';
