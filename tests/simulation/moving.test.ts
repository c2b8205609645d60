import { expect, test } from 'vitest';
import { playSeeds } from '../../scripts/simulation/playSeeds.mjs';
import { seedsToRun } from './environment.ts';
import { playCloud } from './playCloud.ts';

test(
  '[SC52] devices that move from a bucket to a server and on to a bucket, each when it wants, lose nothing while edits go on',
  async () => {
    const seeds = seedsToRun({ from: 1, count: 100 });
    const { failure, sightings } = await playCloud('moving', seeds);
    expect(failure).toBe(null);
    // Seldom they all stay where they are until everything is healed.
    expect(sightings.get('moved to another cloud')).toBeGreaterThan(seeds.count / 2);
  },
  60 * 60_000,
);

test(
  '[SI2] a planted defect is found: what the next cloud lacks is not brought there',
  async () => {
    const defect = {
      file: 'src/reconcile/meetKey.ts',
      find: 'entry === undefined ? newEntry(rules, null) : { ...entry, base: null }',
      put: 'entry === undefined ? null : { ...entry, base: null }',
    };
    const { rule } = await playSeeds({ run: 'moving', from: 1, count: 60, planted: [defect] });
    expect(rule).toMatch(/^P\d+$/);
  },
  10 * 60_000,
);
