import type { Chance } from './Chance.ts';

/** What can go wrong with a request. Each kind is switched on per run, and then has its own rate. */
export const faultKinds = [
  /** Refused by the other side before anything happened (a 5xx, a disk that says no). */
  'refused',
  /** Refused with the wish to be left alone for a while (429, 503). */
  'throttled',
  /** No answer, and nothing happened. */
  'timeout',
  /** It happened; the answer was lost. */
  'lostReply',
  /** The network repeated it, and the answer is that of the second time. */
  'duplicated',
  /** A conditional write answers `conflict`, with or without a rival. */
  'storm',
  /** Part of the bytes were written. Local media only. */
  'torn',
  /** An older version is read. Only where the medium promises no better. */
  'stale',
  /** The device crashes at this request. */
  'crash',
  /** It happened, and the device is away for long before it hears of it. */
  'away',
  /** It takes up to a minute; a disk, some seconds. */
  'slow',
  /** Local requests fail too. */
  'disk',
] as const;

/** What can go wrong with a request. */
export type FaultKind = (typeof faultKinds)[number];
/** How often each of them does, from 0 to 1. */
export type FaultRates = { readonly [Kind in FaultKind]: number };

export const noFaults: FaultRates = Object.freeze(
  Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as Record<FaultKind, number>,
);

export type Outcome = 'done' | Exclude<FaultKind, 'slow' | 'disk' | 'crash'> | 'crashBefore' | 'crashAfter';

export interface Fate {
  readonly outcome: Outcome;
  /** Milliseconds until it happens, and from there to the answer. */
  readonly before: number;
  readonly after: number;
  /** How long the device is away, where that is decided already. */
  readonly awayMs?: number | undefined;
}

/** What a request is, as far as its fate goes. */
export interface RequestTraits {
  readonly medium: 'local' | 'cloud';
  readonly isWrite: boolean;
  readonly isConditional: boolean;
  readonly canTear: boolean;
  readonly canBeStale: boolean;
}

/** Decides what becomes of a request. All numbers are drawn whatever the rates are, so that switching off one kind moves no other. */
export function fateOf(traits: RequestTraits, rates: FaultRates, chance: Chance): Fate {
  const isLocal = traits.medium === 'local';
  const drawn = new Set<FaultKind>();
  for (const kind of faultKinds) if (chance.happens(rates[kind])) drawn.add(kind);
  const coin = chance.happens(0.5);
  const short = isLocal
    ? [chance.between(0, 4), chance.between(0, 4)]
    : [chance.between(2, 120), chance.between(2, 80)];
  const most = isLocal ? 1_500 : 30_000;
  const long = [chance.between(0, most), chance.between(0, most)];
  const [before, after] = (drawn.has('slow') ? long : short) as [number, number];
  return { outcome: outcomeOf(traits, drawn, coin), before, after };
}

function outcomeOf(traits: RequestTraits, drawn: ReadonlySet<FaultKind>, coin: boolean): Outcome {
  const { medium, isWrite, isConditional, canTear, canBeStale } = traits;
  if (drawn.has('crash')) return coin ? 'crashAfter' : 'crashBefore';
  if (medium === 'local') {
    if (drawn.has('torn') && canTear) return 'torn';
    if (drawn.has('disk')) return coin && isWrite ? 'lostReply' : 'refused';
    return 'done';
  }
  if (drawn.has('away') && isWrite) return 'away';
  if (drawn.has('refused')) return 'refused';
  if (drawn.has('throttled')) return 'throttled';
  if (drawn.has('timeout')) return 'timeout';
  if (drawn.has('storm') && isConditional) return 'storm';
  if (drawn.has('lostReply') && isWrite) return 'lostReply';
  if (drawn.has('duplicated') && isWrite) return 'duplicated';
  if (drawn.has('stale') && canBeStale) return 'stale';
  return 'done';
}
