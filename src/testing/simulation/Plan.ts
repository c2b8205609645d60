import type { Action } from './actions.ts';
import type { ClockPlan } from './DeviceClock.ts';
import type { FaultRates } from './fates.ts';
import type { Abilities } from './SimulatedPersistence.ts';

/** What one device of a run is like. */
export interface DevicePlan {
  readonly clock: ClockPlan;
  readonly local: 'bucket' | Abilities;
  /** The app keeps live queries of everything. */
  readonly isWatching: boolean;
}

/** All that a run is made of, as its seed decided it. A run that is played again, or cut short, is played from this. */
export interface Plan {
  readonly seed: number;
  readonly devices: readonly DevicePlan[];
  /** So many devices, one after the other, are the tabs of one browser; 1 unless told. */
  readonly tabs?: number;
  readonly rates: FaultRates;
  readonly isLocalInstant: boolean;
  /** Without an edit, others' changes are looked for this often. */
  readonly pullMs: number;
  readonly actions: readonly Action[];
}
