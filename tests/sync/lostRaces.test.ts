import { DataOrchestrator, MemoryBucket, silentLogger } from 'tiersync';
import { expect, test } from 'vitest';
import { TestEnvironment } from '../support/TestEnvironment.ts';

interface Note {
  readonly text: string;
}

/** Others are faster, so many times. */
class ContestedBucket extends MemoryBucket {
  races: (() => Promise<unknown>)[] = [];

  override async put(...[name, ...rest]: Parameters<MemoryBucket['put']>): ReturnType<MemoryBucket['put']> {
    const [race, ...others] = name.endsWith('/head') ? this.races : [];
    // Of the faster ones themselves nobody is faster.
    if (race !== undefined) this.races = [];
    await race?.();
    if (race !== undefined) this.races = others;
    return super.put(name, ...rest);
  }
}

/** What a device waits that loses five races in a row, where a try takes so long. */
async function pausesOf(tryMs: number): Promise<number[]> {
  const cloud = new ContestedBucket();
  const environment = new TestEnvironment();
  const pauses: number[] = [];
  const { setTimer } = environment;
  Object.assign(environment, {
    random: () => 0.5,
    setTimer: (work: () => void, ms: number) => {
      pauses.push(ms);
      return setTimer(work, ms);
    },
  });
  const options = { prefix: 'app', cloud, logger: silentLogger, sync: { autoStart: false } };
  const one = await DataOrchestrator.create({ ...options, environment });
  const another = await DataOrchestrator.create({ ...options, environment: new TestEnvironment({ seed: 2 }) });
  const notes = another.repo<Note>('Note');
  notes.save({ text: 'before' });
  await another.flush('cloud');
  one.repo<Note>('Note').save({ text: 'one' });
  await one.flush();
  cloud.races = Array.from({ length: 5 }, () => async () => {
    environment.jump(tryMs);
    notes.save({ text: 'faster' });
    await another.sync.push();
  });
  pauses.length = 0;
  let isDone = false;
  const pushed = one.sync.push().then(() => {
    isDone = true;
  });
  while (!isDone) await environment.advance(100);
  await pushed;
  return pauses;
}

test('[LK64] after a lost race a device waits longer each time, and in proportion to what a try takes', async () => {
  expect(await pausesOf(0)).toEqual([25, 50, 100, 200, 400]);
  expect(await pausesOf(300)).toEqual([300, 600, 1200, 2000, 2000]);
});
