// biome-ignore-all lint/suspicious/noExplicitAny: the naive build is untyped inside
import { EntityKeyDateStrategy } from '../../src/strategies/EntityKeyDateStrategy.ts';
import { FakeDrive, NaiveDriveFiles } from '../naive/drive.ts';
import { type NaiveOrchestrator, NaiveProcess, type NaiveRepository } from '../naive/naive.ts';
import type { NaiveOptions, Store } from '../naive/shapes.ts';
import { TombstoneStore } from '../naive/stores.ts';
import type { Instance, LoadOptions, Repo, Subject } from './Subject.ts';
import { everythingInOneKey } from './strategies.ts';
import { quiet, type World } from './World.ts';

/** The original strategy, by the clock of the scenario. */
class SeedYearStrategy extends EntityKeyDateStrategy {
  separator = '.';
  identifierLength = 8;
  field = 'createdAt';
  getEntityKeyWithoutPrefix(entityName: string, entity: any): string {
    return `${entityName}.${new Date(entity[this.field]).getFullYear()}`;
  }
  generateAllEntityKeys(prefix: string, entityName: string, year: number): string[] {
    return [`${prefix}.${entityName}.${year}`];
  }
}

export function naiveSubject(process: NaiveProcess = new NaiveProcess()): Subject {
  return {
    name: 'naive',
    load: (options) => load(process, options),
    restarted: () => naiveSubject(),
    yearStrategy: (world, field = 'createdAt') =>
      Object.assign(new SeedYearStrategy({ now: () => world.time }), { field }),
    sharedFiles: async () => {
      const drive = new FakeDrive();
      return { open: () => new NaiveDriveFiles(drive), remove: async () => {} };
    },
  };
}

async function load(process: NaiveProcess, options: LoadOptions): Promise<Instance> {
  const { world, local, cloud, prefix = 'app', strategy = everythingInOneKey } = options;
  const store = (options.store as Store | undefined) ?? new TombstoneStore(() => world.time);
  const parts = { prefix, store, local, strategy, environment: world.environment };
  const naiveOptions = (cloud === undefined ? parts : { ...parts, cloud }) as unknown as NaiveOptions;
  const naive = await world.settle(process.load(naiveOptions));
  return instance(naive, world);
}

function instance(naive: NaiveOrchestrator, world: World): Instance {
  return {
    repo: (name) => repo(naive.repo(name), world),
    flush: () => quiet().then(() => world.settle(naive.syncLocal())),
    sync: () => quiet().then(() => world.settle(naive.syncCloud())),
    unload: () => quiet().then(() => world.settle(naive.unload())),
  };
}

function repo(naive: NaiveRepository, world: World): Repo {
  return {
    save: (entity) => naive.save({ createdAt: new Date(world.time), ...entity }),
    get: (id) => naive.get(id) as Promise<any>,
    getAll: (query) => naive.getAll(query as any) as Promise<any>,
    delete: (id) => naive.delete(id),
    move: async (id, patch) => void naive.save({ ...(await naive.get(id)), ...patch }),
    observe: (id) => naive.observe(id) as any,
    observeAll: (query) => naive.observeAll(query as any) as any,
  };
}
