import { namedStates } from 'tiersync/testing';
import { describe, expect, test } from 'vitest';
import { playSeeds } from '../../scripts/simulation/playSeeds.mjs';
import { onPostgres } from '../support/onPostgres.ts';
import { seedsToRun } from './environment.ts';
import { playCloud } from './playCloud.ts';

/** A server is consistent, has no head and no objects, and takes no conditions; nobody moves. */
const unreachable = [
  'conditional write refused without a rival',
  'head lost to another device',
  'checkpoint raced',
  'large commit',
  'moved to another cloud',
  'stale read',
];

test(
  '[P1] [P2] [P3] [P4] [P8] [P9] [P10] [P11] many devices on one server keep their promises whatever happens to them',
  async () => {
    const { failure } = await playCloud('server', seedsToRun({ from: 1, count: 50 }));
    expect(failure).toBe(null);
  },
  60 * 60_000,
);

test(
  '[P1] [P2] [SC14] [SC20] so they do while permissions are granted and withdrawn, and hold nothing that was withdrawn',
  async () => {
    const seeds = seedsToRun({ from: 1, count: 1000 });
    const { failure, sightings } = await playCloud('server permissions', seeds);
    expect(failure).toBe(null);
    const unseen = namedStates.filter((state) => !sightings.has(state));
    if (seeds.count >= 1000) expect(unseen).toEqual(unreachable);
  },
  60 * 60_000,
);

describe('[SI10] a real database answers as the one in memory does, to the last request', () => {
  const seeds = seedsToRun({ from: 1, count: 50 });
  let inMemory: ReturnType<typeof playSeeds> | undefined;
  const play = async (run: string): Promise<void> => {
    const { failure, digests } = await playCloud(run, seeds);
    expect(failure).toBe(null);
    inMemory ??= playSeeds({ run: 'server permissions', ...seeds });
    expect([...digests].sort(bySeed)).toEqual([...(await inMemory).digests].sort(bySeed));
  };

  test('[SI10] on PGlite', () => play('server on PGlite'), 60 * 60_000);

  onPostgres((cluster) => {
    test(
      '[SI10] on PostgreSQL',
      async () => {
        process.env['SIMULATION_POSTGRES'] = await cluster().database();
        await play('server on PostgreSQL');
      },
      60 * 60_000,
    );
  });
});

const bySeed = ([one]: [number, string], [other]: [number, string]): number => one - other;

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
