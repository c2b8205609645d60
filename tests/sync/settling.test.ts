import { DataOrchestrator, MemoryStore, silentLogger } from 'tiersync';
import { expect, test } from 'vitest';
import { TestEnvironment } from '../support/TestEnvironment.ts';

interface Note {
  readonly text: string;
}

/** Counts what is written to it. */
class CountedStore extends MemoryStore {
  writes = 0;

  override storeData(...args: Parameters<MemoryStore['storeData']>): ReturnType<MemoryStore['storeData']> {
    this.writes += 1;
    return super.storeData(...args);
  }
}

async function device(cloud: MemoryStore, seed = 1) {
  const environment = new TestEnvironment({ seed });
  const data = await DataOrchestrator.create({
    prefix: 'app',
    local: new MemoryStore(),
    cloud,
    environment,
    logger: silentLogger,
  });
  return { data, environment, notes: data.repo<Note>('Note') };
}

test('[LK63] a plain persistence as cloud confirms once what was sent is seen there after a while, without a word of the app', async () => {
  const cloud = new CountedStore();
  const { data, environment, notes } = await device(cloud);
  const id = notes.save({ text: 'one' });
  await environment.advance(11_000);
  expect(notes.syncState(id)).toBe('local');
  await environment.advance(10_000);
  expect(notes.syncState(id)).toBe('synced');
  const { writes } = cloud;
  await environment.advance(3_600_000);
  expect(cloud.writes).toBe(writes);
  await data.unload();
});

test('[LK63] flush of a plain persistence as cloud resolves when that is confirmed', async () => {
  const { data, environment, notes } = await device(new MemoryStore());
  const id = notes.save({ text: 'one' });
  let isDone = false;
  const flushed = data.flush('cloud').then(() => {
    isDone = true;
  });
  for (let second = 0; second < 60 && !isDone; second++) await environment.advance(1_000);
  await flushed;
  expect(notes.syncState(id)).toBe('synced');
});

test('[LK63] what was sent to a plain persistence and lost to another device is not looked for any more', async () => {
  const cloud = new MemoryStore();
  const a = await device(cloud, 1);
  const b = await device(cloud, 2);
  await b.environment.advance(1_000);
  a.notes.save({ id: 'global.1', text: 'a' });
  b.notes.save({ id: 'global.1', text: 'b' });
  await a.data.sync.push();
  await b.data.sync.push();
  await a.data.sync.pull();
  expect(await a.notes.get('global.1')).toMatchObject({ text: 'b' });
  await a.environment.advance(20_000);
  // Only the regular look of every five minutes.
  expect(a.environment.untilNextTimer).toBeGreaterThan(60_000);
});
