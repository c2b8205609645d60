import type { DataManager } from '../DataManager.ts';
import type { StorageReport } from '../interfaces/Storage.ts';
import { storageReport } from '../retention/storageReport.ts';
import type { LocalPart } from './LocalPart.ts';

export { TierInspection } from './TierInspection.ts';

/** What stands on the device; nothing, where all is in memory only. */
export async function storageOf(data: DataManager, local: LocalPart | null): Promise<StorageReport> {
  data.assertOpen();
  if (local !== null) return (await local.room.part()).report();
  const nothing = { summaries: () => new Map(), readHeld: async () => [] };
  return storageReport(nothing, null, () => undefined);
}
