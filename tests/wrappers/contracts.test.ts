import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IBucket, type IPersistence, MemoryBucket, MemoryStore } from 'tiersync';
import { FileBucket } from 'tiersync/adapters/file';
import { bucketContract, persistenceContract } from 'tiersync/testing';
import { test } from 'vitest';
import { allAbilities, TextDisk } from '../support/TextDisk.ts';
import { orders } from './support.ts';

/** What a wrapper was put around, to open it again. */
const below = new WeakMap<object, { readonly folder: string; readonly wrap: (inner: IBucket) => IBucket }>();

function overFolder(folder: string, wrap: (inner: IBucket) => IBucket): IBucket {
  const bucket = wrap(new FileBucket(folder));
  below.set(bucket, { folder, wrap });
  return bucket;
}

for (const [name, wrap] of Object.entries(orders)) {
  bucketContract(test, {
    name: `${name}, over MemoryBucket`,
    open: () => wrap(new MemoryBucket()),
    capabilities: { close: true },
  });
  // On a disk each test takes its time, and the last order has all that this one has.
  if (name === 'encrypted with hidden names') continue;
  bucketContract(test, {
    name: `${name}, over FileBucket`,
    open: async () => overFolder(await mkdtemp(join(tmpdir(), 'tiersync-')), wrap),
    reopen: async (bucket) => {
      await bucket.close?.();
      const { folder } = below.get(bucket)!;
      return overFolder(folder, wrap);
    },
    destroy: async (bucket) => {
      await bucket.close?.();
      await rm(below.get(bucket)!.folder, { recursive: true });
    },
    capabilities: { exclusive: true, close: true },
  });
}

const disks = new WeakMap<object, TextDisk>();

function overDisk(disk: TextDisk, abilities: typeof allAbilities, wrap: (inner: IPersistence) => IPersistence) {
  const persistence = wrap(disk.open(abilities));
  disks.set(persistence, disk);
  return persistence;
}

for (const [name, wrap] of Object.entries(orders)) {
  const setAside = name !== 'retrying';
  persistenceContract(test, {
    name: `${name}, over MemoryStore`,
    open: () => wrap(new MemoryStore()),
    capabilities: { isolated: true, storeMany: true, listKeys: true, setAside },
  });
  // Neither promises more than what it stands on; what is encrypted is always a copy.
  const isolated = name.includes('encrypted');
  // The disk itself stores what JSON leaves out, one by one; a wrapper that makes texts first does not.
  const abilities = { ...allAbilities, storeMany: name !== 'retrying' };
  persistenceContract(test, {
    name: `${name}, over a disk that can do everything`,
    open: () => overDisk(new TextDisk(), abilities, wrap),
    reopen: (persistence) => overDisk(disks.get(persistence)!, abilities, wrap),
    capabilities: { ...abilities, isolated },
  });
  persistenceContract(test, {
    name: `${name}, over a disk that can do nothing more`,
    open: () => overDisk(new TextDisk(), {}, wrap),
    reopen: (persistence) => overDisk(disks.get(persistence)!, {}, wrap),
    capabilities: { setAside, isolated },
  });
}
