import { expect, test } from 'vitest';
import { seedsToRun } from './environment.ts';
import { playCloud } from './playCloud.ts';

test(
  '[P1] [P2] [P3] [P4] [P8] [P9] [P10] many devices on a plain persistence, one writing at a time, keep theirs',
  async () => {
    expect(await playCloud('persistence', seedsToRun({ from: 1, count: 500 }))).toBe(null);
  },
  60 * 60_000,
);
