import type { IConflictResolver } from 'tiersync';
import type { Inspection, SeedsOptions } from 'tiersync/testing';
import { BucketCloud } from '../../src/testing/simulation/Clouds.ts';
import type { Head } from '../../src/tiers/bucket/head.ts';
import { inspectLocal } from './inspectLocal.ts';
import { ServerCloud } from './ServerCloud.ts';
import { inMemory, onPglite, onPostgres, type StorePlace } from './serverStores.ts';
import { StandIn } from './standIn/StandIn.ts';
import type { Defect, Index } from './standIn/state.ts';

type RunOptions = Omit<SeedsOptions, 'from' | 'count'>;

const retentionMs = 1_200_000;

/** The stand-in, sound or with something wrong, over a shared bucket. */
export const standInRun = (...defects: Defect[]): RunOptions => ({
  retentionMs,
  open: (options) => StandIn.open(options, { defects, retentionMs }),
  inspect: async ({ cloud, sightings }) => {
    const { objects } = cloud as unknown as {
      objects: { list(prefix: string): { name: string }[]; get(name: string): unknown };
    };
    for (const { name } of objects.list('app/index/')) {
      const { bytes } = objects.get(name) as { bytes: Uint8Array };
      const { horizon } = JSON.parse(new TextDecoder().decode(bytes)) as Index;
      if (horizon.seq > 0) sightings.see('tombstone collected');
    }
    return [];
  },
});

/** The head of a bucket says what it has forgotten. */
function seeForgotten({ cloud, sightings }: Inspection): void {
  const { objects } = cloud as unknown as { objects: { get(name: string): { bytes: Uint8Array } | null } };
  const head = objects.get('app/head');
  if (head === null) return;
  const { data } = JSON.parse(new TextDecoder().decode(head.bytes)) as { data: Pick<Head, 'checkpoint'> };
  if (data.checkpoint.horizon.seq > 0) sightings.see('tombstone collected');
}

/** The real classes on one device, without a cloud. */
export const localRun: RunOptions = { cloud: 'none', devices: 1, inspect: inspectLocal };

/** The real classes, and a shared bucket that forgets soon and is folded often. */
export const bucketRun: RunOptions = {
  cloud: 'bucket',
  retentionMs,
  options: {
    sync: {
      bucket: {
        tailCommits: 5,
        tailBytes: 4_000,
        inlineBytes: 1_200,
        keepMs: 600_000,
        tombstoneRetentionMs: retentionMs,
      },
      maxDeleteShare: 1,
    },
  },
  inspect: (inspection) => {
    seeForgotten(inspection);
    return inspectLocal(inspection);
  },
};

/** A plain persistence in the place of a cloud. */
export const plainRun: RunOptions = {
  cloud: 'persistence',
  retentionMs,
  options: { sync: { maxDeleteShare: 1 } },
  inspect: inspectLocal,
};

const under = (options: RunOptions['options']): RunOptions => ({
  ...bucketRun,
  hasPolicy: true,
  options: { ...bucketRun.options, ...options },
});

/** Two devices that are asked the same must answer the same: by what was written, not by whose it is. */
const resolver: IConflictResolver = {
  resolve: ({ local, remote, later }) => {
    if (local === null || remote === null) return later;
    return String(local['mark']) < String(remote['mark']) ? 'local' : 'remote';
  },
};

/** The server's own service. */
const serverRun = (place: StorePlace, hasPermits = false): RunOptions => ({
  cloud: async (world) => new ServerCloud({ world, ...(await place()), retentionMs, hasPermits }),
  retentionMs,
  options: { sync: { maxDeleteShare: 1 } },
  inspect: async (inspection) => {
    const { cloud, sightings } = inspection;
    if (await (cloud as ServerCloud).hasForgotten()) sightings.see('tombstone collected');
    return inspectLocal(inspection);
  },
});

/** The same, while permissions are granted and withdrawn. */
const permissionsRun = (place: StorePlace): RunOptions => ({ ...serverRun(place, true), weights: { permit: 6 } });

const dayMs = 86_400_000;

/**
 * From a bucket to a server and on to another bucket, each device when it wants, and edits go on. What was deleted is not
 * forgotten meanwhile, and some devices are gone once they have brought to the last one what they know.
 */
const movingRun: RunOptions = {
  ...bucketRun,
  cloud: async (world) => {
    const bucket = (): BucketCloud =>
      new BucketCloud(
        () => world.time,
        (made) => made,
      );
    const server = new ServerCloud({ world, ...(await inMemory()), retentionMs: dayMs, hasPermits: false });
    return Object.assign(bucket(), { next: Object.assign(server, { next: bucket() }) });
  },
  options: {
    sync: { ...bucketRun.options?.sync, bucket: { ...bucketRun.options?.sync?.bucket, tombstoneRetentionMs: dayMs } },
  },
  weights: { moveOn: 4, vanish: 1 },
  without: ['torn'],
  inspect: inspectLocal,
};

const ids = ['g0.a', 'g0.b', 'g0.c', 'g1.a', 'g1.b', 'g2.a'];
const minute = 60_000;

/** The same, with keys that are kept in pages, few as their records are: on each device and in the bucket. */
const inPages = (run: RunOptions): RunOptions => {
  const sync = run.options?.sync;
  const bucket = { ...sync?.bucket, pageRecords: 3 };
  return { ...run, pageRecords: 3, options: { ...run.options, sync: { ...sync, bucket } } };
};

/** Devices that keep only a part of what the bucket has; some of it is over after a while. */
export const retentionRun: RunOptions = {
  ...bucketRun,
  options: { ...bucketRun.options, quota: { maxBytes: 2_000 }, entities: { Note: { retention: 5 } } },
  weights: { weather: 4, reopen: 4, crash: 3 },
  entities: {
    Task: {
      ids,
      fields: (number) => ({ group: `g${number % 3}`, title: `title ${number}`, retentionPriority: 1 + (number % 5) }),
      lastsMs: (number) => (number % 7 === 0 ? (15 + (number % 40)) * minute : null),
    },
    Note: { ids: ids.slice(1, 4), fields: (number) => ({ group: `g${number % 2}` }) },
  },
};

const runs: { readonly [name: string]: RunOptions } = {
  none: localRun,
  bucket: bucketRun,
  persistence: plainRun,
  server: serverRun(inMemory),
  'server permissions': permissionsRun(inMemory),
  'server on PGlite': permissionsRun(onPglite),
  'server on PostgreSQL': permissionsRun(onPostgres),
  'server-wins': under({ conflictStrategy: 'server-wins' }),
  'client-wins': under({ conflictStrategy: 'client-wins' }),
  merge: under({ conflictStrategy: 'merge' }),
  custom: under({ conflictResolver: resolver }),
  readers: { ...bucketRun, readers: 1 },
  moving: movingRun,
  tabs: { ...bucketRun, devices: [1, 2], tabs: 3 },

  retention: retentionRun,
  'retention in tabs': { ...retentionRun, devices: [1, 2], tabs: 3 },
  pages: inPages(bucketRun),
  'retention in pages': inPages(retentionRun),
  'tabs in pages': inPages({ ...bucketRun, devices: [1, 2], tabs: 3 }),
  'none in pages': inPages(localRun),
  'one collection': {
    ...bucketRun,
    options: { sync: { ...bucketRun.options?.sync, collections: ['Task'] } },
  },
};

export function runOf(name: string): RunOptions {
  const run = runs[name];
  if (run === undefined) throw new TypeError(`there is no run called ${name}: ${Object.keys(runs).join(', ')}`);
  return run;
}
