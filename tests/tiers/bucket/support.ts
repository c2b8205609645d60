import type { IBucket, JsonValue, MemoryBucket, TierProblem } from 'tiersync';
import { fromBytes, toBytes } from '../../../src/blob/envelope.ts';
import { PAGED_FORMAT } from '../../../src/blob/keyData.ts';
import type { BucketSettings } from '../../../src/interfaces/BucketSettings.ts';
import type { Cursor, ISharedTier } from '../../../src/interfaces/ISharedTier.ts';
import type { Change } from '../../../src/interfaces/ITier.ts';
import type { StoredRecord } from '../../../src/interfaces/StoredRecord.ts';
import { BucketTier, type BucketTierOptions } from '../../../src/tiers/bucket/BucketTier.ts';
import { CountingBucket } from '../../support/CountingBucket.ts';
import { active, changeOf, deleted } from '../../support/records.ts';
import { TestEnvironment } from '../../support/TestEnvironment.ts';

export const dayMs = 86_400_000;

let seeds = 100;

export interface Peer {
  readonly tier: BucketTier;
  readonly bucket: CountingBucket;
  readonly environment: TestEnvironment;
  readonly problems: TierProblem[];
}

/** A device with a connection of its own to a bucket. */
export function peerOn(
  inner: IBucket,
  settings: Partial<BucketSettings> = {},
  options: Partial<BucketTierOptions> & { readonly Tier?: typeof BucketTier } = {},
): Peer {
  const { Tier = BucketTier, ...others } = options;
  seeds += 1;
  const bucket = new CountingBucket(inner);
  const environment = new TestEnvironment({ seed: seeds });
  const problems: TierProblem[] = [];
  const onProblem = (problem: TierProblem): void => void problems.push(problem);
  const own = { bucket, prefix: 'app', environment, device: `device ${seeds}`, onProblem, settings, isProbed: true };
  return { tier: new Tier({ ...own, ...others }), bucket, environment, problems };
}

export const task = (id: string, seconds: number, fields: { readonly [field: string]: JsonValue } = {}): Change =>
  changeOf(keyOf(id), active('Task', id, seconds, fields));

export const gone = (id: string, seconds: number): Change => changeOf(keyOf(id), deleted('Task', id, seconds));

/** `a.1` stands in `app.a`. */
export const keyOf = (id: string): string => `app.${id.split('.')[0]}`;

/** Looks, and commits on top of that. */
export async function push(tier: ISharedTier, ...changes: readonly Change[]): Promise<Cursor> {
  for (let tries = 0; tries < 5; tries++) {
    const { cursor } = await tier.changesSince(null);
    const committed = await tier.commit(changes, cursor);
    if (committed !== 'stale') return committed.cursor;
  }
  throw new Error('always stale');
}

/** What a device without any data finds: the active entities by id with their title. */
export async function everything(tier: ISharedTier): Promise<Record<string, JsonValue>> {
  const found = new Map<string, StoredRecord>();
  const { changes } = await tier.changesSince(null);
  const keys = new Set([
    ...Object.keys((await tier.readMetadata()).entityKeys),
    ...changes.map(({ entityKey }) => entityKey),
  ]);
  for (const key of keys) for (const record of await tier.readKey(key)) found.set(record.id, record);
  const entities = [...found.values()].filter(({ isDeleted }) => !isDeleted).sort((a, b) => (a.id < b.id ? -1 : 1));
  return Object.fromEntries(entities.map(({ id, value }) => [id, value?.['title'] ?? null]));
}

export const namesIn = async (bucket: IBucket, prefix = 'app/'): Promise<string[]> => {
  const names: string[] = [];
  for await (const { name } of bucket.list(prefix)) names.push(name);
  return names;
};

/** An object as plain JSON. */
export async function peek(bucket: IBucket, name: string): Promise<Readonly<Record<string, unknown>>> {
  const found = await bucket.get(name);
  if (found === null || found === 'unchanged') throw new Error(`${name} is not there`);
  return fromBytes(name, found.bytes, PAGED_FORMAT) as Readonly<Record<string, unknown>>;
}

/** Writes an object anew, changed by somebody. */
export async function tamper(
  bucket: IBucket,
  name: string,
  change: (json: Readonly<Record<string, unknown>>) => object,
): Promise<void> {
  await bucket.put(name, toBytes(change(await peek(bucket, name))));
}

export async function rot(bucket: MemoryBucket, name: string): Promise<void> {
  const found = await bucket.get(name);
  if (found === null || found === 'unchanged') throw new Error(`${name} is not there`);
  const bytes = Uint8Array.from(found.bytes);
  bytes[bytes.length - 3] = (bytes[bytes.length - 3] ?? 0) ^ 1;
  await bucket.put(name, bytes);
}
