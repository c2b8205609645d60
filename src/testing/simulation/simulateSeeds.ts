import type { NamedState } from './Sightings.ts';
import { type Report, type SimulationOptions, simulate } from './simulate.ts';

/** Which seeds, and all that `simulate` takes. */
export interface SeedsOptions extends Omit<SimulationOptions, 'seed' | 'plan'> {
  /** The first seed. */
  readonly from: number;
  readonly count: number;
  /** Ends with the first run that breaks a promise. */
  readonly stopsAtFirst?: boolean;
}

/** What came of many runs. */
export interface SeedsReport {
  readonly runs: number;
  /** The runs that broke a promise. */
  readonly bad: readonly Report[];
  /** In how many runs each state was reached. */
  readonly sightings: ReadonlyMap<NamedState, number>;
  readonly steps: number;
  readonly actions: number;
  /** Requests that did not go as they should, over all runs. */
  readonly faults: number;
  /** Of each seed: equal where the same happened, to the last request. */
  readonly digests: ReadonlyMap<number, string>;
}

/** Plays many seeds, one after the other: the promises that were broken, and the states that were reached. */
export async function simulateSeeds({
  from,
  count,
  stopsAtFirst = true,
  ...options
}: SeedsOptions): Promise<SeedsReport> {
  const bad: Report[] = [];
  const sightings = new Map<NamedState, number>();
  const digests = new Map<number, string>();
  let steps = 0;
  let actions = 0;
  let faults = 0;
  let runs = 0;
  for (let seed = from; seed < from + count; seed++) {
    const report = await simulate({ ...options, seed });
    runs += 1;
    digests.set(seed, report.digest);
    steps += report.steps;
    actions += report.plan.actions.length;
    faults += report.faults;
    for (const state of report.sightings.keys()) sightings.set(state, (sightings.get(state) ?? 0) + 1);
    if (report.violations.length > 0) bad.push(report);
    if (bad.length > 0 && stopsAtFirst) break;
  }
  return { runs, bad, sightings, steps, actions, faults, digests };
}
