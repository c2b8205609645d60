// biome-ignore-all lint/suspicious/noExplicitAny: rows of any shape go through
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataOrchestrator, EntityKeyCalendarStrategy } from 'tiersync';
import { FileBucket } from 'tiersync/adapters/file';
// Loaded before the clock of a scenario stands still: what is loaded on demand takes time of the machine.
import '../../src/compose/checkGroups.ts';
import '../../src/compose/checkOptions.ts';
import '../../src/compose/LocalPart.ts';
import '../../src/compose/attachCloud.ts';
import '../../src/tiers/ComparedTier.ts';
import type { Instance, LoadOptions, Repo, SharedFiles, Subject } from './Subject.ts';
import { everythingInOneKey } from './strategies.ts';

/** Nothing in tiersync is static, so every load is one of a new process. */
export const tiersyncSubject: Subject = {
  name: 'tiersync',
  load,
  restarted: () => tiersyncSubject,
  yearStrategy: (world, field = 'createdAt') =>
    new EntityKeyCalendarStrategy({ by: 'year', field, now: () => world.time }),
  sharedFiles: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tiersync-'));
    return { open: () => files(new FileBucket(folder)), remove: () => rm(folder, { recursive: true }) };
  },
};

async function load(options: LoadOptions): Promise<Instance> {
  const { world, local, cloud, store, prefix = 'app', strategy = everythingInOneKey } = options;
  const parts = {
    prefix,
    local,
    strategy,
    environment: world.environment,
    ...(store === undefined ? {} : { store }),
    ...(cloud === undefined ? {} : { cloud, sync: { autoStart: false } }),
  };
  const data = await world.settle(DataOrchestrator.create(parts as any));
  return {
    repo: (name) => repo(data.repo(name) as any),
    flush: () => world.settle(data.flush()),
    sync: () => world.settle(data.sync.pull().then(() => data.sync.push())),
    unload: () => world.settle(data.unload()),
  };
}

function repo(ours: any): Repo {
  return {
    save: (entity) => ours.save(entity),
    get: (id) => ours.get(id),
    getAll: (query) => ours.getAll(query),
    delete: (id) => ours.delete(id),
    move: async (id, patch) => void (await ours.move(id, patch)),
    observe: (id) => ours.observe(id),
    observeAll: (query) => ours.observeAll(query),
  };
}

function files(bucket: FileBucket): SharedFiles {
  return {
    get: async (name) => {
      const object = await bucket.get(name);
      return object === null || object === 'unchanged' ? null : new TextDecoder().decode(object.bytes);
    },
    put: async (name, content) => void (await bucket.put(name, new TextEncoder().encode(content))),
    names: async () => {
      const names: string[] = [];
      for await (const { name } of bucket.list('')) names.push(name);
      return names;
    },
  };
}
