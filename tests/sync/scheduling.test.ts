import { expect, test } from 'vitest';
import { settle } from '../support/TestEnvironment.ts';
import { failing, failure, healing, intervals, watched, withCloud } from './support.ts';

test('[EN20] one run at a time; what is asked while one is under way leads to another, which all who ask share', async () => {
  const { sync, work } = await withCloud();
  work.holds = true;
  const first = watched(sync.push());
  const later = [watched(sync.push()), watched(sync.push()), watched(sync.pull())];
  work.poke();
  expect(work.asked).toEqual(['push']);
  work.held[0]?.succeed();
  await settle();
  expect([first.state, ...later.map(({ state }) => state)]).toEqual(['resolved', 'pending', 'pending', 'pending']);
  expect(work.asked).toEqual(['push', 'both']);
  // It has read its input: nobody joins it any more.
  const last = watched(sync.push());
  work.held[1]?.succeed();
  await settle();
  expect([...later, last].map(({ state }) => state)).toEqual(['resolved', 'resolved', 'resolved', 'pending']);
  work.held[2]?.succeed();
  await settle();
  expect(last.state).toBe('resolved');
  expect(work.asked).toEqual(['push', 'both', 'push']);
  expect(work.mostAtOnce).toBe(1);
});

test('[EN21] calls of different scopes run one after the other, each with its own answer', async () => {
  const { sync, work } = await withCloud();
  const scope = { collections: ['Task'] };
  work.holds = true;
  const running = watched(sync.pull());
  const scoped = [watched(sync.push(scope)), watched(sync.pull({ collections: ['Task'] }))];
  const other = watched(sync.push({ ids: ['a'] }));
  work.held[0]?.succeed();
  await settle();
  work.held[1]?.fail(failure('too-large'));
  await settle();
  work.held[2]?.succeed();
  await settle();
  expect(work.asked).toEqual(['pull', 'both {"collections":["Task"]}', 'push {"ids":["a"]}']);
  expect([running, ...scoped, other].map(({ state }) => state)).toEqual([
    'resolved',
    'too-large',
    'too-large',
    'resolved',
  ]);
  expect(work.mostAtOnce).toBe(1);
});

test('[EN21] a call takes along what waits for its moment, and a scope does not swallow it', async () => {
  const { sync, work, environment } = await withCloud();
  sync.noteEdit();
  await sync.pull({ ids: ['a'] });
  await settle();
  expect(work.asked).toEqual(['pull {"ids":["a"]}', 'both']);
  sync.noteEdit();
  await sync.pull();
  expect(work.asked.slice(2)).toEqual(['both']);
  await environment.advance(60_000);
  expect(work.requests).toHaveLength(3);
});

test('[EN22] an edit is synced after 10 s without another, and after 60 s at the latest', async () => {
  const { sync, work, environment } = await withCloud();
  sync.noteEdit();
  await environment.advance(9_999);
  expect(work.asked).toEqual([]);
  sync.noteEdit();
  await environment.advance(9_999);
  expect(work.asked).toEqual([]);
  await environment.advance(1);
  expect(work.asked).toEqual(['both']);
  const at: number[] = [];
  for (let ms = 1_000; ms <= 120_000; ms += 1_000) {
    sync.noteEdit();
    await environment.advance(1_000);
    if (work.requests.length > at.length + 1) at.push(ms);
  }
  expect(at).toEqual([60_000, 120_000]);
});

test('[EN22] many edits set one timer, and an edit during a run leads to another run', async () => {
  const { sync, work, environment } = await withCloud();
  const before = environment.timers;
  for (let i = 0; i < 1_000; i++) sync.noteEdit();
  expect(environment.timers).toBe(before + 1);
  work.holds = true;
  await environment.advance(10_000);
  sync.noteEdit();
  await environment.advance(10_000);
  expect(work.asked).toEqual(['both']);
  work.held[0]?.succeed();
  await settle();
  expect(work.asked).toEqual(['both', 'both']);
});

test('[EN22] a clock that stands still or is set back holds no edit up', async () => {
  const { sync, work, environment } = await withCloud();
  sync.noteEdit();
  environment.jump(-86_400_000);
  await environment.advance(10_000);
  expect(work.asked).toEqual(['both']);
  environment.isFrozen = true;
  sync.noteEdit();
  await environment.advance(60_000);
  expect(work.asked).toEqual(['both', 'both']);
});

test('[EN23] without edits it looks every 5 min after the last run, and 0 means never', async () => {
  const { sync, work, environment } = await withCloud();
  await environment.advance(299_999);
  expect(work.asked).toEqual([]);
  await sync.pull();
  await environment.advance(299_999);
  expect(work.asked).toEqual(['pull']);
  await environment.advance(1);
  expect(work.asked).toEqual(['pull', 'both']);
  await environment.advance(300_000);
  expect(work.asked).toEqual(['pull', 'both', 'both']);
  const never = await withCloud({ engine: { intervals: { ...intervals, pullMs: 0 } } });
  expect(never.environment.timers).toBe(0);
  const seldom = await withCloud({ engine: { intervals: { ...intervals, pullMs: 1e12 } } });
  expect(seldom.environment.untilNextTimer).toBe(2 ** 31 - 1);
});

test('[EN24] a poke of the cloud begins a run, only while real time is enabled', async () => {
  const { sync, work } = await withCloud();
  work.poke();
  await settle();
  expect(work.asked).toEqual(['both']);
  sync.disableRealTime();
  expect(work.watchers).toBe(0);
  sync.enableRealTime();
  sync.enableRealTime();
  expect([work.watchers, work.watches]).toEqual([1, 2]);
  work.poke();
  await settle();
  expect(work.asked).toEqual(['both', 'both']);
  await sync.stop();
  expect(work.watchers).toBe(0);
  const deaf = await withCloud({ canWatch: false });
  deaf.sync.enableRealTime();
  expect(deaf.now()).toBe('idle');
});

test('[EN24] pokes during a run lead to one more run', async () => {
  const { work } = await withCloud();
  work.holds = true;
  for (let i = 0; i < 5; i++) work.poke();
  expect(work.asked).toEqual(['both']);
  work.held[0]?.succeed();
  await settle();
  work.held[1]?.succeed();
  await settle();
  expect(work.asked).toEqual(['both', 'both']);
});

test('[EN24] a poke during a quick retry leads to one more run, too', async () => {
  const { work, environment } = await withCloud();
  failing(work);
  work.poke();
  await settle();
  work.holds = true;
  await environment.advance(1_000);
  work.poke();
  expect(work.asked).toEqual(['both', 'both']);
  work.held[0]?.succeed();
  await settle();
  expect(work.asked).toEqual(['both', 'both', 'both']);
});

test('[EN25] offline, nothing is requested and the cloud is not listened to; the online event begins a run', async () => {
  const { sync, work, environment, now } = await withCloud();
  environment.setOnline(false);
  sync.noteEdit();
  await environment.advance(10_000);
  expect(now()).toBe('offline/network');
  expect(work.watchers).toBe(0);
  await environment.advance(3_600_000);
  sync.noteEdit();
  await environment.advance(60_000);
  expect(work.requests).toEqual([]);
  expect(sync.isOnline()).toBe(false);
  environment.setOnline(true);
  await settle();
  expect(work.asked).toEqual(['both']);
  expect([now(), work.watchers, sync.isOnline()]).toEqual(['idle', 1, true]);
});

test('[EN25] a network that is back without a word is found by the next edit or the next look', async () => {
  for (const isEdited of [true, false]) {
    const { sync, work, environment, now } = await withCloud({ options: { retryDelay: 20_000 } });
    failing(work);
    work.poke();
    await settle();
    expect(now()).toBe('error/network');
    let isOnline = false;
    Object.assign(environment, { isOnline: () => isOnline });
    await environment.advance(20_000);
    expect(now()).toBe('offline/network');
    await environment.advance(3_600_000);
    isOnline = true;
    healing(work);
    if (isEdited) sync.noteEdit();
    await environment.advance(isEdited ? 10_000 : 300_000);
    expect(work.asked).toEqual(['both', 'both']);
    expect(now()).toBe('idle');
  }
});

test('[EN26] goOffline has the app decide: nothing is requested until goOnline, which begins a run', async () => {
  const { sync, work, environment, now } = await withCloud();
  sync.noteEdit();
  sync.goOffline();
  expect([now(), work.watchers, sync.isOnline()]).toEqual(['offline', 0, false]);
  sync.noteEdit();
  work.poke();
  environment.setOnline(true);
  await environment.advance(3_600_000);
  expect(work.requests).toEqual([]);
  environment.setOnline(false);
  sync.goOnline();
  await settle();
  expect([now(), work.requests.length]).toEqual(['offline/network', 0]);
  environment.setOnline(true);
  await settle();
  expect([now(), work.asked]).toEqual(['idle', ['both']]);
});

test('[EN27] a call while offline is refused as unavailable and says so; one that waits is refused when its turn comes', async () => {
  const { sync, work } = await withCloud();
  work.holds = true;
  const running = watched(sync.push());
  const waiting = watched(sync.pull());
  sync.goOffline();
  await settle();
  expect(waiting.state).toBe('pending');
  work.held[0]?.succeed();
  await settle();
  expect([running.state, waiting.state]).toEqual(['resolved', 'unavailable']);
  for (const call of [sync.push(), sync.pull(), sync.forceSync(), sync.plan()]) {
    await expect(call).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('offline') });
  }
  expect([work.asked, work.plans]).toEqual([['push'], 0]);
});

test('[EN28] stop resolves when what runs is done, refuses what has not begun, and nothing begins by itself after it', async () => {
  const { sync, work, environment, now } = await withCloud();
  work.holds = true;
  sync.noteEdit();
  const running = watched(sync.pull({ ids: ['a'] }));
  const waiting = watched(sync.push());
  const stopped = watched(sync.stop());
  await settle();
  expect([waiting.state, stopped.state]).toEqual(['unavailable', 'pending']);
  work.held[0]?.fail(failure());
  await settle();
  expect([running.state, stopped.state]).toEqual(['unavailable', 'resolved']);
  expect(now()).toBe('offline/stopped');
  sync.noteEdit();
  work.poke();
  environment.setOnline(true);
  await environment.advance(86_400_000);
  expect(work.requests).toHaveLength(1);
  expect(environment.timers).toBe(0);
  await sync.start();
  expect(work.asked.at(-1)).toBe('both');
});

test('[EN28] a start right after a stop waits for what still runs', async () => {
  const { sync, work } = await withCloud();
  work.holds = true;
  const running = watched(sync.push());
  const stopped = sync.stop();
  await sync.start();
  expect(work.asked).toEqual(['push']);
  work.held[0]?.succeed();
  await settle();
  expect(work.asked).toEqual(['push', 'both']);
  work.held[1]?.succeed();
  await stopped;
  expect(running.state).toBe('resolved');
  expect(work.mostAtOnce).toBe(1);
});

test('[EN29] [P11] quiet when idle: a day without edits is one run each 5 min and nothing else', async () => {
  const { work, environment, shown } = await withCloud();
  await environment.advance(86_400_000);
  expect(work.requests).toHaveLength(288);
  expect(environment.timers).toBe(1);
  expect(new Set(shown)).toEqual(new Set(['idle', 'syncing']));
});
