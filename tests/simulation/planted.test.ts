import { simulate, simulateSeeds } from 'tiersync/testing';
import { describe, expect, test } from 'vitest';
import { playSeeds } from '../../scripts/simulation/playSeeds.mjs';
import { type Planted, planted, plantedInSource } from './planted.ts';
import { standInRun } from './runs.ts';
import { scenarios } from './scenarios.ts';

const minutes = 60_000;

const find = async ({ defect, by }: Planted): Promise<string | undefined> => {
  const options = standInRun(defect);
  const report =
    typeof by === 'number'
      ? (await simulateSeeds({ ...options, from: 1, count: by })).bad[0]
      : await simulate({ ...options, seed: by.seed, plan: by });
  return report?.violations[0]?.rule;
};

describe('in the stand-in', () => {
  test.each(planted)(
    '[SI2] a planted defect is found: $defect',
    async (plant) => {
      expect(plant.breaks).toContain(await find(plant));
    },
    5 * minutes,
  );

  test.each(Object.entries(scenarios))('[SI3] a sound layer lives through: %s', async (_, plan) => {
    expect((await simulate({ ...standInRun(), seed: plan.seed, plan })).violations).toEqual([]);
  });
});

describe('in the sources of the library', () => {
  test.each(plantedInSource)(
    '[SI2] a planted defect is found: $what',
    async ({ run = 'none', ...defect }) => {
      const { rule, failure } = await playSeeds({ run, from: 1, count: 300, planted: [defect] });
      expect(failure).not.toBe(null);
      expect(rule).toMatch(/^P\d+$/);
    },
    10 * minutes,
  );
});
