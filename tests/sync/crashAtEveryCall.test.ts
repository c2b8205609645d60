import { afterAll, describe, expect, test } from 'vitest';
import { type Fault, Faults } from '../support/Faults.ts';
import { settle } from '../support/TestEnvironment.ts';
import { allAbilities, type DiskAbilities } from '../support/TextDisk.ts';
import { type CrashScenario, crashScenarios, onBucket, type Stage } from './crashScenarios.ts';
import type { Device } from './Fleet.ts';

const figures = { crashes: 0 };

const media: { readonly [name: string]: { readonly abilities: DiskAbilities; readonly faults: readonly Fault[] } } = {
  'blob by blob': { abilities: { listKeys: true }, faults: ['before', 'after', 'lost'] },
  'in one step': { abilities: allAbilities, faults: ['before', 'after'] },
};

async function prepare(scenario: CrashScenario, abilities: DiskAbilities): Promise<Stage> {
  const stage = (scenario.stage ?? onBucket)(abilities, scenario.options ?? {});
  await scenario.before?.(stage);
  return stage;
}

/** A new process on the disk of `a` plays the scenario. */
async function play(scenario: CrashScenario, stage: Stage, faults: Faults): Promise<void> {
  const { a } = stage;
  // Not while the next one is opened: its first calls may be what crashes.
  a.faults = faults;
  await a.open({}, faults);
  await scenario.run(stage);
}

async function rounds(devices: readonly Device[], isSlow: boolean): Promise<void> {
  for (let round = 0; round < (isSlow ? 4 : 2); round++) {
    for (const one of devices) {
      await one.sync();
      if (isSlow) await one.environment.advance(6000);
    }
  }
}

/** The crash is over: what is found, and what is wrong with it. */
async function inspect(scenario: CrashScenario, stage: Stage, mustBeLast: boolean): Promise<string[]> {
  const { a, b, story } = stage;
  const devices = [a, b];
  scenario.reattach?.(stage);
  await a.open();
  await b.open();
  if (scenario.after !== undefined) {
    await a.sync();
    await scenario.after(stage);
  }
  await rounds(devices, scenario.isSlow ?? false);
  const fresh = await stage.fresh().open();
  await fresh.sync();
  const found = await a.all();
  const wrong = story.check(found, devices, mustBeLast);
  for (const [name, one] of Object.entries({ b, fresh })) {
    const other = await one.all();
    if (JSON.stringify(other) !== JSON.stringify(found)) {
      wrong.push(`${name} has ${JSON.stringify(other)}, a has ${JSON.stringify(found)}`);
    }
  }
  for (const [name, one] of Object.entries({ a, b, fresh })) {
    if (one.pending > 0) wrong.push(`${name} has not sent everything`);
    const { stored, counted } = one.index();
    if (JSON.stringify(stored) !== JSON.stringify(counted)) wrong.push(`the index of ${name} is wrong`);
    if (one.problems.length > 0) wrong.push(`${name} tells of ${one.problems}`);
  }
  return wrong;
}

for (const [name, { abilities, faults: kinds }] of Object.entries(media)) {
  describe(name, () => {
    test.each(crashScenarios)('[P1] [P2] [P3] [P4] a crash at any call heals by itself: $title', async (scenario) => {
      const stage = await prepare(scenario, abilities);
      const undisturbed = new Faults();
      await play(scenario, stage, undisturbed);
      const { calls } = undisturbed;
      expect(await inspect(scenario, stage, true)).toEqual([]);
      expect(calls.length).toBeGreaterThan(3);
      for (let call = 1; call <= calls.length; call++) {
        for (const fault of kinds) {
          const again = await prepare(scenario, abilities);
          const faults = new Faults();
          faults.crashAt(call, fault);
          const played = play(scenario, again, faults);
          await Promise.race([played, faults.crashed.then(settle)]);
          const where = `crash ${fault} call ${call} of ${calls.length}: ${JSON.stringify(calls[call - 1])}`;
          expect(faults.hasFired, where).toBe(true);
          faults.crashAt(0, 'before');
          figures.crashes += 1;
          expect(await inspect(scenario, again, false), where).toEqual([]);
        }
      }
    });
  });
}

afterAll(() => {
  console.log(`crash at every call with a cloud: ${figures.crashes} crashes, ${crashScenarios.length} scenarios`);
});
