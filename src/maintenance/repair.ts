import { outsideOf } from './openReader.ts';
import type { RepairOptions, RepairReport } from './RepairReport.ts';
import { repairCloud } from './repairCloud.ts';
import { repairLocal } from './repairLocal.ts';
import { checkPlace, isCloud, keyPrefixOf, type TierPlace } from './TierPlace.ts';

/**
 * Makes a tier agree with itself: counts the index anew from the data, puts bytes that cannot be read aside, and takes what
 * was lost from another tier by ordinary writes. What a newer version or another key wrote is left as it is.
 */
export async function repair(tier: TierPlace, options: RepairOptions = {}): Promise<RepairReport> {
  checkPlace(tier);
  const { from } = options;
  if (from !== undefined) {
    checkPlace(from);
    if (keyPrefixOf(from) !== keyPrefixOf(tier)) throw new TypeError('from: both tiers must be of one prefix');
  }
  const outside = outsideOf(options);
  return isCloud(tier) ? repairCloud(tier, options, outside) : repairLocal(tier, options, outside);
}
