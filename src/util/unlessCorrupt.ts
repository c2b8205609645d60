import { TierSyncError } from '../errors.ts';

/** Null: what was asked for is there, and its bytes are damaged. */
export async function unlessCorrupt<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof TierSyncError && error.code === 'corrupt') return null;
    throw error;
  }
}
