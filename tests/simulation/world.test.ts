import { expect, test } from 'vitest';
import { Chance } from '../../src/testing/simulation/Chance.ts';
import { DeviceClock } from '../../src/testing/simulation/DeviceClock.ts';
import { type FaultRates, fateOf, noFaults } from '../../src/testing/simulation/fates.ts';
import { LifeEnvironment } from '../../src/testing/simulation/LifeEnvironment.ts';
import { Lifetime } from '../../src/testing/simulation/Lifetime.ts';
import { Objects } from '../../src/testing/simulation/Objects.ts';
import { Requests } from '../../src/testing/simulation/Requests.ts';
import { Sightings } from '../../src/testing/simulation/Sightings.ts';
import { SimulatedBucket } from '../../src/testing/simulation/SimulatedBucket.ts';
import { Trace } from '../../src/testing/simulation/Trace.ts';
import { Weather } from '../../src/testing/simulation/Weather.ts';
import { World } from '../../src/testing/simulation/World.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function open(rates: Partial<FaultRates> = {}, medium: 'local' | 'cloud' = 'cloud') {
  const world = new World(0);
  const life = new Lifetime(world);
  const objects = new Objects(() => world.time);
  const sightings = new Sightings();
  const weather = new Weather(sightings);
  const chance = new Chance(1);
  const crashes: number[] = [];
  const requests: Requests = new Requests({
    device: 0,
    life,
    trace: new Trace(),
    sightings,
    weather,
    rates: () => ({ ...noFaults, ...rates }),
    chance: () => chance,
    isLocalInstant: false,
    onCrash: () => {
      crashes.push(world.time);
      life.end();
      requests.end();
    },
    onLeave: () => {},
    onOutcome: () => {},
  });
  const bucket = new SimulatedBucket({ objects, requests, medium });
  /** What came of a call within an hour. */
  const outcome = async (call: Promise<unknown>): Promise<string> => {
    let text = 'nothing';
    call.then(
      (result) => (text = result === 'conflict' ? 'conflict' : 'done'),
      (error: Error) => (text = error.message),
    );
    await world.runUntil(world.time + 3_600_000);
    return text;
  };
  return { world, life, objects, requests, bucket, weather, crashes, sightings, outcome };
}

test('[SI7] what happens does so by its time, and in order of arrival at one time', async () => {
  const world = new World(0);
  const seen: string[] = [];
  world.after(20, () => seen.push(`late ${world.time}`));
  world.after(10, () => {
    seen.push(`first ${world.time}`);
    world.after(0, () => seen.push('from the first'));
  });
  world.after(10, () => seen.push('second'));
  world.callOff(world.after(15, () => seen.push('called off')));
  await world.runUntil(30);
  expect(seen).toEqual(['first 10', 'second', 'from the first', 'late 20']);
  expect(world.time).toBe(30);
});

test('[SI7] everything that waits for promises alone has run before the next thing happens', async () => {
  const world = new World(0);
  const seen: number[] = [];
  world.after(10, async () => {
    for (let step = 0; step < 50; step++) await null;
    seen.push(world.time);
  });
  world.after(11, () => seen.push(world.time));
  await world.runUntil(20);
  expect(seen).toEqual([10, 11]);
});

test('[SI7] the clock of a device is wrong as planned, and its timers keep to the time of the world', async () => {
  const world = new World(1_000);
  const clock = new DeviceClock(world, { skewMs: 512, grainMs: 100 });
  const life = new Lifetime(world);
  const { now, setTimer, clearTimer } = new LifeEnvironment({ life, clock, chance: () => new Chance(1) });
  expect(now()).toBe(1_500);
  const fired: number[] = [];
  setTimer(() => fired.push(world.time), 250);
  clearTimer(setTimer(() => fired.push(-1), 100));
  clock.setStuck(true);
  await world.runUntil(1_200);
  expect(now()).toBe(1_500);
  clock.jump(-700);
  expect(now()).toBe(800);
  clock.setStuck(false);
  expect(now()).toBe(1_000);
  await world.runUntil(2_000);
  expect(fired).toEqual([1_250]);
});

test('[SI6] a process that is over hears of nothing, and what it had sent arrives or does not', async () => {
  let arrived = 0;
  for (let run = 0; run < 40; run++) {
    const { bucket, objects, life, requests, world, outcome } = open();
    for (let draw = 0; draw < run; draw++) void bucket.get('x');
    await world.runUntil(1_000);
    const call = bucket.put('a', bytes('1'));
    life.end();
    requests.end();
    expect(await outcome(call)).toBe('nothing');
    expect(await outcome(bucket.put('b', bytes('2')))).toBe('nothing');
    expect(objects.get('b')).toBe(null);
    if (objects.get('a') !== null) arrived += 1;
  }
  expect(arrived).toBeGreaterThan(5);
  expect(arrived).toBeLessThan(35);
});

test('[SI6] a process that sleeps hears everything when it wakes up, and what it had sent has arrived', async () => {
  const { bucket, objects, life, world } = open();
  const heard: string[] = [];
  void bucket.put('a', bytes('1')).then(() => heard.push(`answer ${world.time >= 50_000}`));
  life.after(10_000, () => heard.push(`timer ${world.time}`));
  life.suspend(50_000);
  await world.runUntil(49_999);
  expect(objects.get('a')).not.toBe(null);
  expect(heard).toEqual([]);
  await world.runUntil(60_000);
  expect(heard).toEqual(['answer true', 'timer 50000']);
});

test('[SI9] a request that is refused or runs out of time did nothing, one whose answer is lost did', async () => {
  for (const [rates, answer, isThere] of [
    [{ refused: 1 }, 'refused', false],
    [{ throttled: 1 }, 'slow down', false],
    [{ timeout: 1 }, 'timed out', false],
    [{ lostReply: 1 }, 'timed out, but done', true],
    [{ slow: 1 }, 'done', true],
  ] as const) {
    const { bucket, objects, outcome } = open(rates);
    expect(await outcome(bucket.put('a', bytes('1')))).toBe(answer);
    expect(objects.get('a') !== null).toBe(isThere);
  }
});

test('[SI9] a request that the network repeats is answered as the second one, and a storm answers without a rival', async () => {
  const repeated = open({ duplicated: 1 });
  expect(await repeated.outcome(repeated.bucket.put('a', bytes('1'), { ifAbsent: true }))).toBe('conflict');
  expect(repeated.objects.get('a')).not.toBe(null);
  const storm = open({ storm: 1 });
  expect(await storm.outcome(storm.bucket.put('a', bytes('1'), { ifAbsent: true }))).toBe('conflict');
  expect(storm.objects.get('a')).toBe(null);
  expect(await storm.outcome(storm.bucket.put('a', bytes('1')))).toBe('done');
});

test('[SI9] what is torn is there in part, and only on a local medium', async () => {
  for (const [medium, answer, size] of [
    ['local', 'torn', 2],
    ['cloud', 'done', 4],
  ] as const) {
    const { bucket, objects, outcome } = open({ torn: 1 }, medium);
    expect(await outcome(bucket.put('a', bytes('1234')))).toBe(answer);
    expect(objects.list('a').map((entry) => entry.size)).toEqual([size]);
  }
});

test('[SI9] a device may crash at a request, before or after it has happened', async () => {
  const found = new Set<boolean>();
  for (let run = 0; run < 20; run++) {
    const { bucket, objects, crashes, outcome, requests, world } = open({});
    for (let draw = 0; draw < run; draw++) void bucket.get('x');
    await world.runUntil(1_000);
    requests.doomNext(run % 2 === 0 ? 'crashBefore' : 'crashAfter', 0);
    expect(await outcome(bucket.put('a', bytes('1')))).toBe('nothing');
    expect(crashes.length).toBe(1);
    found.add(objects.get('a') !== null);
  }
  expect(found).toEqual(new Set([true, false]));
});

test('[SI9] weather: no way to the cloud, a cloud that may not be written, a full disk', async () => {
  for (const [kind, medium, putAnswer, getAnswer] of [
    ['cutOff', 'cloud', 'no way to the cloud', 'no way to the cloud'],
    ['readOnly', 'cloud', 'not allowed to write', 'done'],
    ['diskFull', 'local', 'no space', 'done'],
    ['diskFull', 'cloud', 'done', 'done'],
  ] as const) {
    const { bucket, weather, outcome } = open({}, medium);
    weather.set(kind, true);
    expect([await outcome(bucket.put('a', bytes('1'))), await outcome(bucket.get('a'))]).toEqual([
      putAnswer,
      getAnswer,
    ]);
    weather.set(kind, false);
    expect(await outcome(bucket.put('a', bytes('1')))).toBe('done');
  }
});

test('[SI9] switching off one kind of fault changes nothing else that is drawn', () => {
  const traits = { medium: 'cloud', isWrite: true, isConditional: true, canTear: false, canBeStale: false } as const;
  const half = { ...noFaults, refused: 0.5, lostReply: 0.5 };
  const [all, some] = [new Chance(7), new Chance(7)];
  let both = 0;
  for (let draw = 0; draw < 200; draw++) {
    const [one, two] = [fateOf(traits, half, all), fateOf(traits, { ...half, refused: 0 }, some)];
    expect([two.before, two.after]).toEqual([one.before, one.after]);
    if (one.outcome !== 'refused') expect(two.outcome).toBe(one.outcome);
    if (one.outcome === 'lostReply') both += 1;
  }
  expect(both).toBeGreaterThan(20);
});

test('[SI10] while something takes real time the time of the world stands still, and what follows from it comes first', async () => {
  const world = new World(0);
  const seen: string[] = [];
  const machine = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  world.after(10, async () => {
    await world.outside(machine());
    await world.outside(machine().then(() => Promise.reject(new Error('refused')))).catch(() => {});
    seen.push(`done ${world.time}`);
    world.after(0, () => seen.push('from it'));
  });
  world.after(11, () => seen.push('next'));
  await world.runUntil(20);
  expect(seen).toEqual(['done 10', 'from it', 'next']);
});
