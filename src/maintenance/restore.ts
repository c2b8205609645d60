import { BucketTier } from '../tiers/bucket/BucketTier.ts';
import type { Garbage } from '../tiers/bucket/collectGarbage.ts';
import { type Restored, restoreTo } from '../tiers/bucket/restoreTo.ts';
import { type Outside, type OutsideOptions, outsideOf } from './openReader.ts';
import { type CloudPlace, checkPlace, isCloud } from './TierPlace.ts';

/** A moment of the past that a shared bucket still holds. */
export interface RestorePoint {
  /** Its number, to be given to `restore`. */
  readonly checkpoint: number;
  /** By the clock of the store, where it tells. */
  readonly at: Date;
}

/** The moments that can be restored, oldest first. */
export async function history(tier: CloudPlace, options: OutsideOptions = {}): Promise<readonly RestorePoint[]> {
  const points = await openCloud(tier, outsideOf(options)).history();
  return points.map(({ seq, at }) => ({ checkpoint: seq, at: new Date(at) }));
}

/**
 * Makes a shared bucket hold what it held then: one more commit with new stamps, which all devices take like any edit. What
 * it replaces can be restored in turn.
 */
export async function restore(tier: CloudPlace, checkpoint: number, options: OutsideOptions = {}): Promise<Restored> {
  const outside = outsideOf(options);
  const cloud = openCloud(tier, outside);
  await cloud.prepare();
  return restoreTo(cloud, checkpoint, outside.now() + (cloud.clockOffset ?? 0));
}

/** Removes from a shared bucket what devices left behind that ended while they wrote, and nothing that anybody can reach. */
export function gc(tier: CloudPlace, options: OutsideOptions = {}): Promise<Garbage> {
  return openCloud(tier, outsideOf(options)).collectGarbage();
}

function openCloud(tier: CloudPlace, outside: Outside): BucketTier {
  checkPlace(tier);
  if (!isCloud(tier)) throw new TypeError("only a shared bucket has a past; write { prefix: 'app', cloud: bucket }");
  const { cloud: bucket, prefix } = tier;
  const device = outside.createId(16);
  return new BucketTier({ bucket, prefix, environment: outside, device, onProblem: () => {} });
}
