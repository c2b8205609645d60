import type { BucketEntry, BucketObject, IBucket, IPersistence } from 'tiersync';
import { compressed } from 'tiersync/adapters/compressed';
import { encrypted } from 'tiersync/adapters/encrypted';
import { retrying } from 'tiersync/adapters/retrying';

/** A key handed in, so that most tests need not stretch a passphrase. */
export const key: Uint8Array = Uint8Array.from({ length: 32 }, (_, index) => index * 7);

const bytes = new TextEncoder();
export const bytesOf = (text: string): Uint8Array => bytes.encode(text);
export const textOf = (found: Uint8Array): string => new TextDecoder().decode(found);

type Wrap = ((inner: IBucket) => IBucket) & ((inner: IPersistence) => IPersistence);

/** The first one outermost. */
const through = (...wraps: readonly Wrap[]): Wrap =>
  ((inner: IBucket) => wraps.reduceRight((within, wrap) => wrap(within), inner)) as unknown as Wrap;
const encrypting = (options: { readonly hideNames?: true } = {}): Wrap =>
  ((inner: IBucket) => encrypted(inner, { key, ...options })) as unknown as Wrap;

/** Every order that makes sense, by its name. */
export const orders: { readonly [name: string]: Wrap } = {
  encrypted: encrypting(),
  'encrypted with hidden names': encrypting({ hideNames: true }),
  compressed,
  retrying,
  'compressed, encrypted': through(compressed, encrypting()),
  'compressed, retrying': through(compressed, retrying),
  'encrypted, retrying': through(encrypting(), retrying),
  'compressed, encrypted, retrying': through(compressed, encrypting({ hideNames: true }), retrying),
};

export async function read(bucket: IBucket, name: string): Promise<BucketObject> {
  const found = await bucket.get(name);
  if (found === null || found === 'unchanged') throw new Error(`${name} is not there`);
  return found;
}

export async function list(bucket: IBucket, prefix = ''): Promise<BucketEntry[]> {
  const entries: BucketEntry[] = [];
  for await (const entry of bucket.list(prefix)) entries.push(entry);
  return entries;
}

export const namesIn = async (bucket: IBucket, prefix = ''): Promise<string[]> =>
  (await list(bucket, prefix)).map(({ name }) => name);

/** All that stands in a bucket, to see later that nothing was written. */
export async function contentOf(bucket: IBucket): Promise<readonly (readonly [name: string, version: string])[]> {
  const names = await namesIn(bucket);
  return Promise.all(names.map(async (name) => [name, (await read(bucket, name)).version] as const));
}
