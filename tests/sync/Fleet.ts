import stableText from 'fast-json-stable-stringify';
import type { Observable } from 'rxjs';
import {
  DataOrchestrator,
  type DataRepository,
  type EntityKeyData,
  EntityKeyFieldStrategy,
  type OrchestratorOptions,
  silentLogger,
} from 'tiersync';
import type { IBucket } from '../../src/interfaces/IBucket.ts';
import type { Conflict, RejectedChange, SyncOptions } from '../../src/interfaces/SyncTypes.ts';
import { BucketTier } from '../../src/tiers/bucket/BucketTier.ts';
import { Faults } from '../support/Faults.ts';
import { FaultyBucket } from '../support/FaultyBucket.ts';
import { FaultyPersistence } from '../support/FaultyPersistence.ts';
import { recount, sumsOf } from '../support/recount.ts';
import { settle, TestEnvironment } from '../support/TestEnvironment.ts';
import { type DiskAbilities, TextDisk } from '../support/TextDisk.ts';

export interface Note {
  readonly label: string;
  readonly group?: string;
  readonly [field: string]: unknown;
}

export type Cloud = NonNullable<OrchestratorOptions['cloud']>;
export type DeviceOptions = Partial<Omit<OrchestratorOptions, 'prefix' | 'local' | 'cloud' | 'environment'>>;

export const start: number = Date.parse('2026-05-17T12:00:00.000Z');
export const day = 86_400_000;

let seeds = 1;

/** One device, through crashes and restarts: its disk stays, everything else is made anew by `open`. */
export class Device {
  readonly disk = new TextDisk();
  readonly options: DeviceOptions;
  /** How its storage is reached; null: it has no cloud. */
  attach: ((faults: Faults) => Cloud) | null;
  readonly abilities: DiskAbilities;
  faults = new Faults();
  environment: TestEnvironment;
  readonly problems: string[] = [];
  readonly conflictEvents: Conflict[] = [];
  #data: DataOrchestrator<{ [name: string]: Note }> | null = null;

  constructor(attach: Device['attach'], options: DeviceOptions = {}, abilities: DiskAbilities = { listKeys: true }) {
    this.attach = attach;
    this.options = options;
    this.abilities = abilities;
    this.environment = new TestEnvironment({ seed: seeds++, time: start });
  }

  get data(): DataOrchestrator<{ [name: string]: Note }> {
    if (this.#data === null) throw new Error('open() comes first');
    return this.#data;
  }

  get notes(): DataRepository<Note> {
    return this.repo('Note');
  }

  repo(name: string): DataRepository<Note> {
    return this.data.repo(name) as unknown as DataRepository<Note>;
  }

  /** As after a restart: only the disk is left of what was there before. */
  async open(sync: SyncOptions = {}, faults: Faults = new Faults()): Promise<this> {
    const { now } = this.environment;
    this.environment = new TestEnvironment({ seed: seeds++, time: now() });
    this.faults = faults;
    const cloud = this.attach?.(faults);
    const data = await DataOrchestrator.create({
      prefix: 'app',
      strategy: new EntityKeyFieldStrategy('group'),
      logger: silentLogger,
      local: new FaultyPersistence(this.disk.open(this.abilities), faults),
      environment: this.environment,
      ...this.options,
      ...(cloud === undefined ? {} : { cloud, sync: { autoStart: false, ...this.options.sync, ...sync } }),
    } as OrchestratorOptions);
    this.#data = data as unknown as DataOrchestrator<{ [name: string]: Note }>;
    data.events$.subscribe((event) => {
      if (event.type === 'problem') this.problems.push(event.problem.code);
      if (event.type === 'conflict') this.conflictEvents.push(event.conflict);
    });
    return this;
  }

  save(id: string, label: string, more: object = {}): void {
    this.notes.save({ id, label, ...more });
  }

  /** Waits for the work, and lets time pass only where it waits for a timer. */
  async settle<T>(work: Promise<T>): Promise<T> {
    const state = { isDone: false, isCrashed: false };
    const done = (): void => {
      state.isDone = true;
    };
    work.then(done, done);
    // A device that is dead waits for nothing any more.
    this.faults.crashed.then(() => {
      state.isCrashed = true;
    });
    for (let turn = 0; turn < 400; turn++) {
      for (let wait = 0; wait < 12 && !state.isDone && !state.isCrashed; wait++) await settle();
      if (state.isDone) return work;
      if (state.isCrashed) return new Promise<T>(() => {});
      const next = this.environment.untilNextTimer;
      if (next !== null) await this.environment.advance(next);
    }
    throw new Error('The work neither ends nor waits for a timer.');
  }

  pull(): Promise<void> {
    return this.settle(this.data.sync.pull());
  }

  flush(until: 'local' | 'cloud' = 'cloud'): Promise<void> {
    return this.settle(this.data.flush(until));
  }

  /** One round: takes what is new, and sends what waits. */
  async sync(): Promise<void> {
    await this.pull();
    await this.settle(this.data.sync.push());
  }

  async unload(): Promise<void> {
    await this.settle(this.data.unload());
  }

  async label(id: string): Promise<string | null> {
    return ((await this.settle(this.notes.get(id)))?.label as string | undefined) ?? null;
  }

  /** Every entity as the app sees it, by name and id. */
  async all(...names: string[]): Promise<Record<string, unknown>> {
    const found: Record<string, unknown> = {};
    for (const name of names.length === 0 ? ['Note'] : names) {
      for (const entity of await this.settle(this.repo(name).getAll())) found[`${name} ${entity['id']}`] = entity;
    }
    return JSON.parse(stableText(found));
  }

  get conflicts(): readonly Conflict[] {
    return now(this.data.sync.conflicts$);
  }

  get rejected(): readonly RejectedChange[] {
    return now(this.data.sync.rejected$);
  }

  get pending(): number {
    return now(this.data.sync.pending$).length;
  }

  get reason(): string | null {
    return now<string | null>(this.data.sync.reason$);
  }

  get status(): string {
    return now(this.data.sync.status$);
  }

  /** The index on the disk, and what it ought to say. */
  index(): { readonly stored: unknown; readonly counted: unknown } {
    const blobs = [...this.disk.texts].filter(([key]) => key.startsWith('app.') && key[4] !== '$');
    const stored = this.disk.read('app.$metadata') as never as Parameters<typeof sumsOf>[0] | null;
    return {
      stored: sumsOf(stored ?? { hash: 0, entityKeys: {} }),
      counted: recount(blobs.map(([key, text]) => [key, JSON.parse(text) as EntityKeyData])),
    };
  }
}

function now<T>(source: Pick<Observable<T>, 'subscribe'>): T {
  const seen: T[] = [];
  source.subscribe((value) => seen.push(value)).unsubscribe();
  return seen.at(-1) as T;
}

/** Devices of one bucket. */
export const device = (bucket: IBucket, options?: DeviceOptions, abilities?: DiskAbilities): Device =>
  new Device((faults) => new FaultyBucket(bucket, faults), options, abilities);

/** Folds what stands in the tail of a bucket, as any device does once there is enough of it. */
export async function fold(bucket: IBucket, time: number): Promise<void> {
  const environment = new TestEnvironment({ seed: seeds++, time });
  const settings = { tailCommits: 1, tailBytes: 0 };
  const tier = new BucketTier({
    bucket,
    prefix: 'app',
    environment,
    device: 'caretaker',
    onProblem: () => {},
    settings,
    isProbed: true,
  });
  await tier.changesSince(null);
  await tier.maintain();
}
