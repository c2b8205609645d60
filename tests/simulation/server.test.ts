import { namedStates } from 'tiersync/testing';
import { expect, test } from 'vitest';
import { seedsToRun } from './environment.ts';
import { playCloud } from './playCloud.ts';

/** A server is consistent, has no head and no objects, and takes no conditions. */
const unreachable = [
  'conditional write refused without a rival',
  'head lost to another device',
  'checkpoint raced',
  'large commit',
  'first creation lost its reply',
  'tombstone collected',
  'stale read',
];

test(
  '[P1] [P2] [P3] [P4] [P8] [P9] [P10] [P11] many devices on one server keep their promises whatever happens to them',
  async () => {
    const seeds = seedsToRun({ from: 1, count: 1_000 });
    const { failure, sightings } = await playCloud('server', seeds);
    expect(failure).toBe(null);
    const unseen = namedStates.filter((state) => !sightings.has(state));
    if (seeds.count >= 1_000) expect(unseen).toEqual(unreachable);
  },
  60 * 60_000,
);
