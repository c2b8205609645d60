import { expect, test } from 'vitest';
import { seedsToRun } from './environment.ts';
import { playCloud } from './playCloud.ts';

test(
  '[TB19] [P1] [P2] [P8] [P10] tabs of one or two browsers on one bucket keep their promises whatever happens to them',
  async () => {
    const { failure, sightings } = await playCloud('tabs', seedsToRun({ from: 1, count: 12 }));
    expect(failure).toBe(null);
    expect(sightings.has('crash between local write and push')).toBe(true);
  },
  60 * 60_000,
);
