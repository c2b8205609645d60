import { type Action, type ActionType, cloudTypes, type Doing, type Doom, usualWeights } from './actions.ts';
import { Chance } from './Chance.ts';
import type { ClockPlan } from './DeviceClock.ts';
import { type FaultKind, type FaultRates, faultKinds } from './fates.ts';
import type { DevicePlan, Plan } from './Plan.ts';
import { weathers } from './Weather.ts';

/** What a plan may be made of. */
export interface PlanOptions {
  readonly seed: number;
  /** How many, or from how many to how many. */
  readonly devices: number | readonly [number, number];
  /** So many tabs has each, as devices that share a machine. */
  readonly tabs: number;
  readonly actions: number;
  readonly entities: { readonly [entityName: string]: { readonly ids: readonly string[] } };
  readonly hasCloud: boolean;
  readonly hasStaleReads: boolean;
  readonly hasOneWriter: boolean;
  readonly readers: number;
  /** Devices are away for up to some times this. */
  readonly retentionMs: number;
  readonly weights: { readonly [Type in ActionType]?: number };
  /** Faults that are never switched on. */
  readonly without: readonly FaultKind[];
}

/** How likely each kind is switched on in a run, and the highest rate it then gets. */
const habits: { readonly [Kind in FaultKind]: readonly [share: number, most: number] } = {
  refused: [0.5, 0.25],
  throttled: [0.25, 0.15],
  timeout: [0.4, 0.2],
  lostReply: [0.5, 0.3],
  duplicated: [0.3, 0.2],
  storm: [0.3, 0.3],
  torn: [0.08, 0.03],
  stale: [0.5, 0.3],
  crash: [0.4, 0.02],
  away: [0.3, 0.04],
  slow: [0.3, 0.2],
  disk: [0.25, 0.05],
};

const dooms: readonly Doom[] = ['away', 'crashAfter', 'crashBefore', 'duplicated', 'lostReply', 'storm', 'timeout'];
const minute = 60_000;
/** What a device that only reads does not do. */
const writing: ReadonlySet<ActionType> = new Set<ActionType>([
  'save',
  'create',
  'update',
  'delete',
  'move',
  'batch',
  'clear',
  'push',
  'flushCloud',
  'forceSync',
]);
const turnLength = 10;
/** Who sleeps in the middle of a write wakes before that is one that takes too long. */
const longestWriteMs = 2_000;

export function planRun(options: PlanOptions): Plan {
  const chance = new Chance(options.seed);
  const [fewest, most] = typeof options.devices === 'number' ? [options.devices, options.devices] : options.devices;
  const isWild = chance.happens(0.25);
  const machines = Array.from({ length: chance.between(fewest, most) }, () => planDevice(chance, isWild));
  const devices = options.tabs === 1 ? machines : machines.flatMap((plan) => planTabs(chance, plan, options.tabs));
  const rates = planRates(chance, options);
  const isLocalInstant = chance.happens(0.6);
  // Where devices take turns a run lasts for hours, and most of what is often looked for would be nothing.
  const pullMs = chance.pick(
    options.hasOneWriter ? [2 * minute, 10 * minute, 60 * minute] : [0.5 * minute, 5 * minute, 60 * minute],
  );
  const actions = planActions(chance, options, devices);
  const tabs = options.tabs === 1 ? {} : { tabs: options.tabs };
  return { seed: options.seed, devices, ...tabs, rates, isLocalInstant, pullMs, actions };
}

function planDevice(chance: Chance, isWild: boolean): DevicePlan {
  const most = isWild ? 86_400_000 : 120_000;
  const clock: ClockPlan = {
    skewMs: chance.happens(0.5) ? chance.between(-most, most) : chance.between(-2_000, 2_000),
    grainMs: chance.pick([1, 1, 50, 1_000]),
  };
  const abilities = {
    storeMany: chance.happens(0.5),
    listKeys: chance.happens(0.8),
    setAside: chance.happens(0.5),
    exclusive: chance.happens(0.7),
  };
  return { clock, local: chance.happens(0.3) ? 'bucket' : abilities, isWatching: chance.happens(0.6) };
}

/** Tabs have one clock and one persistence, which keeps their writes apart. */
function planTabs(chance: Chance, { clock, local }: DevicePlan, tabs: number): DevicePlan[] {
  const abilities = local === 'bucket' ? { storeMany: true, listKeys: true, setAside: true } : local;
  return Array.from({ length: tabs }, () => ({
    clock,
    local: { ...abilities, exclusive: true },
    isWatching: chance.happens(0.6),
  }));
}

function planRates(chance: Chance, { without, hasStaleReads, hasOneWriter }: PlanOptions): FaultRates {
  const rates = faultKinds.map((kind) => {
    const [share, most] = habits[kind];
    const rate = chance.happens(share) ? most * (0.1 + 0.9 * chance.next()) : 0;
    // Where nothing keeps writers apart, one that takes long may write over what was confirmed to others meanwhile.
    const isNever = without.includes(kind) || (kind === 'stale' && !hasStaleReads) || (kind === 'slow' && hasOneWriter);
    return [kind, isNever ? 0 : rate] as const;
  });
  return Object.fromEntries(rates) as Record<FaultKind, number>;
}

function planActions(chance: Chance, options: PlanOptions, devices: readonly DevicePlan[]): Action[] {
  const weights = planWeights(chance, options);
  const actions: Action[] = [];
  let at = 0;
  for (let number = 0; number < options.actions; number++) {
    at += planPause(chance);
    const anything = planDoing(chance, pickWeighted(chance, weights), options);
    const device = chance.below(devices.length);
    const isReader = device >= devices.length - options.readers;
    const drawn: Doing = isReader && writing.has(anything.type) ? { type: 'pull' } : anything;
    if (!options.hasOneWriter) {
      actions.push({ number, at, device, ...drawn });
      continue;
    }
    // Where the cloud allows one writer at a time, devices take turns, and each hands over what it has.
    const place = number % turnLength;
    if (place === 0) at += 6 * minute;
    const doing: Doing = place === 0 ? { type: 'pull' } : place === turnLength - 1 ? { type: 'flushCloud' } : drawn;
    actions.push({ number, at, device: Math.floor(number / turnLength) % devices.length, ...doing });
  }
  return actions;
}

function planPause(chance: Chance): number {
  const kind = chance.next();
  if (kind < 0.7) return chance.between(0, 2_000);
  return kind < 0.95 ? chance.between(2_000, 30_000) : chance.between(30_000, 10 * minute);
}

/** Each run does without some kinds: what hides behind a frequent action shows where it is missing. */
function planWeights(chance: Chance, { hasCloud, weights }: PlanOptions): [ActionType, number][] {
  // What usually does not happen draws nothing, so that the seeds of usual runs stay what they are.
  const isDrawn = ([name, weight]: [string, number]): boolean => weight > 0 || usualWeights[name as ActionType] > 0;
  const drawn = Object.entries({ ...usualWeights, ...weights }).filter(isDrawn);
  return drawn.map(([name, weight]) => {
    const type = name as ActionType;
    const isOn = chance.happens(0.75) || type === 'save';
    const factor = 0.25 + 1.75 * chance.next();
    return [type, isOn && (hasCloud || !cloudTypes.has(type)) ? weight * factor : 0];
  });
}

function pickWeighted(chance: Chance, weights: readonly [ActionType, number][]): ActionType {
  let left = chance.next() * weights.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [type, weight] of weights) if ((left -= weight) < 0) return type;
  return 'save';
}

function planDoing(chance: Chance, type: ActionType, { entities, retentionMs, hasOneWriter }: PlanOptions): Doing {
  const name = chance.pick(Object.keys(entities));
  const ids = entities[name]?.ids ?? [];
  switch (type) {
    case 'save':
      return { type, name, id: chance.pick(ids), isLarge: chance.happens(0.03) };
    case 'update':
    case 'delete':
    case 'get':
    case 'move':
      return { type, name, id: chance.pick(ids) };
    case 'batch':
      return { type, name, ids: [chance.pick(ids), chance.pick(ids)], isNewSet: chance.happens(0.5) };
    case 'create':
    case 'clear':
    case 'query':
      return { type, name };
    case 'offline':
    case 'network':
    case 'noCloud':
    case 'stuckClock':
      return { type, ms: chance.between(1_000, 5 * minute) };
    case 'suspend':
    case 'away': {
      const ms = chance.happens(0.4) ? Math.round(retentionMs * (1 + 2 * chance.next())) : chance.below(minute);
      return { type, ms: hasOneWriter && type === 'suspend' ? Math.min(ms, longestWriteMs) : ms };
    }
    case 'jump':
      return { type, ms: chance.pick([-1, 1]) * chance.between(1, 2 * minute) };
    case 'doom':
      return { type, outcome: chance.pick(dooms), ms: Math.round(retentionMs * (1 + 2 * chance.next())) };
    case 'reopen':
      return { type, ms: chance.below(20_000) };
    case 'permit':
      return { type, name, id: chance.happens(0.6) ? chance.pick(ids) : null, isGranted: chance.happens(0.6) };
    case 'weather':
      return { type, kind: chance.pick(weathers), ms: chance.between(1_000, 3 * minute) };
    default:
      return { type };
  }
}
