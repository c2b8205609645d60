import { expect, test } from 'vitest';
import { seedsToRun } from './environment.ts';
import { playCloud } from './playCloud.ts';

test(
  '[P1] [P2] [P3] [P4] [P8] [P9] [P10] [P11] many devices on one bucket keep their promises whatever happens to them',
  async () => {
    expect(await playCloud('bucket', seedsToRun({ from: 1, count: 500 }))).toBe(null);
  },
  60 * 60_000,
);
