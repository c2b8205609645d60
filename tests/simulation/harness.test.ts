import { describeReport, namedStates, type Report, shrink, simulate, simulateSeeds } from 'tiersync/testing';
import { expect, test } from 'vitest';
import { replayCommand } from './environment.ts';
import { localRun, standInRun } from './runs.ts';
import { StandIn } from './standIn/StandIn.ts';

const minutes = 60_000;

/** What only the real library can show: keys that are not loaded, large commits, clouds without conditions, and others. */
const beyondTheStandIn = [
  'large commit',
  'edit of an unloaded key',
  'hydrated on access',
  'deletion of an unloaded key',
  'stale read',
  'moved to another cloud',
];

test(
  '[SI1] two runs of one seed are alike to the last request, and those of two seeds are not',
  async () => {
    const digests = new Set<string>();
    for (const options of [standInRun(), localRun]) {
      for (let seed = 1; seed <= 12; seed++) {
        const [one, two] = [await simulate({ ...options, seed }), await simulate({ ...options, seed })];
        expect([two.digest, two.steps, two.virtualMs]).toEqual([one.digest, one.steps, one.virtualMs]);
        expect(two.plan).toEqual(one.plan);
        digests.add(one.digest);
      }
    }
    expect(digests.size).toBe(24);
  },
  5 * minutes,
);

test(
  '[SI1] a plan that is given is played as the seed that made it',
  async () => {
    const { plan, digest } = await simulate({ ...standInRun(), seed: 3 });
    expect((await simulate({ ...standInRun(), seed: 3, plan })).digest).toBe(digest);
  },
  5 * minutes,
);

test(
  '[SI3] [SI5] a sound layer is accused of nothing, and every named state is reached',
  async () => {
    const report = await simulateSeeds({ ...standInRun(), from: 1, count: 120, stopsAtFirst: false });
    expect(report.bad.map(({ plan, violations }) => [plan.seed, violations[0]])).toEqual([]);
    const unseen = namedStates.filter((state) => !report.sightings.has(state));
    expect(unseen.filter((state) => !beyondTheStandIn.includes(state))).toEqual([]);
  },
  10 * minutes,
);

test(
  '[SI4] a failure is cut to few actions that break the same promise, and told so that it can be played again',
  async () => {
    const lengths: number[] = [];
    for (const defect of ['no compare-and-swap', 'checkpoint adds changes', 'conflicts not reported'] as const) {
      const options = standInRun(defect);
      const [bad] = (await simulateSeeds({ ...options, from: 1, count: 100 })).bad as [Report];
      const cut = await shrink({ ...options, seed: bad.plan.seed }, bad);
      expect(cut.violations[0]?.rule).toBe(bad.violations[0]?.rule);
      const again = await simulate({ ...options, seed: bad.plan.seed, plan: cut.plan });
      expect([again.digest, again.violations]).toEqual([cut.digest, cut.violations]);
      const text = describeReport(bad, replayCommand('bucket'), cut);
      expect(text).toContain(`seed ${bad.plan.seed} breaks ${bad.violations[0]?.rule}`);
      expect(text).toContain(`npm run simulate -- --cloud bucket --from ${bad.plan.seed} --seeds 1`);
      for (const { number } of cut.plan.actions) expect(text).toContain(`#${number}  `);
      lengths.push(cut.plan.actions.length);
    }
    expect(lengths.filter((length) => length > 20)).toEqual([]);
  },
  10 * minutes,
);

test(
  '[SI8] a call that never ends although everything works is a broken promise',
  async () => {
    const report = await simulate({
      ...standInRun(),
      seed: 1,
      open: async (options) => {
        const data = await StandIn.open(options, { retentionMs: 1_200_000 });
        const flush = data.flush.bind(data);
        return Object.assign(data, {
          flush: (level?: 'cloud'): Promise<void> => (level === 'cloud' ? new Promise(() => {}) : flush()),
        });
      },
      without: ['crash', 'away'],
      weights: { crash: 0, away: 0, reopen: 0, vanish: 0, doom: 0, flush: 0 },
    });
    expect(report.violations.map(({ rule }) => rule)).toContain('P9');
  },
  5 * minutes,
);

test(
  '[SI8] an error of another kind than the library promises is a defect',
  async () => {
    const report = await simulate({
      ...standInRun(),
      seed: 1,
      open: async (options) => {
        const data = await StandIn.open(options, { retentionMs: 1_200_000 });
        return Object.assign(data, { flush: () => Promise.reject(new RangeError('inside')) });
      },
    });
    expect(report.violations[0]).toMatchObject({ rule: 'ER', message: expect.stringContaining('RangeError') });
  },
  5 * minutes,
);
