import type { BucketEntry, BucketObject, IBucket } from 'tiersync';
import { compressed } from 'tiersync/adapters/compressed';
import { encrypted } from 'tiersync/adapters/encrypted';
import { retrying } from 'tiersync/adapters/retrying';

/** A key handed in, so that most tests need not stretch a passphrase. */
export const key: Uint8Array = Uint8Array.from({ length: 32 }, (_, index) => index * 7);

const bytes = new TextEncoder();
export const bytesOf = (text: string): Uint8Array => bytes.encode(text);
export const textOf = (found: Uint8Array): string => new TextDecoder().decode(found);

/** Every order that makes sense, by its name. */
export const bucketOrders: { readonly [name: string]: (inner: IBucket) => IBucket } = {
  encrypted: (inner) => encrypted(inner, { key }),
  'encrypted with hidden names': (inner) => encrypted(inner, { key, hideNames: true }),
  compressed: (inner) => compressed(inner),
  retrying: (inner) => retrying(inner),
  'compressed, encrypted': (inner) => compressed(encrypted(inner, { key })),
  'compressed, retrying': (inner) => compressed(retrying(inner)),
  'encrypted, retrying': (inner) => encrypted(retrying(inner), { key }),
  'compressed, encrypted, retrying': (inner) => compressed(encrypted(retrying(inner), { key, hideNames: true })),
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
