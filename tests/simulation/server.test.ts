import { namedStates } from 'tiersync/testing';
import { expect, test } from 'vitest';
import { playSeeds } from '../../scripts/simulation/playSeeds.mjs';
import { seedsToRun } from './environment.ts';
import { playCloud } from './playCloud.ts';

/** A server is consistent, has no head and no objects, and takes no conditions. */
const unreachable = [
  'conditional write refused without a rival',
  'head lost to another device',
  'checkpoint raced',
  'large commit',
  'stale read',
];

test(
  '[P1] [P2] [P3] [P4] [P8] [P9] [P10] [P11] many devices on one server keep their promises whatever happens to them',
  async () => {
    const seeds = seedsToRun({ from: 1, count: 500 });
    const { failure, sightings } = await playCloud('server', seeds);
    expect(failure).toBe(null);
    const unseen = namedStates.filter((state) => !sightings.has(state));
    if (seeds.count >= 1_000) expect(unseen).toEqual(unreachable);
  },
  60 * 60_000,
);

test(
  '[P1] [P2] [SC14] [SC20] so they do while permissions are granted and withdrawn, and hold nothing that was withdrawn',
  async () => {
    const { failure } = await playCloud('server permissions', seedsToRun({ from: 1, count: 100 }));
    expect(failure).toBe(null);
  },
  60 * 60_000,
);

const planted = [
  {
    what: 'what is withdrawn is taken for what the server lacks',
    run: 'server permissions',
    file: 'src/reconcile/meetKey.ts',
    find: 'options.isWithdrawing ? withdraw : options.isBehindHorizon ? rebaseline : offer',
    put: 'options.isBehindHorizon && !options.isWithdrawing ? rebaseline : offer',
  },
  {
    what: 'events are taken that do not follow on what was seen',
    run: 'server',
    file: 'src/client/Heard.ts',
    find: ' || event.after > reached.seq',
    put: '',
  },
  {
    what: 'the server overwrites what the sender has not seen',
    run: 'server',
    file: 'src/server/push/judge.ts',
    find: 'if (order > 0) return isUnseen(stored, context) ? ',
    put: 'if (order > 0) return false ? ',
  },
];

test.each(planted)(
  '[SI2] a planted defect is found: $what',
  async ({ run, ...defect }) => {
    const { rule } = await playSeeds({ run, from: 1, count: 300, planted: [defect] });
    expect(rule).toMatch(/^(P\d+|SC)$/);
  },
  10 * 60_000,
);
