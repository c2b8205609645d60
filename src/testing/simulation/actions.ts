import type { Outcome } from './fates.ts';
import type { WeatherKind } from './Weather.ts';

/** What can be decided for one request in advance. */
export type Doom = Exclude<Outcome, 'done' | 'torn' | 'stale'>;

/** What an app or its user does. All that it needs is in it, so that a list of actions can be cut and played again. */
export type Doing =
  | { readonly type: 'save'; readonly name: string; readonly id: string; readonly isLarge: boolean }
  | { readonly type: 'create'; readonly name: string }
  | { readonly type: 'update' | 'delete' | 'get' | 'move'; readonly name: string; readonly id: string }
  /** Some writes in one step: `create` makes a set of new entities that must be seen together. */
  | { readonly type: 'batch'; readonly name: string; readonly ids: readonly string[]; readonly isNewSet: boolean }
  | { readonly type: 'clear' | 'query'; readonly name: string }
  | { readonly type: 'flush' | 'flushCloud' | 'forceSync' | 'push' | 'pull' | 'audit' | 'crash' | 'vanish' | 'hide' }
  /** From now on it syncs with the cloud that comes after this one, if any does. */
  | { readonly type: 'moveOn' }
  /** For so long, then it ends by itself. */
  | { readonly type: 'offline' | 'network' | 'noCloud' | 'stuckClock' | 'suspend' | 'away'; readonly ms: number }
  /** Sets the clock by so much. */
  | { readonly type: 'jump'; readonly ms: number }
  /** Its next write to the cloud ends like this; `away` for so long. */
  | { readonly type: 'doom'; readonly outcome: Doom; readonly ms: number }
  | { readonly type: 'reopen'; readonly ms: number }
  /** Lets its user, or does not let it, see and change entities of a name; null: all of them. */
  | { readonly type: 'permit'; readonly name: string; readonly id: string | null; readonly isGranted: boolean }
  | { readonly type: 'weather'; readonly kind: WeatherKind; readonly ms: number };

/** What an app, its user or the world can do. */
export type ActionType = Doing['type'];

/** One thing that one device does at one time. Its number stays the same when others are left out. */
export type Action = Doing & { readonly number: number; readonly at: number; readonly device: number };

/** How often each is done, compared with the others. */
export const usualWeights: { readonly [Type in ActionType]: number } = {
  save: 24,
  create: 5,
  update: 10,
  delete: 8,
  batch: 5,
  clear: 0.6,
  move: 3,
  get: 5,
  query: 3,
  flush: 8,
  flushCloud: 6,
  forceSync: 3,
  push: 2,
  pull: 3,
  audit: 4,
  offline: 1.5,
  network: 1,
  noCloud: 1,
  crash: 2.5,
  reopen: 2,
  hide: 1,
  suspend: 1.5,
  away: 1,
  vanish: 0.15,
  jump: 1.5,
  stuckClock: 1,
  weather: 2,
  doom: 1.5,
  permit: 0,
  moveOn: 0,
};

/** These speak of a cloud. */
export const cloudTypes: ReadonlySet<ActionType> = new Set<ActionType>([
  'flushCloud',
  'forceSync',
  'push',
  'pull',
  'offline',
  'network',
  'noCloud',
  'doom',
  'permit',
  'moveOn',
]);

/** An action as somebody reads it. */
export function describeAction({ number, at, device, type, ...rest }: Action): string {
  const details = Object.entries(rest).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return [`#${number}`, `${(at / 1000).toFixed(3)} s`, `device ${device}`, type, ...details].join('  ');
}
