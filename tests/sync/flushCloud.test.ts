import { DataOrchestrator, MemoryBucket, MemoryStore } from 'tiersync';
import { expect, test } from 'vitest';
import { settle } from '../support/TestEnvironment.ts';
import { failing, failure, watched, withCloud } from './support.ts';

test('[EN40] it pushes until what was in the outbox at the call is confirmed', async () => {
  const { sync, work, environment } = await withCloud();
  Object.assign(environment, { random: () => 0.5 });
  work.setPending(['a', 'b']);
  // The first push confirms a, and something else is edited meanwhile; a cloud may confirm late.
  const confirmed = [['b', 'c'], ['b', 'c'], ['c']];
  work.answer = () => {
    work.setPending(confirmed.shift() ?? []);
    return {};
  };
  const flushed = watched(sync.flushCloud());
  await settle();
  expect([flushed.state, work.asked]).toEqual(['pending', ['push']]);
  await environment.advance(500);
  expect(work.requests).toHaveLength(2);
  await environment.advance(999);
  expect(work.requests).toHaveLength(2);
  await environment.advance(1);
  expect([flushed.state, work.asked]).toEqual(['resolved', ['push', 'push', 'push']]);
  expect(work.hasPending).toBe(true);
  expect(environment.timers).toBe(1);
});

test('[EN40] however many wait at one time, nobody is warned of a leak', async () => {
  const { sync, work } = await withCloud();
  const warnings: string[] = [];
  const note = ({ name }: Error): void => void warnings.push(name);
  process.on('warning', note);
  work.holds = true;
  work.setPending(['a']);
  const flushed = Array.from({ length: 30 }, () => watched(sync.flushCloud()));
  await settle();
  expect(flushed.map(({ state }) => state)).toEqual(flushed.map(() => 'pending'));
  work.setPending([]);
  work.held[0]?.succeed();
  await settle();
  // Those that came when the first run had read its input share another one.
  work.held[1]?.succeed();
  await settle();
  process.off('warning', note);
  expect(flushed.map(({ state }) => state)).toEqual(flushed.map(() => 'resolved'));
  expect(warnings).toEqual([]);
});

test('[EN40] a run that is under way has read its input already: the flush waits for another', async () => {
  const { sync, work } = await withCloud();
  work.holds = true;
  work.poke();
  work.setPending(['a']);
  const flushed = watched(sync.flushCloud());
  work.held[0]?.succeed();
  await settle();
  expect([flushed.state, work.asked]).toEqual(['pending', ['both', 'push']]);
  work.setPending([]);
  work.held[1]?.succeed();
  await settle();
  expect(flushed.state).toBe('resolved');
});

test('[EN41] with nothing in the outbox, or only what the cloud has rejected, it asks nobody', async () => {
  const { sync, work } = await withCloud();
  sync.goOffline();
  await sync.flushCloud();
  work.setPending(['a'], 'rejected');
  await sync.flushCloud(0);
  expect(work.requests).toEqual([]);
});

test('[EN42] it fails with the failure of the push, or as unavailable when the time is over, and lets go of its timers', async () => {
  const { sync, work, environment } = await withCloud();
  work.setPending(['a']);
  sync.goOffline();
  await expect(sync.flushCloud()).rejects.toMatchObject({ code: 'unavailable' });
  sync.goOnline();
  await settle();
  work.setPending(['a']);
  work.holds = true;
  const { timers } = environment;
  const flushed = watched(sync.flushCloud(5_000));
  await environment.advance(4_999);
  expect(flushed.state).toBe('pending');
  await environment.advance(1);
  expect(flushed.state).toBe('unavailable');
  expect(environment.timers).toBe(timers);
  work.held[0]?.fail(failure('auth-needed'));
  work.holds = false;
  failing(work, 'auth-needed');
  await expect(sync.flushCloud()).rejects.toMatchObject({ code: 'auth-needed' });
});

test('[EN42] somebody who edits the same again after each push does not make it wait for ever', async () => {
  const { sync, work, environment } = await withCloud();
  work.setPending(['a']);
  work.answer = () => ({});
  const flushed = watched(sync.flushCloud());
  await environment.advance(20 * 60_000);
  expect(flushed.state).toBe('unavailable');
  expect(work.asked.filter((what) => what === 'push').length).toBeLessThanOrEqual(20);
});

test('[EN43] it ends when the cloud is taken away or the data is unloaded', async () => {
  for (const [end, code] of [
    ['detach', 'not-loaded'],
    ['destroy', 'closed'],
  ] as const) {
    const { sync, work, environment } = await withCloud();
    work.setPending(['a']);
    work.answer = () => ({});
    const flushed = watched(sync.flushCloud(60_000));
    await settle();
    expect([flushed.state, work.requests.length]).toEqual(['pending', 1]);
    await sync[end]();
    await settle();
    expect(flushed.state).toBe(code);
    expect(environment.timers).toBe(0);
  }
});

test('[EN40] before the first look at a cloud, a flush is of all that is here, also what was saved without one', async () => {
  const bucket = new MemoryBucket();
  const options = { prefix: 'app', intervals: { cloudQuietMs: 3_600_000, pullMs: 3_600_000 } };
  const one = await DataOrchestrator.create({ ...options, local: new MemoryStore() });
  const id = one.repo('Task').save({ title: 'before there was a cloud' });
  await one.flush();
  await one.setCloud(bucket, { autoStart: false });
  await one.flush('cloud');
  const other = await DataOrchestrator.create({ ...options, cloud: bucket, sync: { autoStart: false } });
  await other.sync.pull();
  expect(await other.repo('Task').get(id)).toMatchObject({ title: 'before there was a cloud' });
  await Promise.all([one.unload(), other.unload()]);
});
