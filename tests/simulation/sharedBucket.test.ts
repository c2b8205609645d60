import { namedStates } from 'tiersync/testing';
import { expect, test } from 'vitest';
import { seedsToRun } from './environment.ts';
import { playCloud } from './playCloud.ts';

/** Nobody moves, and a bucket is consistent. */
const unreachable = ['moved to another cloud', 'stale read'];

test(
  '[P1] [P2] [P3] [P4] [P8] [P9] [P10] [P11] many devices on one bucket keep their promises whatever happens to them',
  async () => {
    const seeds = seedsToRun({ from: 1, count: 1_000 });
    const { failure, sightings } = await playCloud('bucket', seeds);
    expect(failure).toBe(null);
    const unseen = namedStates.filter((state) => !sightings.has(state));
    if (seeds.count >= 1_000) expect(unseen).toEqual(unreachable);
  },
  60 * 60_000,
);

test('[P1] [P7] seeds beyond these that found a fault find none', async () => {
  // A write to the local tier failed half way, and the cloud was taken away before the next look.
  const { failure } = await playCloud('bucket', { from: 19_101, count: 1 });
  expect(failure).toBe(null);
});
