import { playSeeds } from '../../scripts/simulation/playSeeds.mjs';

/** Plays seeds of one run, prints what was reached, and answers with the first failure as a person reads it. */
export async function playCloud(run: string, seeds: { readonly from: number; readonly count: number }) {
  const { runs, steps, actions, faults, sightings, digests, failure } = await playSeeds({ run, ...seeds });
  const reached = [...sightings].map(([state, count]) => `${state} ${count}`).join(', ');
  console.log(
    `${run}: ${runs} seeds from ${seeds.from}, ${actions} actions, ${faults} faults, ${steps} steps\nreached in seeds: ${reached}`,
  );
  return { failure, sightings, digests };
}
