import type { ISharedTier } from '../interfaces/ISharedTier.ts';
import type { ITier } from '../interfaces/ITier.ts';
import type { Metadata } from '../interfaces/Metadata.ts';
import { partitionDifferences } from '../reconcile/partitionDifferences.ts';
import { partitionKeys } from '../reconcile/partitionKeys.ts';

/** What goes from one to the other. */
export interface SyncTiersOptions {
  /** The names that both are to hold; all, if left out. */
  readonly isSynced?: (entityName: string) => boolean;
}

/** How many records went each way. */
export interface SyncTiersResult {
  readonly toA: number;
  readonly toB: number;
}

/**
 * Makes two tiers hold the same, once: for moving and copying data, where nobody waits and nothing is in conflict. Of each
 * id the greater version stays. Each tier looks at itself again while it writes, record by record, so that what somebody
 * saves meanwhile is not overwritten.
 */
export async function syncTiers(
  a: ITier,
  b: ITier,
  { isSynced = () => true }: SyncTiersOptions = {},
): Promise<SyncTiersResult> {
  const [inA, inB] = await Promise.all([outlineOf(a), outlineOf(b)]);
  const { onlyA, onlyB, differing } = partitionKeys(inA.metadata, inB.metadata, isSynced);
  const result = { toA: 0, toB: 0 };
  for (const key of new Set([...onlyA, ...onlyB, ...differing, ...inA.unsettled, ...inB.unsettled])) {
    const [ofA, ofB] = await Promise.all([a.readKey(key), b.readKey(key)]);
    const isWanted = ({ entityName }: { readonly entityName: string }): boolean => isSynced(entityName);
    const { forA, forB } = partitionDifferences(key, ofA.filter(isWanted), ofB.filter(isWanted));
    if (forB.length > 0) await b.apply(forB);
    if (forA.length > 0) await a.apply(forA);
    result.toA += forA.length;
    result.toB += forB.length;
  }
  return result;
}

interface Outline {
  readonly metadata: Metadata;
  /** Keys of which a tier with a history holds more than its index says. */
  readonly unsettled: readonly string[];
}

async function outlineOf(tier: ITier): Promise<Outline> {
  const { changesSince } = tier as Partial<ISharedTier>;
  const look = await changesSince?.call(tier, null);
  const unsettled = look?.changes.map(({ entityKey }) => entityKey) ?? [];
  return { metadata: await tier.readMetadata(), unsettled };
}
