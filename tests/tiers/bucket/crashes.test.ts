import { MemoryBucket } from 'tiersync';
import { afterAll, expect, test } from 'vitest';
import { KeySums } from '../../../src/blob/KeySums.ts';
import type { Change } from '../../../src/interfaces/ITier.ts';
import { type Fault, Faults } from '../../support/Faults.ts';
import { FaultyBucket } from '../../support/FaultyBucket.ts';
import { settle } from '../../support/TestEnvironment.ts';
import { everything, gone, type Peer, peerOn, push, task } from './support.ts';

interface Stage {
  readonly device: Peer;
  readonly other: Peer;
  readonly faults: Faults;
}

interface Scenario {
  readonly title: string;
  /** By another device, without faults. */
  readonly before?: (other: Peer) => Promise<unknown>;
  /** By the device that crashes; it has looked. */
  readonly run: (stage: Stage) => Promise<unknown>;
  /** What one commit of the run writes: all of it or nothing may be found. */
  readonly writes?: readonly Change[];
  readonly isProbed?: boolean;
  /** A key of more is kept in pages. */
  readonly pageRecords?: number;
}

const settingsOf = ({ pageRecords = 100 }: Scenario) => ({ ...usual, pageRecords });
const usual = { tailCommits: 3, inlineBytes: 2000, keepMs: 1000, tombstoneRetentionMs: 1000 };
const old = [task('a.1', 1, { title: 'old' }), task('b.1', 1, { title: 'old' })];
const writes = [task('a.1', 50, { title: 'new' }), gone('b.1', 50), task('c.1', 50, { title: 'new' })];
const large = [...writes, task('d.1', 50, { title: 'x'.repeat(3000) })];

const commit = async ({ device }: Stage, changes: readonly Change[]): Promise<unknown> =>
  device.tier.commit(changes, (await device.tier.changesSince(null)).cursor);

const fill = async ({ tier }: Peer): Promise<void> => {
  await push(tier, ...old);
  await push(tier, task('a.2', 2, { title: 'old' }), gone('a.3', 2));
  await push(tier, task('c.2', 3, { title: 'old' }));
};

const once = (faults: Faults, name: string, work: () => Promise<unknown>): void => {
  faults.gate = ({ method, key }) => {
    if (method !== 'put' || !key.startsWith(name)) return undefined;
    faults.gate = null;
    return work().then(() => {});
  };
};

const scenarios: readonly Scenario[] = [
  { title: 'first commit', run: (stage) => commit(stage, writes), writes },
  { title: 'first commit, a large one', run: (stage) => commit(stage, large), writes: large },
  { title: 'first commit of a device that probes', run: (stage) => commit(stage, writes), writes, isProbed: false },
  { title: 'commit', before: fill, run: (stage) => commit(stage, writes), writes },
  { title: 'large commit', before: fill, run: (stage) => commit(stage, large), writes: large },
  {
    title: 'lost race',
    before: fill,
    run: async (stage) => {
      once(stage.faults, 'app/head', () => push(stage.other.tier, task('e.1', 60, { title: 'won' })));
      expect(await commit(stage, writes)).toBe('stale');
      await commit(stage, writes);
    },
    writes,
  },
  {
    title: 'checkpoint',
    before: fill,
    run: ({ device }) => device.tier.maintain(),
  },
  {
    title: 'second checkpoint, with blobs that are replaced and tombstones that are forgotten',
    before: async (other) => {
      await fill(other);
      await other.tier.maintain();
      await other.environment.advance(2000);
      for (let n = 0; n < 3; n++) await push(other.tier, task('a.1', 10 + n, { title: 'old' }));
    },
    run: async ({ device }) => {
      await device.environment.advance(5000);
      await device.tier.maintain();
    },
  },
  {
    title: 'checkpoint racing a commit',
    before: fill,
    run: async ({ device, other, faults }) => {
      once(faults, 'app/head', () => push(other.tier, task('e.1', 60, { title: 'won' })));
      await device.tier.maintain();
    },
  },
  {
    title: 'two checkpoints racing',
    before: fill,
    run: async ({ device, other, faults }) => {
      once(faults, 'app/index/', async () => {
        await other.tier.changesSince(null);
        await other.tier.maintain();
      });
      await device.tier.maintain();
    },
  },
  {
    title: 'collecting garbage',
    before: async (other) => {
      await fill(other);
      await other.tier.maintain();
      for (const name of ['app/data/app.a@1-z', 'app/index/1-z', 'app/changes/2-z']) {
        await other.bucket.put(name, new Uint8Array(1));
      }
    },
    run: ({ device }) => device.tier.collectGarbage(),
  },
  {
    title: 'checkpoint that deals keys into pages',
    before: fill,
    run: ({ device }) => device.tier.maintain(),
    pageRecords: 1,
  },
  {
    title: 'checkpoint that rewrites some pages and removes those of before',
    before: async (other) => {
      await fill(other);
      await other.tier.maintain();
      for (let n = 0; n < 3; n++) await push(other.tier, task('a.1', 10 + n, { title: 'old' }));
      await other.tier.maintain();
      await other.environment.advance(2000);
      for (let n = 0; n < 3; n++) await push(other.tier, task('a.2', 10 + n, { title: 'old' }));
    },
    run: ({ device }) => device.tier.maintain(),
    pageRecords: 1,
  },
];

const figures = { crashes: 0, failures: 0 };

async function stageOf(scenario: Scenario): Promise<Stage & { readonly inner: MemoryBucket }> {
  const { before, isProbed = true } = scenario;
  const settings = settingsOf(scenario);
  const inner = new MemoryBucket();
  const other = peerOn(inner, settings);
  await before?.(other);
  const faults = new Faults();
  const device = peerOn(new FaultyBucket(inner, faults), settings, { isProbed });
  await device.tier.changesSince(null);
  return { device, other, faults, inner };
}

const titlesOf = (changes: readonly Change[], found: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(changes.map(({ id }) => [id, found[id]]));

const wanted = (changes: readonly Change[]): Record<string, unknown> =>
  Object.fromEntries(changes.map(({ id, record }) => [id, record?.value?.['title']]));

/** What must hold whatever happened, and what must go on working. */
async function inspect(
  inner: MemoryBucket,
  scenario: Scenario,
  before: Record<string, unknown>,
  must: 'happened' | 'may have',
): Promise<void> {
  const { writes = [] } = scenario;
  const settings = settingsOf(scenario);
  const { tier, problems } = peerOn(inner, settings);
  const found = await everything(tier);
  const allowed = [wanted(writes), ...(must === 'happened' ? [] : [titlesOf(writes, before)])];
  expect(allowed).toContainEqual(titlesOf(writes, found));
  for (const [id, title] of Object.entries(before)) {
    if (!writes.some((change) => change.id === id)) expect([id, found[id]]).toEqual([id, title]);
  }
  for (let n = 0; n < 4; n++) await push(tier, task('z.1', 100 + n, { title: `goes on ${n}` }));
  await tier.maintain();
  await tier.collectGarbage();
  const fresh = peerOn(inner, settings);
  expect(await everything(fresh.tier)).toEqual({ ...found, 'z.1': 'goes on 3' });
  const { changes } = await fresh.tier.changesSince(null);
  expect(changes).toEqual([]);
  for (const [key, summary] of Object.entries((await fresh.tier.readMetadata()).entityKeys)) {
    expect(summary).toEqual(KeySums.of(await fresh.tier.readKey(key)).summary());
  }
  for (const { seq } of await fresh.tier.history()) await fresh.tier.readAt(seq);
  expect([...problems, ...fresh.problems]).toEqual([]);
}

async function requestsOf(scenario: Scenario): Promise<number> {
  const stage = await stageOf(scenario);
  const before = await everything(peerOn(stage.inner).tier);
  const looked = stage.faults.calls.length;
  await scenario.run(stage);
  const count = stage.faults.calls.length - looked;
  await inspect(stage.inner, scenario, before, 'happened');
  return count;
}

test.each(scenarios)('[SB26] a device that ends at any request leaves nothing by halves: $title', async (scenario) => {
  const count = await requestsOf(scenario);
  expect(count).toBeGreaterThan(1);
  for (let request = 1; request <= count; request++) {
    for (const fault of ['before', 'after', 'torn', 'lost'] satisfies Fault[]) {
      const stage = await stageOf(scenario);
      const before = await everything(peerOn(stage.inner).tier);
      stage.faults.crashAt(request, fault);
      const played = scenario.run(stage).catch(() => {});
      await Promise.race([played, stage.faults.crashed.then(settle)]);
      expect(stage.faults.hasFired).toBe(true);
      figures.crashes += 1;
      await inspect(stage.inner, scenario, before, 'may have');
    }
  }
});

test.each(scenarios)('[SB26] a request that fails once can be asked for again: $title', async (scenario) => {
  const count = await requestsOf(scenario);
  for (let request = 1; request <= count; request++) {
    for (const fault of ['before', 'after'] satisfies Fault[]) {
      const stage = await stageOf(scenario);
      const before = await everything(peerOn(stage.inner).tier);
      stage.faults.failAt(request, fault);
      const outcome = await scenario.run(stage).then(
        () => 'done',
        (error: unknown) => Object(error).code ?? error,
      );
      expect(['done', 'unavailable']).toContain(outcome);
      figures.failures += 1;
      stage.faults.gate = null;
      if (outcome !== 'done' && scenario.writes !== undefined) await stage.device.tier.apply(scenario.writes);
      if (scenario.writes === undefined) await stage.device.tier.maintain();
      await inspect(stage.inner, scenario, before, scenario.writes === undefined ? 'may have' : 'happened');
    }
  }
});

afterAll(() => console.log(`bucket tier: ${figures.crashes} crashes, ${figures.failures} failing requests`));
