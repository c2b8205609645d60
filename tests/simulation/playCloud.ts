import { playSeeds } from '../../scripts/simulation/playSeeds.mjs';

/** Plays the seeds in threads, prints what was reached, and answers with the first failure as a person reads it. */
export async function playCloud(
  run: string,
  { from, count }: { readonly from: number; readonly count: number },
): Promise<string | null> {
  const tally = await playSeeds({ run, from, count, threads: Math.min(2, count) });
  const reached = [...tally.sightings].map(([state, seeds]) => `${state} ${seeds}`).join(', ');
  console.log(
    `${run}: ${tally.runs} seeds from ${from}, ${tally.actions} actions, ${tally.steps} steps; seen: ${reached}`,
  );
  return tally.failure;
}
