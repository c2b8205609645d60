import type { Environment } from '../../interfaces/Environment.ts';
import type { FaultRates } from './fates.ts';
import type { History } from './History.ts';
import type { LostEdits } from './LostEdits.ts';
import type { Plan } from './Plan.ts';
import type { Requests } from './Requests.ts';
import type { Sightings } from './Sightings.ts';
import type { Open, OpenOptions } from './SimulatedData.ts';
import type { Trace } from './Trace.ts';
import type { Violations } from './Violations.ts';
import type { World } from './World.ts';

/** The entities of one name: the ids that devices share, and what an app puts into one. */
export interface SimulatedEntities {
  readonly ids: readonly string[];
  /** Fields of a new version; the same number, the same fields. */
  readonly fields?: (number: number) => object;
  /** How long a new version lasts; null: for ever, as in runs in which clocks are far off. */
  readonly lastsMs?: (number: number) => number | null;
}

/** Whose process it is that asks. */
export interface SimulatedAsker {
  readonly device: number;
  readonly environment: Environment;
}

/** Makes a cloud of your own, in a world with one time. What takes real time there is to run `outside` of it. */
export type CloudMaker = (world: Pick<World, 'time' | 'after' | 'outside'>) => SimulatedCloud | Promise<SimulatedCloud>;

/** The cloud of a run, and how a device reaches it. */
export interface SimulatedCloud {
  connect(requests: Requests, over: Promise<void>, staleness: () => number, who: SimulatedAsker): unknown;
  readonly writes: number;
  /** The run is over. */
  close?(): Promise<void>;
  /** Where its devices move to, one after the other. */
  readonly next?: SimulatedCloud;
  /** Where not everybody may see and change everything. */
  readonly permits?: SimulatedPermits;
}

/** Who may see and change what; everybody everything, at first and at the end. */
export interface SimulatedPermits {
  /** `id` null: all of that name. */
  set(device: number, entityName: string, id: string | null, isGranted: boolean): void;
  may(device: number, entityName: string, id: string): boolean;
  /** Whether it was withdrawn at any time: then nothing can be said of what this device holds in between. */
  wasTaken(device: number, entityName: string, id: string): boolean;
  giveAll(): Promise<void>;
}

/** What all devices of one run share. */
export interface Setting {
  readonly plan: Plan;
  readonly world: World;
  readonly trace: Trace;
  readonly history: History;
  readonly lostEdits: LostEdits;
  readonly sightings: Sightings;
  readonly violations: Violations;
  readonly cloud: SimulatedCloud | null;
  readonly entities: { readonly [entityName: string]: SimulatedEntities };
  readonly retentionMs: number;
  /** How many records a local tier keeps in one blob; undefined: as many as usual, which a run does not come to. */
  readonly pageRecords: number | undefined;
  /** Whether resolved conflicts keep the later version, so that the order of stamps says who won. */
  readonly isLastWriteWins: boolean;
  readonly isWild: boolean;
  /** The last devices only read: their link has the direction `pull`. */
  readonly readers: number;
  /** Old versions were read: only comparing everything finds what was missed. */
  readonly hasStaleReads: boolean;
  readonly open: Open;
  readonly options: Partial<OpenOptions>;
  /** Whether others hear of what is written under this name. */
  isShared(entityName: string): boolean;
  /** Those of the phase: none once everything is healed. */
  rates(): FaultRates;
}
