import { type EntityKeyData, type IBucket, type IPersistence, MemoryBucket } from 'tiersync';
import { fromBytes } from '../../src/blob/envelope.ts';
import { BucketPersistence } from '../../src/tiers/BucketPersistence.ts';
import type { Faults } from '../support/Faults.ts';
import { FaultyBucket } from '../support/FaultyBucket.ts';
import { FaultyPersistence } from '../support/FaultyPersistence.ts';
import { type DiskAbilities, TextDisk } from '../support/TextDisk.ts';

/** A place that outlives the process, whatever the library may know of it. */
export interface Medium {
  attach(faults: Faults): IPersistence | IBucket;
  /** The same as the tier over it sees it. */
  persistence(): IPersistence;
  /** Everything under the prefix, index included. */
  blobs(): Promise<Map<string, EntityKeyData>>;
  /** The bytes of a key rot. */
  spoil(key: string): Promise<void>;
}

function textMedium(abilities: DiskAbilities): Medium {
  const disk = new TextDisk();
  return {
    attach: (faults) => new FaultyPersistence(disk.open(abilities), faults),
    persistence: () => disk.open(abilities),
    blobs: async () =>
      new Map(
        [...disk.texts]
          .filter(([key]) => key.startsWith('app.'))
          .map(([key, text]) => [key, JSON.parse(text) as EntityKeyData]),
      ),
    spoil: async (key) => void disk.texts.set(key, '"rotten"'),
  };
}

function bucketMedium(): Medium {
  const bucket = new MemoryBucket();
  return {
    attach: (faults) => new FaultyBucket(bucket, faults),
    persistence: () => new BucketPersistence(new FaultyBucket(bucket), () => 'x'),
    async blobs() {
      const blobs = new Map<string, EntityKeyData>();
      for await (const { name } of bucket.list('app.')) {
        const found = await bucket.get(name);
        if (found === null || found === 'unchanged') continue;
        blobs.set(name.replace(/\.json$/, ''), fromBytes(name, found.bytes) as EntityKeyData);
      }
      return blobs;
    },
    async spoil(key) {
      const found = await bucket.get(`${key}.json`);
      if (found !== null && found !== 'unchanged') await bucket.put(`${key}.json`, found.bytes.slice(0, -9));
    },
  };
}

export const media: { readonly [name: string]: () => Medium } = {
  'three methods': () => textMedium({}),
  'plain persistence': () => textMedium({ listKeys: true, setAside: true, exclusive: true, flush: true }),
  'storeMany persistence': () => textMedium({ storeMany: true, listKeys: true, flush: true }),
  'persistence in part': () =>
    textMedium({ parts: true, listKeys: true, setAside: true, exclusive: true, flush: true }),
  'patchMany persistence': () => textMedium({ parts: true, patchMany: true, listKeys: true, flush: true }),
  bucket: bucketMedium,
};
