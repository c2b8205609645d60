import { type SeedsOptions, simulateSeeds } from 'tiersync/testing';
import { failureText } from './failureText.ts';

/** Plays the seeds, prints what was reached, and answers with the first failure as a person reads it. */
export async function playCloud(
  cloud: string,
  options: Omit<SeedsOptions, 'from' | 'count'>,
  seeds: { readonly from: number; readonly count: number },
): Promise<string | null> {
  const report = await simulateSeeds({ ...options, ...seeds });
  const reached = [...report.sightings].map(([state, count]) => `${state} ${count}`).join(', ');
  console.log(`${cloud}: ${report.runs} seeds from ${seeds.from}, ${report.steps} steps\nreached in seeds: ${reached}`);
  return failureText(options, report);
}
