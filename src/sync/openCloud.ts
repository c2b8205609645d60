import type { BucketSettings } from '../interfaces/BucketSettings.ts';
import type { Environment } from '../interfaces/Environment.ts';
import type { IBucket } from '../interfaces/IBucket.ts';
import type { IPersistence } from '../interfaces/IPersistence.ts';
import type { ISharedTier } from '../interfaces/ISharedTier.ts';
import type { ITier, TierProblem } from '../interfaces/ITier.ts';
import type { Meter } from '../interfaces/Meter.ts';
import { MeteredBucket } from '../tiers/MeteredBucket.ts';
import { noTraffic } from '../util/traffic.ts';

/** What an app may give as its cloud. */
export type Cloud = IPersistence | IBucket | ITier | ISharedTier;

export interface OpenCloudOptions {
  /** The app's prefix, and what every key begins with. */
  readonly prefix: string;
  readonly keyPrefix: string;
  readonly environment: Pick<Environment, 'now' | 'createId'>;
  readonly device: string;
  readonly isProbed: boolean;
  readonly onProbed: () => void;
  readonly onProblem: (problem: TierProblem) => void;
  readonly settings: Partial<BucketSettings>;
}

export interface OpenedCloud {
  readonly tier: ISharedTier;
  readonly meter: Readonly<Meter>;
  readonly isDegraded: boolean;
}

/** The shared tier over what the app gave. Nothing is asked of it yet. */
export async function openCloud(cloud: Cloud, options: OpenCloudOptions): Promise<OpenedCloud> {
  if ('changesSince' in cloud) return { tier: cloud, meter: cloud.meter ?? noTraffic(), isDegraded: false };
  if ('get' in cloud && 'put' in cloud) {
    const { BucketTier } = await import('../tiers/bucket/BucketTier.ts');
    const bucket = new MeteredBucket(cloud as IBucket);
    return { tier: new BucketTier({ ...options, bucket }), meter: bucket.meter, isDegraded: false };
  }
  const { ComparedTier } = await import('../tiers/ComparedTier.ts');
  if ('loadData' in cloud) {
    const { PersistenceTier } = await import('../tiers/PersistenceTier.ts');
    const { keyPrefix, environment, onProblem } = options;
    const tierOptions = { persistence: cloud, keyPrefix, createId: environment.createId, onProblem, isShared: true };
    const tier = new ComparedTier(() => PersistenceTier.open(tierOptions));
    return { tier, meter: noTraffic(), isDegraded: true };
  }
  return { tier: new ComparedTier(async () => cloud), meter: noTraffic(), isDegraded: true };
}
