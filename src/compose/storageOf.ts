import type { StorageReport } from '../interfaces/Storage.ts';
import type { Lifespan } from '../Lifespan.ts';
import { storageReport } from '../retention/storageReport.ts';
import type { LocalPart } from './LocalPart.ts';

export { TierInspection } from './TierInspection.ts';

/** What stands on the device; nothing, where all is in memory only. */
export async function storageOf(life: Lifespan, local: LocalPart | null): Promise<StorageReport> {
  life.assertOpen();
  if (local !== null) return (await local.room.part()).report();
  const nothing = { summaries: () => new Map(), readHeld: async () => [] };
  return storageReport(nothing, null, () => undefined);
}
