import { silentLogger } from '../../adapters/consoleLog.ts';
import { MemoryBucket } from '../../adapters/MemoryBucket.ts';
import { Chance } from './Chance.ts';
import { DeviceClock } from './DeviceClock.ts';
import { LifeEnvironment } from './LifeEnvironment.ts';
import { Lifetime } from './Lifetime.ts';
import type { Open, OpenOptions } from './SimulatedData.ts';
import { machineTurn } from './turn.ts';
import { World } from './World.ts';

/** Turns of the machine that loading code may take. */
const patience = 1_000;

const rehearsed = new WeakMap<Open, Set<string>>();

/** The first opening loads code, which takes turns that depend on the machine; afterwards all runs of a seed are alike. */
export async function rehearse(
  open: Open,
  cloud: 'bucket' | 'persistence' | 'none',
  options: Partial<OpenOptions>,
  makeCloud: (cloud: unknown) => unknown,
): Promise<void> {
  const kinds = rehearsed.get(open) ?? new Set();
  if (kinds.has(cloud)) return;
  rehearsed.set(open, kinds.add(cloud));
  // Loading takes real time, of which a simulated world has none.
  await Promise.all([
    import('../../compose/checkGroups.ts'),
    import('../../compose/checkOptions.ts'),
    import('../../compose/LocalPart.ts'),
    import('../../compose/TabCloud.ts'),
    import('../../compose/TabsPart.ts'),
    import('../../compose/WithoutCloud.ts'),
    import('../../sync/StateView.ts'),
    import('../../reconcile/syncedView.ts'),
    import('../../sync/bringKeys.ts'),
    import('../../sync/compareKeys.ts'),
    import('../../tiers/bucket/history.ts'),
    import('../../tiers/bucket/missingHead.ts'),
    import('../../tiers/bucket/parseIndex.ts'),
    import('../../tiers/bucket/recordsAt.ts'),
    import('../../compose/RetentionPart.ts'),
    import('../../compose/attachCloud.ts'),
    import('../../tiers/BucketPersistence.ts'),
    import('../../tiers/MemoryTier.ts'),
    import('../../tiers/PersistenceTier.ts'),
    import('../../tiers/ComparedTier.ts'),
    import('../../tiers/bucket/BucketTier.ts'),
    import('../../tiers/bucket/Checkpoint.ts'),
    import('../../tiers/bucket/probe.ts'),
    import('../../sync/planOf.ts'),
  ]);
  for (const local of [memoryPersistence(), new MemoryBucket()]) {
    const shared = cloud === 'bucket' ? new MemoryBucket() : memoryPersistence();
    const given = cloud === 'none' ? {} : { cloud: makeCloud(shared) };
    const world = new World();
    const clock = new DeviceClock(world, { skewMs: 0, grainMs: 1 });
    const chance = new Chance(0);
    const environment = new LifeEnvironment({ life: new Lifetime(world), clock, chance: () => chance });
    const play = async (): Promise<void> => {
      const all = { prefix: 'app', logger: silentLogger, ...options, environment, local, ...given };
      const data = await open(all as unknown as OpenOptions);
      data.repo('Rehearsal').save({ mark: 'rehearsal' });
      await data.flush();
      await data.sync?.forceSync();
      await data.unload();
    };
    // What goes wrong here goes wrong in the run too, and is told there.
    const played = play().catch(() => {});
    for (let round = 0; round < patience && !(await world.runUntilSettled(played, 60_000)); round++)
      await machineTurn();
  }
}

function memoryPersistence(): object {
  const texts = new Map<string, string>();
  return {
    loadData: async (key: string) => JSON.parse(texts.get(key) ?? 'null'),
    storeData: async (key: string, data: object) => void texts.set(key, JSON.stringify(data)),
    clearData: async (key: string) => void texts.delete(key),
  };
}
