import stableText from 'fast-json-stable-stringify';
import { EntityKeyFieldStrategy } from 'tiersync';
import { afterAll, describe, expect, test } from 'vitest';
import { PersistenceTier } from '../../src/tiers/PersistenceTier.ts';
import type { Fault } from '../support/Faults.ts';
import { recount, sumsOf } from '../support/recount.ts';
import { settle } from '../support/TestEnvironment.ts';
import { Device, type Task } from './Device.ts';
import { History } from './History.ts';
import { type Medium, media } from './media.ts';
import { type Scenario, scenarios } from './scenarios.ts';

const indexKey = 'app.$metadata';
const figures = { crashes: 0, failures: 0 };

interface Stage {
  readonly medium: Medium;
  readonly history: History;
  readonly device: Device;
}

/** A medium as the scenario finds it, and a device that is not open yet. */
async function prepare(open: () => Medium, scenario: Scenario): Promise<Stage> {
  const medium = open();
  const history = new History();
  const earlier = new Device(medium, history);
  await earlier.open();
  await scenario.before?.(earlier);
  await earlier.unload();
  return { medium, history, device: new Device(medium, history) };
}

async function play({ device }: Stage, scenario: Scenario): Promise<void> {
  await device.open(scenario.entities);
  await scenario.run(device);
}

/** What the tier says of itself once it is opened anew. */
async function openedIndex(medium: Medium, isRotten = false) {
  const tier = await PersistenceTier.open({
    persistence: medium.persistence(),
    keyPrefix: `app${new EntityKeyFieldStrategy('group').separator}`,
    createId: () => 'x',
    onProblem: () => {},
  });
  // That a blob was lost can only show when it is read, where nothing lists the keys.
  if (isRotten) for (const key of Object.keys((await tier.readMetadata()).entityKeys)) await tier.readKey(key);
  return sumsOf(await tier.readMetadata());
}

async function recounted(medium: Medium) {
  const blobs = [...(await medium.blobs())].filter(([key]) => key !== indexKey);
  return recount(blobs);
}

/** Everything that must hold on this medium after whatever happened. Returns what is wrong. */
async function inspect({ medium, history }: Stage, scenario: Scenario, mustBeLast: boolean): Promise<string[]> {
  const wrong: string[] = [];
  const same = (what: string, a: unknown, b: unknown): void => {
    if (stableText(a) !== stableText(b)) wrong.push(`${what}: ${stableText(a)}, not ${stableText(b)}`);
  };
  const expected = await recounted(medium).catch(() => null);
  if (expected !== null) same('P6 index after opening', await openedIndex(medium, scenario.isRotten), expected);

  const next = new Device(medium, new History());
  await next.open();
  const found = new Map<string, Task>();
  for (const past of history.pasts()) {
    const { entityName, id } = past;
    const entity = await next.repo(entityName).get(id);
    if (entity !== null) found.set(`${entityName} ${id}`, entity);
    const allowed = mustBeLast ? [history.last(past)] : history.allowed(past);
    const state = entity?.label ?? null;
    if (!allowed.includes(state))
      wrong.push(`P2/P4 ${entityName} ${id} is ${state}, not of ${JSON.stringify(allowed)}`);
  }
  for (const entityName of history.names()) {
    const ids = (await next.repo(entityName).getAll()).map(({ id }) => id).sort();
    const known = [...found.keys()].filter((place) => place.startsWith(`${entityName} `));
    same(`all of ${entityName}`, ids, known.map((place) => place.slice(entityName.length + 1)).sort());
  }
  const forbidden = scenario.forbidden?.(found) ?? null;
  if (forbidden !== null) wrong.push(`P2 ${forbidden} is nowhere`);

  next.save('Task', 'z.1', 'one more');
  await next.flushFully();
  const index = (await medium.blobs()).get(indexKey) as never as Parameters<typeof sumsOf>[0] & { $: object };
  same('P6 index on the medium', sumsOf(index), await recounted(medium));
  // Nothing but a cloud makes good what rotted: until there is one, the index names it.
  const losses = scenario.isRotten === true && 'lost' in index.$ ? { lost: ['app.a'] } : {};
  same('marks in the index', index.$, { format: 1, ...losses });
  same('pending after a flush', next.repo('Task').syncState('z.1'), 'local');
  return wrong;
}

async function callsOf(open: () => Medium, scenario: Scenario): Promise<number> {
  const stage = await prepare(open, scenario);
  await play(stage, scenario);
  const calls = stage.device.faults.calls.length;
  expect(await inspect(stage, scenario, true)).toEqual([]);
  expect(stage.device.failures).toEqual([]);
  return calls;
}

for (const [name, open] of Object.entries(media)) {
  describe(name, () => {
    test.each(scenarios)(
      '[P2] [P4] [P6] a crash at any call loses nothing that was confirmed: $title',
      async (scenario) => {
        const calls = await callsOf(open, scenario);
        for (let call = 1; call <= calls; call++) {
          for (const fault of ['before', 'after', 'lost'] satisfies Fault[]) {
            const stage = await prepare(open, scenario);
            stage.device.faults.crashAt(call, fault);
            const played = play(stage, scenario);
            await Promise.race([played, stage.device.faults.crashed.then(settle)]);
            expect(stage.device.faults.hasFired).toBe(true);
            figures.crashes += 1;
            const wrong = await inspect(stage, scenario, false);
            expect(
              wrong,
              `crash ${fault} call ${call} of ${calls}: ${JSON.stringify(stage.device.faults.calls[call - 1])}`,
            ).toEqual([]);
          }
        }
      },
    );

    test.each(scenarios)(
      '[P2] [FL12] a call that fails once is retried and nothing is lost: $title',
      async (scenario) => {
        const calls = await callsOf(open, scenario);
        for (let call = 1; call <= calls; call++) {
          for (const fault of ['before', 'after', 'torn'] satisfies Fault[]) {
            const stage = await prepare(open, scenario);
            const { device } = stage;
            device.faults.failAt(call, fault);
            await play(stage, scenario);
            await device.environment.advance(200_000);
            const where = `${fault} call ${call} of ${calls}: ${JSON.stringify(device.faults.calls[call - 1])}`;
            expect(device.failures.length, where).toBeGreaterThan(0);
            expect(device.environment.timers, where).toBe(0);
            figures.failures += 1;
            expect(await inspect(stage, scenario, true), where).toEqual([]);
          }
        }
      },
    );
  });
}

afterAll(() => {
  console.log(
    `crash at every call: ${figures.crashes} crashes, ${figures.failures} failing calls, ${scenarios.length} scenarios`,
  );
});
