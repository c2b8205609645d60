import { TierSyncError } from '../../errors.ts';

/** Nobody begins anew where something was: that would be taken for the deletion of everything, or hide it. */
export const missingHead = (place: string, isExpected: boolean): TierSyncError =>
  new TierSyncError(
    'cloud-unreadable',
    `${place} is missing, though ${isExpected ? 'this device has synced with it' : 'objects beside it exist'}: the bucket ` +
      'was emptied, or the prefix is another one. If it was emptied on purpose, remove what is left of it; then ' +
      '`setCloud(bucket, { startOver: true })` uploads everything again',
  );
