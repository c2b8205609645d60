import { expect, test } from 'vitest';
import { seedsToRun } from './environment.ts';
import { playCloud } from './playCloud.ts';

test(
  '[P1] [P2] [P3] [P4] [P8] [P9] [P10] many devices on a plain persistence, one writing at a time, keep theirs',
  async () => {
    expect(await playCloud('persistence', seedsToRun({ from: 1, count: 200 }))).toBe(null);
  },
  60 * 60_000,
);

// Known and open: two devices are left with different versions. When it is mended this test says so, and the seeds above go on.
test.fails('[P1] seed 215 on a plain persistence, with a clock five hours ahead', async () => {
  expect(await playCloud('persistence', { from: 215, count: 1 })).toBe(null);
});
