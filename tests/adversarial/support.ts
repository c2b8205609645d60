import { firstValueFrom } from 'rxjs';
import {
  type DataEvent,
  DataOrchestrator,
  type EntityKeyData,
  type Environment,
  type IBucket,
  type IPersistence,
  MemoryBucket,
  type OrchestratorOptions,
  silentLogger,
  TierSyncError,
} from 'tiersync';
import { afterEach, beforeEach, expect } from 'vitest';
import { QuickStartStore } from '../support/QuickStartStore.ts';

export type Data = DataOrchestrator<Record<string, Record<string, unknown>>>;
export const repoOf = (data: Data, name = 'Task') => data.repo<Record<string, unknown>>(name);

/** A world in which time passes only by being looked at, and nothing happens by itself. */
export function stillWorld(start = Date.UTC(2026, 0, 1)): Environment {
  let now = start;
  let ids = 0;
  return {
    now: () => {
      now += 1;
      return now;
    },
    random: () => 0.5,
    createId: (size) => {
      ids += 1;
      return ids.toString(36).padStart(size, 'i');
    },
    setTimer: () => 0,
    clearTimer: () => {},
    onHidden: () => () => {},
    isOnline: () => true,
    onOnline: () => () => {},
  };
}

/** A bucket that outlives those who close it. */
export function kept(bucket: IBucket = new MemoryBucket()): IBucket {
  return {
    get: (name, options) => bucket.get(name, options),
    put: (name, bytes, condition) => bucket.put(name, bytes, condition),
    delete: (name) => bucket.delete(name),
    list: (prefix) => bucket.list(prefix),
  };
}

/** The three methods and nothing else, over objects that a test can look at and damage. */
export class PlainPersistence implements IPersistence {
  readonly blobs = new Map<string, unknown>();
  loadData = async (key: string): Promise<EntityKeyData | null> =>
    (this.blobs.get(key) ?? null) as EntityKeyData | null;
  storeData = async (key: string, data: EntityKeyData): Promise<void> => void this.blobs.set(key, data);
  clearData = async (key: string): Promise<void> => void this.blobs.delete(key);
}

/** The same, able to say which keys it holds. */
export class ListingPersistence extends PlainPersistence {
  listKeys = async (prefix: string): Promise<readonly string[]> =>
    [...this.blobs.keys()].filter((key) => key.startsWith(prefix));
}

export interface Place {
  readonly name: string;
  /** Opens the same data again each time. */
  open(options?: Partial<OrchestratorOptions>): Promise<Data>;
}

/** Two worlds: the library's own store over a bucket, and the Quick Start's store as both tiers. */
export const places: readonly { readonly name: string; readonly make: () => Place }[] = [
  {
    name: 'MemoryStore over MemoryBucket',
    make: () => {
      const local = kept();
      const environment = stillWorld();
      return { name: 'bucket', open: (options) => create({ local, environment, ...options }) };
    },
  },
  {
    name: "the Quick Start's store over another",
    make: () => {
      const local = new QuickStartStore();
      const environment = stillWorld();
      return {
        name: 'seed',
        open: (options) => create({ store: new QuickStartStore(), local, environment, ...options }),
      };
    },
  },
];

export const create = (options: Partial<OrchestratorOptions> = {}): Promise<Data> =>
  DataOrchestrator.create({
    prefix: 'app',
    logger: silentLogger,
    environment: stillWorld(),
    ...options,
  }) as Promise<Data>;

export type Outcome = { readonly value: unknown; readonly error?: undefined } | { readonly error: unknown };

/** What a call leads to, thrown at once or later, or told to a subscriber. */
export async function outcomeOf(call: () => unknown): Promise<Outcome> {
  try {
    const given = call();
    const isStream = typeof (given as { subscribe?: unknown } | null)?.subscribe === 'function';
    return { value: isStream ? await firstValueFrom(given as never) : await given };
  } catch (error) {
    return { error };
  }
}

/** How errors read that a program throws without meaning to. */
const unmeant = new RegExp(
  [
    'Cannot (read|set|destructure|convert|use)',
    'is not (a function|iterable|a constructor|defined)$',
    'is not (a function|iterable)',
    'Maximum call stack',
    'Invalid (time value|array length|string length)',
    'circular',
    'object null',
    'undefined \\(',
    'Reduce of empty',
  ].join('|'),
);

/** A refusal that a person can act on: one of our two kinds of error, and it names what is wrong. */
export function expectRefusal({ error }: Outcome, names?: RegExp | string, code?: string): void {
  expect(error, 'it was not refused').toBeDefined();
  const { message } = error as Error;
  expect(error instanceof TierSyncError || error instanceof TypeError, `${String(error)}`).toBe(true);
  expect(message).not.toMatch(unmeant);
  if (names !== undefined) expect(message).toMatch(names);
  if (code !== undefined) expect((error as TierSyncError).code).toBe(code);
}

export function eventsOf(data: Data): DataEvent[] {
  const events: DataEvent[] = [];
  data.events$.subscribe((event) => events.push(event));
  return events;
}

export const problemsOf = (events: readonly DataEvent[]) =>
  events.flatMap((event) => (event.type === 'problem' ? [event.problem] : []));

export async function objectsOf(bucket: IBucket): Promise<Map<string, string>> {
  const objects = new Map<string, string>();
  for await (const { name } of bucket.list('')) {
    const found = await bucket.get(name);
    if (found !== null && found !== 'unchanged') objects.set(name, Buffer.from(found.bytes).toString('latin1'));
  }
  return objects;
}

const shared = [Object.prototype, Array.prototype, Function.prototype, Date.prototype, Map.prototype, Object, Function];
const namesOf = (): string[] => shared.flatMap((one, i) => Reflect.ownKeys(one).map((key) => `${i} ${String(key)}`));

/** After every test: nothing reached what all objects share. */
export function guardPrototypes(): void {
  let before: string[] = [];
  beforeEach(() => {
    before = namesOf();
  });
  afterEach(() => {
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(namesOf()).toEqual(before);
  });
}
