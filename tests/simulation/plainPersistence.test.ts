import { namedStates } from 'tiersync/testing';
import { expect, test } from 'vitest';
import { seedsToRun } from './environment.ts';
import { playCloud } from './playCloud.ts';

/** These speak of conditions, of commits, and of deletions that are forgotten: a plain persistence knows none of them. And nobody moves. */
const unreachable = [
  'conditional write refused without a rival',
  'head lost to another device',
  'checkpoint raced',
  'large commit',
  'tombstone collected',
  'moved to another cloud',
];

test(
  '[P1] [P2] [P3] [P4] [P8] [P9] [P10] many devices on a plain persistence, one writing at a time, keep theirs',
  async () => {
    const seeds = seedsToRun({ from: 1, count: 1_000 });
    const { failure, sightings } = await playCloud('persistence', seeds);
    expect(failure).toBe(null);
    const unseen = namedStates.filter((state) => !sightings.has(state));
    if (seeds.count >= 1_000) expect(unseen).toEqual(unreachable);
  },
  60 * 60_000,
);
