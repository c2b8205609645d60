import { DataOrchestrator } from '../../DataOrchestrator.ts';
import { EntityKeyFieldStrategy } from '../../strategies/EntityKeyFieldStrategy.ts';
import type { ActionType } from './actions.ts';
import { BucketCloud, PersistenceCloud } from './Clouds.ts';
import { Device } from './Device.ts';
import { type FaultKind, noFaults } from './fates.ts';
import { History } from './History.ts';
import { heal } from './heal.ts';
import { LostEdits } from './LostEdits.ts';
import { Machine } from './Machine.ts';
import type { Plan } from './Plan.ts';
import { perform } from './perform.ts';
import { planRun } from './planRun.ts';
import { rehearse } from './rehearse.ts';
import type { CloudMaker, Setting, SimulatedCloud, SimulatedEntities } from './Setting.ts';
import { type NamedState, Sightings } from './Sightings.ts';
import type { Open, OpenOptions } from './SimulatedData.ts';
import { Trace } from './Trace.ts';
import { machineTurn } from './turn.ts';
import { type Violation, Violations } from './Violations.ts';
import { World } from './World.ts';

/** How the devices of a run end up with one state: each is given, with what its local medium and the cloud hold. */
export interface Inspection {
  readonly devices: readonly Device[];
  readonly cloud: SimulatedCloud | null;
  /** For states that can only be seen in stored data. */
  readonly sightings: Sightings;
}

/** What the seed does not decide: devices, entities, the cloud, and your own options. */
export interface SimulationOptions {
  readonly seed: number;
  /** How many, or from how many to how many. */
  readonly devices?: number | readonly [number, number];
  /** How many tabs each of them has: these share a disk and a clock. 1 unless told. */
  readonly tabs?: number;
  /** How many things people do, over all devices. */
  readonly actions?: number;
  /** Ids that devices share, and fields of your own, by entity name. */
  readonly entities?: { readonly [entityName: string]: SimulatedEntities };
  /** What else `DataOrchestrator.create` is given: strategy, policies, intervals. */
  readonly options?: Partial<OpenOptions>;
  /** Which kind of cloud the devices share; a bucket unless told. */
  readonly cloud?: 'bucket' | 'persistence' | 'none' | CloudMaker;
  /** What is given as `cloud` for the bucket or persistence that a device reaches; itself, if left out. */
  // biome-ignore lint/suspicious/noExplicitAny: the one or the other, as `cloud` says
  readonly makeCloud?: (cloud: any) => unknown;
  /** How long the cloud remembers deletions; some devices are away for longer. */
  readonly retentionMs?: number;
  /** A key of more records is kept in pages by the devices. In a shared bucket `options.sync.bucket` says so. */
  readonly pageRecords?: number;
  /** How often an action is taken, beside the others. */
  readonly weights?: { readonly [Type in ActionType]?: number };
  /** Faults that stay away. */
  readonly without?: readonly FaultKind[];
  /** Conflicts are decided otherwise than by the later version. */
  readonly hasPolicy?: boolean;
  /** So many devices, the last ones, write nothing and only take what there is. */
  readonly readers?: number;
  readonly quietSyncs?: number;
  /** Looks at the media when everything is at rest: each text is something wrong with an index. */
  readonly inspect?: (inspection: Inspection) => Promise<readonly string[]>;
  readonly open?: Open;
  /** Plays this instead of what the seed says. */
  readonly plan?: Plan;
  /** Hears every line of what happens. */
  readonly onNote?: (line: string) => void;
}

/** What came of a run. */
export interface Report {
  readonly plan: Plan;
  readonly violations: readonly Violation[];
  readonly sightings: ReadonlyMap<NamedState, number>;
  /** Requests that did not go as they should. */
  readonly faults: number;
  /** Equal for two runs of one plan. */
  readonly digest: string;
  /** Steps of the world, and requests and answers. */
  readonly steps: number;
  readonly virtualMs: number;
}

const ids = ['g0.a', 'g0.b', 'g0.c', 'g1.a', 'g1.b', 'g2.a'] as const;
const usualEntities = {
  Task: { ids, fields: (number: number) => ({ group: `g${number % 3}`, title: `title ${number}` }) },
  Note: { ids: ids.slice(1, 4), fields: (number: number) => ({ group: `g${number % 2}` }) },
};
const twentyMinutes = 1_200_000;
/** What a jump or a skew of a clock may be before stamps are taken back because they are too far in the future. */
const tameMs = 240_000;

const usualOpen: Open = (options) => DataOrchestrator.create(options) as unknown as ReturnType<Open>;

/** Runs many devices through everything that one seed makes of them, and says which promises were broken. */
export async function simulate(given: SimulationOptions): Promise<Report> {
  const options = withDefaults(given);
  // A run is one long chain of promises: whoever waits for the machine has had a turn before it.
  await machineTurn();
  const rehearsal = typeof options.cloud === 'function' ? 'bucket' : options.cloud;
  await rehearse(options.open, rehearsal, options.options, options.makeCloud);
  const plan = given.plan ?? planRun({ ...options, hasCloud: options.cloud !== 'none' });
  let isHealing = false;
  const setting = await settingOf(options, plan, () => (isHealing ? noFaults : plan.rates));
  const { world, violations, trace } = setting;
  const start = world.time;
  const { tabs = 1 } = plan;
  const machines = plan.devices
    .filter((_, number) => number % tabs === 0)
    .map(({ clock }) => new Machine(world, clock, setting.sightings));
  const devices = plan.devices.map(
    (device, number) => new Device(number, device, setting, machines[Math.floor(number / tabs)]),
  );
  for (const device of devices) device.start();
  for (const action of plan.actions) {
    world.after(action.at, () => {
      const device = devices[action.device];
      if (device !== undefined) perform(device, action);
    });
  }
  await world.runUntil(start + (plan.actions.at(-1)?.at ?? 0));
  isHealing = true;
  if (violations.list.length === 0) await heal(setting, devices, options);
  if (violations.list.length === 0) {
    const wrong = await options.inspect({ devices, cloud: setting.cloud, sightings: setting.sightings });
    for (const message of wrong) violations.report('P6', message);
  }
  for (const { life } of devices) life?.end();
  await setting.cloud?.close?.();
  return {
    plan,
    violations: violations.list,
    sightings: setting.sightings.counts,
    faults: setting.sightings.faults,
    digest: trace.digest,
    steps: world.steps,
    virtualMs: world.time - start,
  };
}

function withDefaults(given: SimulationOptions) {
  const cloud = given.cloud ?? 'bucket';
  return {
    devices: [2, 4] as const,
    tabs: 1,
    actions: 200,
    entities: usualEntities as { readonly [entityName: string]: SimulatedEntities },
    makeCloud: (made: unknown): unknown => made,
    retentionMs: twentyMinutes,
    weights: {},
    without: [],
    hasPolicy: false,
    readers: 0,
    quietSyncs: 3,
    inspect: async (): Promise<readonly string[]> => [],
    open: usualOpen,
    hasStaleReads: cloud === 'persistence',
    hasOneWriter: cloud === 'persistence',
    ...given,
    options: { strategy: new EntityKeyFieldStrategy('group'), ...given.options },
    cloud,
  };
}

async function settingOf(
  options: ReturnType<typeof withDefaults>,
  plan: Plan,
  rates: Setting['rates'],
): Promise<Setting> {
  const world = new World();
  const { collections = [] } = options.options.sync ?? {};
  return {
    plan,
    world,
    rates,
    trace: new Trace(options.onNote),
    history: new History(),
    lostEdits: new LostEdits(),
    sightings: new Sightings(),
    violations: new Violations(world),
    cloud: await cloudOf(options, world),
    entities: options.entities,
    retentionMs: options.retentionMs,
    pageRecords: options.pageRecords,
    isLastWriteWins: !options.hasPolicy,
    isWild: isWild(plan),
    readers: options.readers,
    isShared: (name) => options.cloud !== 'none' && (collections.length === 0 || collections.includes(name)),
    hasStaleReads: options.hasStaleReads,
    open: options.open,
    options: options.options,
  };
}

/** Jumps of one clock add up. */
function isWild({ devices, actions }: Plan): boolean {
  return devices.some(({ clock }, number) => {
    const jumps = actions.flatMap((action) => (action.type === 'jump' && action.device === number ? [action.ms] : []));
    return jumps.reduce((sum, ms) => sum + Math.abs(ms), Math.abs(clock.skewMs)) > tameMs;
  });
}

async function cloudOf(
  { cloud, makeCloud }: ReturnType<typeof withDefaults>,
  world: World,
): Promise<SimulatedCloud | null> {
  if (cloud === 'none') return null;
  if (typeof cloud === 'function') return cloud(world);
  if (cloud === 'bucket') return new BucketCloud(() => world.time, makeCloud);
  const abilities = { storeMany: false, listKeys: true, setAside: false, exclusive: false };
  return new PersistenceCloud(() => world.time, abilities, makeCloud);
}
