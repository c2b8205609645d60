import { simulateSeeds } from 'tiersync/testing';
import { expect, test } from 'vitest';
import { seedsToRun } from './environment.ts';
import { failureText } from './failureText.ts';
import { localRun } from './runs.ts';

const minutes = 60_000;

test(
  '[P2] [P6] [P8] one device without a cloud keeps its promises whatever happens to it',
  async () => {
    const report = await simulateSeeds({ ...localRun, ...seedsToRun({ from: 1, count: 150 }) });
    expect(await failureText('none', report)).toBe(null);
    expect(report.steps).toBeGreaterThan(report.runs * 50);
    // Or the runs were too quiet to prove anything.
    expect(report.faults).toBeGreaterThan(report.runs);
  },
  60 * minutes,
);
