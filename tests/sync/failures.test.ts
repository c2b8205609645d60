import type { TierSyncErrorCode } from 'tiersync';
import { expect, test } from 'vitest';
import { settle } from '../support/TestEnvironment.ts';
import { failing, failure, healing, intervals, watched, withCloud } from './support.ts';

/** No look at the cloud by itself, so that the only timer is the one that a test is about. */
const noPull = { intervals: { ...intervals, pullMs: 0 } };

test('[EN30] a failure is tried again after a random part of a wait that doubles from 1 s to 60 s', async () => {
  const { sync, work, environment } = await withCloud({ engine: noPull, options: { maxRetryAttempts: 12 } });
  const pauses: number[] = [];
  const randoms: number[] = [];
  const { random } = environment;
  Object.assign(environment, { random: () => randoms[randoms.push(random()) - 1] });
  failing(work);
  sync.noteEdit();
  await environment.advance(10_000);
  while (environment.timers > 0) {
    const pause = environment.untilNextTimer ?? 0;
    pauses.push(pause);
    await environment.advance(pause);
  }
  const ceilings = Array.from({ length: 11 }, (_, i) => Math.min(60_000, 1_000 * 2 ** i));
  expect(pauses).toHaveLength(11);
  for (const [i, ceiling] of ceilings.entries()) expect(pauses[i]).toBeCloseTo(ceiling * randoms[i]!, 6);
  expect(work.requests).toHaveLength(12);
});

test('[EN30] after a success the next failure waits shortly again, and retryDelay is the first wait', async () => {
  const { sync, work, environment } = await withCloud({ engine: noPull, options: { retryDelay: 40 } });
  Object.assign(environment, { random: () => 0.5 });
  failing(work);
  await expect(sync.push()).rejects.toMatchObject({ code: 'unavailable' });
  expect(environment.untilNextTimer).toBe(20);
  await environment.advance(20);
  expect(environment.untilNextTimer).toBe(40);
  healing(work);
  await environment.advance(40);
  expect(environment.timers).toBe(0);
  failing(work);
  await expect(sync.push()).rejects.toMatchObject({ code: 'unavailable' });
  expect(environment.untilNextTimer).toBe(20);
});

test('[EN31] what the cloud asked to wait is waited at least, whatever else happens', async () => {
  const { sync, work, environment } = await withCloud();
  failing(work, 'unavailable', 120_000);
  work.poke();
  await settle();
  expect(work.requests).toHaveLength(1);
  sync.noteEdit();
  work.poke();
  await environment.advance(119_999);
  work.poke();
  await settle();
  expect(work.requests).toHaveLength(1);
  healing(work);
  await environment.advance(1_001);
  expect(work.asked).toEqual(['both', 'both']);
});

test('[EN31] an edit made while the run failed does not shorten the wait', async () => {
  const { sync, work, environment } = await withCloud();
  work.holds = true;
  work.poke();
  sync.noteEdit();
  work.held[0]?.fail(failure('unavailable', 120_000));
  await settle();
  await environment.advance(119_999);
  expect(work.requests).toHaveLength(1);
  await environment.advance(1_001);
  expect(work.requests).toHaveLength(2);
});

test('[EN31] a wait longer than timers know is cut to what they know', async () => {
  const { work, environment } = await withCloud({ engine: noPull });
  failing(work, 'unavailable', 1e12);
  work.poke();
  await settle();
  expect(environment.untilNextTimer).toBe(2 ** 31 - 1);
});

test('[EN32] from the first failure on the status is error with the reason, and the next try has its time', async () => {
  const { sync, work, environment, now, shown } = await withCloud({ engine: noPull });
  const tries: (Date | null)[] = [];
  sync.stats$.subscribe(({ nextTryAt }) => tries.push(nextTryAt));
  failing(work);
  work.poke();
  for (let attempt = 1; attempt < 5; attempt++) {
    await settle();
    expect(work.requests).toHaveLength(attempt);
    expect(now()).toBe('error/network');
    expect(tries.at(-1)).toEqual(new Date(environment.now() + environment.untilNextTimer!));
    await environment.advance(environment.untilNextTimer!);
  }
  expect(work.requests).toHaveLength(5);
  expect([now(), tries.at(-1), environment.timers]).toEqual(['error/network', null, 0]);
  expect(shown).toEqual(['idle', 'syncing', 'error']);
});

test('[EN32] to try again is not to get on: it is syncing as soon as the cloud has answered', async () => {
  const { work, environment, now, shown } = await withCloud({ engine: noPull });
  failing(work);
  work.poke();
  await settle();
  work.holds = true;
  await environment.advance(environment.untilNextTimer!);
  const [retry] = work.held;
  retry?.request.onProgress({ phase: 'looking', done: 0, total: 0 });
  expect(now()).toBe('error/network');
  retry?.request.onProgress({ phase: 'pulling', done: 1, total: 2 });
  expect(now()).toBe('syncing');
  retry?.succeed();
  await settle();
  expect(shown).toEqual(['idle', 'syncing', 'error', 'syncing', 'idle']);
});

test('[EN46] a failure is warned of once, until it is over or another one', async () => {
  const { work, environment, warnings } = await withCloud({ engine: noPull });
  failing(work);
  work.poke();
  await settle();
  for (let attempt = 1; attempt < 5; attempt++) await environment.advance(environment.untilNextTimer!);
  work.poke();
  await settle();
  expect(work.requests).toHaveLength(6);
  expect(warnings).toEqual(['SyncRunner: the cloud says unavailable']);
  failing(work, 'auth-needed');
  await environment.advance(environment.untilNextTimer!);
  expect(warnings.slice(1)).toEqual(['SyncRunner: the cloud says auth-needed']);
  healing(work);
  work.poke();
  await settle();
  failing(work, 'auth-needed');
  work.poke();
  await settle();
  expect(warnings.slice(2)).toEqual(['SyncRunner: the cloud says auth-needed']);
});

test('[EN33] after that the next edit, online event, poke or look starts afresh, with quick retries again', async () => {
  for (const again of ['edit', 'online', 'poke', 'look', 'start'] as const) {
    const { sync, work, environment, now } = await withCloud({ options: { maxRetryAttempts: 2 } });
    failing(work);
    work.poke();
    await environment.advance(1_000);
    expect([now(), work.requests.length]).toEqual(['error/network', 2]);
    if (again === 'edit') sync.noteEdit();
    if (again === 'online') environment.setOnline(true);
    if (again === 'poke') work.poke();
    if (again === 'start') await sync.start();
    if (again === 'edit') await environment.advance(10_000);
    if (again === 'look') await environment.advance(environment.untilNextTimer ?? 0);
    await settle();
    await environment.advance(1_000);
    expect([again, work.requests.length, now()]).toEqual([again, 4, 'error/network']);
    healing(work);
    work.poke();
    await settle();
    expect(now()).toBe('idle');
  }
});

test('[EN33] the online event does not wait for a retry, and counts failures anew', async () => {
  const { work, environment, now } = await withCloud({ engine: noPull, options: { maxRetryAttempts: 2 } });
  failing(work, 'unavailable', 3_600_000);
  work.poke();
  await settle();
  environment.setOnline(true);
  await settle();
  expect([work.requests.length, now()]).toEqual([2, 'error/network']);
});

test('[EN34] with autoRetry false there are no quick retries at all', async () => {
  const { work, environment, now } = await withCloud({ options: { autoRetry: false } });
  failing(work);
  work.poke();
  await environment.advance(299_999);
  expect([work.requests.length, now()]).toEqual([1, 'error/network']);
  await environment.advance(1);
  expect(work.requests).toHaveLength(2);
});

test('[EN35] what does not heal by itself is not retried quickly, but by the next edit, poke, look or online event', async () => {
  for (const [code, reason] of [
    ['auth-needed', 'auth'],
    ['upgrade-needed', 'upgrade-needed'],
    ['cloud-unreadable', 'cloud-unreadable'],
    ['unsuitable-store', 'unsuitable-store'],
  ] as const) {
    const { sync, work, environment, now } = await withCloud();
    failing(work, code, 5);
    work.poke();
    await environment.advance(299_999);
    expect([work.requests.length, now()]).toEqual([1, `error/${reason}`]);
    await environment.advance(1);
    work.poke();
    await settle();
    environment.setOnline(true);
    await settle();
    sync.noteEdit();
    await environment.advance(10_000);
    expect([work.requests.length, now()]).toEqual([5, `error/${reason}`]);
  }
});

test('[EN36] each failure has its reason; what has none says it in lastError', async () => {
  const reasons: [TierSyncErrorCode, string][] = [
    ['quota-exceeded', 'error/quota'],
    ['unavailable', 'error/network'],
    ['corrupt', 'error'],
    ['locked', 'error'],
  ];
  for (const [code, expected] of reasons) {
    const { sync, work, now } = await withCloud({ options: { maxRetryAttempts: 0 } });
    let lastError: unknown;
    sync.stats$.subscribe((stats) => (lastError = stats.lastError));
    failing(work, code);
    await expect(sync.pull()).rejects.toMatchObject({ code });
    expect(now()).toBe(expected);
    expect(lastError).toMatchObject({ code });
    healing(work);
    await sync.pull();
    expect(now()).toBe('idle');
    expect(lastError).toMatchObject({ code });
  }
});

test('[EN36] what a cloud throws that is no error of ours is unavailable, with what it was as its cause', async () => {
  const { sync, work, now } = await withCloud({ options: { autoRetry: false } });
  const cause = new Error('socket hang up');
  work.answer = () => {
    throw cause;
  };
  await expect(sync.push()).rejects.toMatchObject({
    code: 'unavailable',
    cause,
    message: 'sync failed: socket hang up',
  });
  expect(now()).toBe('error/network');
});

test('[EN37] a sync that needs a yes pauses: nothing runs by itself until forceSync, or an explicit start', async () => {
  for (const yes of ['forceSync', 'force one', 'start'] as const) {
    const { sync, work, environment, now } = await withCloud();
    failing(work, 'confirm-needed');
    work.poke();
    await settle();
    expect(now()).toBe('error/paused');
    sync.noteEdit();
    work.poke();
    environment.setOnline(true);
    await environment.advance(3_600_000);
    expect(work.requests).toHaveLength(1);
    // A push of one thing is no answer to the question.
    healing(work);
    await sync.push({ ids: ['a'] });
    expect(now()).toBe('error/paused');
    await (yes === 'force one' ? sync.forceSync({ ids: ['a'] }) : sync[yes]());
    await settle();
    expect(now()).toBe('idle');
    const asked = { start: 'both', forceSync: 'force both', 'force one': 'force both {"ids":["a"]}' };
    expect(work.asked[2]).toBe(asked[yes]);
    work.poke();
    await settle();
    expect(work.asked[3]).toBe('both');
  }
});

test('[EN37] going offline and back does not answer the question', async () => {
  const { sync, work, now } = await withCloud();
  failing(work, 'confirm-needed');
  work.poke();
  await settle();
  sync.goOffline();
  sync.goOnline();
  await settle();
  expect([now(), work.requests.length]).toEqual(['error/paused', 1]);
});

test('[EN38] a cloud that cannot promise everything is idle with the reason degraded', async () => {
  const { sync, work, now, shown } = await withCloud();
  work.answer = () => ({ isDegraded: true });
  await sync.pull();
  expect(now()).toBe('idle/degraded');
  work.holds = true;
  const pulled = sync.pull();
  expect(now()).toBe('syncing/degraded');
  work.held[0]?.succeed();
  await pulled;
  expect(now()).toBe('idle');
  expect(shown).toEqual(['idle', 'syncing', 'idle', 'syncing', 'idle']);
});

test('[EN39] who is told that a call failed finds the status that follows from it; it is tried again in the background', async () => {
  const { sync, work, environment, now, logged } = await withCloud();
  failing(work);
  logged.length = 0;
  const seen = await sync.push({ ids: ['a'] }).catch(() => now());
  expect(seen).toBe('error/network');
  healing(work);
  await environment.advance(1_000);
  expect(work.asked).toEqual(['push {"ids":["a"]}', 'both']);
  expect(now()).toBe('idle');
  expect(logged).toEqual(['SyncRunner: the cloud says unavailable']);
});

test('[EN39] without a network a failure is none of the cloud, and nothing is retried', async () => {
  const { sync, work, environment, now } = await withCloud({ engine: noPull });
  work.holds = true;
  const pushed = watched(sync.push());
  environment.setOnline(false);
  work.held[0]?.fail(failure());
  await settle();
  expect([pushed.state, now(), environment.timers]).toEqual(['unavailable', 'offline/network', 0]);
  work.setPending(['a']);
  expect(sync.queue.getAll()[0]?.attempts).toBe(0);
});
