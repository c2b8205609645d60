import { Observable, Subject } from 'rxjs';
import { TierSyncError } from 'tiersync';
import { expect, test } from 'vitest';
import type { SyncReason, SyncStatus } from '../../src/interfaces/SyncTypes.ts';
import { settle } from '../support/TestEnvironment.ts';
import { FakeWork } from './FakeWork.ts';
import { failing, failure, makeEngine, watched, withCloud } from './support.ts';

test('[EN1] without a cloud the status is offline, the reason no-cloud, and what needs one is refused with what to do', async () => {
  const { sync, now, environment } = makeEngine();
  expect(now()).toBe('offline/no-cloud');
  for (const call of [
    sync.push(),
    sync.pull(),
    sync.forceSync(),
    sync.plan(),
    sync.flushCloud(),
    sync.queue.process(),
  ]) {
    const error = await call.then(
      () => null,
      (reason: unknown) => reason as TierSyncError,
    );
    expect(error).toBeInstanceOf(TierSyncError);
    expect(error?.code).toBe('not-loaded');
    expect(error?.message).toContain('setCloud(');
  }
  sync.noteEdit();
  await sync.stop();
  expect(environment.timers).toBe(0);
});

test('[EN2] a cloud is attached and detached while the app runs, and what the app has said holds for the next one', async () => {
  const { sync, attach, now, environment, onlineListeners } = makeEngine();
  await sync.start();
  sync.disableRealTime();
  expect(now()).toBe('offline/no-cloud');
  const first = new FakeWork();
  attach(first);
  await settle();
  expect(first.asked).toEqual(['both']);
  expect(first.watches).toBe(0);
  expect(now()).toBe('idle');
  sync.noteEdit();
  await sync.detach();
  expect(first.isClosed).toBe(true);
  expect([first.listeners, environment.timers, onlineListeners()]).toEqual([0, 0, 0]);
  expect(now()).toBe('offline/no-cloud');
  sync.goOffline();
  const second = new FakeWork();
  attach(second);
  await settle();
  expect(second.asked).toEqual([]);
  expect(now()).toBe('offline');
  sync.goOnline();
  await settle();
  expect(second.asked).toEqual(['both']);
  expect(second.watches).toBe(0);
  sync.enableRealTime();
  expect(second.watchers).toBe(1);
});

test('[EN2] detaching lets the cloud go at once, refuses what has not begun, and waits for what runs', async () => {
  const { sync, work } = await withCloud();
  work.holds = true;
  const running = watched(sync.push());
  const queued = watched(sync.pull());
  const detached = watched(sync.detach());
  await settle();
  expect([running.state, queued.state, detached.state]).toEqual(['pending', 'not-loaded', 'pending']);
  expect(work.isClosed).toBe(true);
  work.held[0]?.succeed();
  await settle();
  expect([running.state, detached.state]).toEqual(['resolved', 'resolved']);
  expect(work.isClosed).toBe(true);
  expect(work.asked).toEqual(['push']);
});

test('[EN2] a run that was left behind because its cloud was taken away is no failure in the log', async () => {
  const { sync, work, logged } = await withCloud();
  work.holds = true;
  const running = watched(sync.push());
  const detached = watched(sync.detach());
  await settle();
  work.held[0]?.fail(new TierSyncError('closed', 'this cloud was detached'));
  await settle();
  expect([running.state, detached.state]).toEqual(['closed', 'resolved']);
  expect(logged).toEqual([]);
});

test('[EN3] an attached cloud waits for start, and calls work without it', async () => {
  const { sync, work, now, environment } = await withCloud({ isStarted: false });
  expect(now()).toBe('offline/stopped');
  sync.noteEdit();
  expect(environment.timers).toBe(0);
  work.poke();
  environment.setOnline(true);
  await environment.advance(86_400_000);
  expect(work.requests).toEqual([]);
  expect([environment.timers, work.watchers]).toEqual([0, 0]);
  work.holds = true;
  const pushed = sync.push();
  expect(now()).toBe('syncing');
  work.held[0]?.succeed();
  await pushed;
  expect(now()).toBe('offline/stopped');
  failing(work);
  work.holds = false;
  await expect(sync.push()).rejects.toMatchObject({ code: 'unavailable' });
  expect(environment.timers).toBe(0);
});

test('[EN4] start syncs everything at once, does not wait for it, and says nothing of being idle before', async () => {
  const { sync, attach, shown, environment } = makeEngine();
  const work = new FakeWork();
  work.holds = true;
  attach(work);
  await sync.start();
  expect(work.asked).toEqual(['both']);
  expect(shown).toEqual(['offline', 'syncing']);
  work.held[0]?.succeed();
  await environment.advance(0);
  expect(shown).toEqual(['offline', 'syncing', 'idle']);
  await sync.start();
  expect(work.requests).toHaveLength(1);
});

test('[EN5] streams begin with the current value and never emit two equal ones in a row', async () => {
  const { sync, work } = await withCloud();
  const names = [
    'status$',
    'reason$',
    'stats$',
    'progress$',
    'pending$',
    'conflicts$',
    'rejected$',
    'clockSkew$',
  ] as const;
  const seen = Object.fromEntries(names.map((name) => [name, [] as unknown[]]));
  for (const name of names) (sync[name] as Observable<unknown>).subscribe((value) => seen[name]?.push(value));
  for (const name of names) expect(seen[name]).toHaveLength(1);
  // Everything is made anew, and nothing is different.
  work.setLists({ pending: [], conflicts: [], rejected: [] });
  work.changed();
  sync.enableRealTime();
  sync.goOnline();
  await settle();
  for (const name of ['reason$', 'progress$', 'pending$', 'conflicts$', 'rejected$', 'clockSkew$']) {
    expect(seen[name]).toHaveLength(1);
  }
  expect(seen['status$']).toEqual(['idle', 'syncing', 'idle']);
  work.setPending(['a']);
  work.setPending(['a']);
  expect(seen['pending$']).toEqual([[], [{ entityName: 'Task', id: 'a', type: 'update', state: 'waiting' }]]);
});

test('[EN5] no stream can be written to from outside', async () => {
  const { sync } = makeEngine();
  const streams = Object.values(sync).filter((value) => value instanceof Observable);
  expect(streams).toHaveLength(8);
  for (const stream of streams) {
    expect(stream).not.toBeInstanceOf(Subject);
    expect(stream).not.toHaveProperty('next');
  }
});

test('[EN5] what a subscriber causes is shown after what caused it, to everybody', async () => {
  const { sync, work } = await withCloud();
  const [first, second]: [SyncStatus[], SyncStatus[]] = [[], []];
  const reasons: (SyncReason | null)[] = [];
  sync.status$.subscribe((status) => {
    first.push(status);
    if (status === 'syncing') sync.goOffline();
  });
  sync.status$.subscribe((status) => second.push(status));
  sync.reason$.subscribe((reason) => reasons.push(reason));
  work.holds = true;
  const pushed = watched(sync.push());
  expect(first).toEqual(['idle', 'syncing', 'offline']);
  expect(second).toEqual(first);
  work.held[0]?.succeed();
  await settle();
  expect(pushed.state).toBe('resolved');
  expect(second.at(-1)).toBe('offline');
  expect(reasons).toEqual([null]);
});

test('[EN6] getStatus and getStats are the streams of the same name', () => {
  const { sync } = makeEngine();
  expect(sync.getStatus()).toBe(sync.status$);
  expect(sync.getStats()).toBe(sync.stats$);
});

test('[EN7] after destroy all streams have ended, calls are refused as closed, and nothing is left behind', async () => {
  const { sync, work, environment } = await withCloud();
  const ended: string[] = [];
  sync.status$.subscribe({ complete: () => ended.push('status') });
  sync.pending$.subscribe({ complete: () => ended.push('pending') });
  work.holds = true;
  const running = watched(sync.push());
  const queued = watched(sync.push());
  const ready = watched(sync.ready());
  const destroyed = watched(sync.destroy());
  expect(ended).toEqual(['status', 'pending']);
  await settle();
  expect([running.state, queued.state, ready.state, destroyed.state]).toEqual([
    'pending',
    'closed',
    'closed',
    'pending',
  ]);
  work.held[0]?.succeed();
  await settle();
  expect([running.state, destroyed.state, work.isClosed]).toEqual(['resolved', 'resolved', true]);
  expect([environment.timers, work.listeners, work.watchers]).toEqual([0, 0, 0]);
  sync.noteEdit();
  environment.setOnline(true);
  const methods = ['start', 'stop', 'push', 'pull', 'forceSync', 'plan', 'ready', 'flushCloud'] as const;
  for (const method of methods) await expect(sync[method]()).rejects.toMatchObject({ code: 'closed' });
  for (const method of ['goOffline', 'goOnline', 'enableRealTime', 'disableRealTime'] as const) {
    expect(() => sync[method]()).toThrow(TierSyncError);
  }
  expect(sync.isOnline()).toBe(false);
  await sync.destroy();
  await environment.advance(86_400_000);
  expect(work.asked).toEqual(['push']);
});

test('[EN8] ready resolves when the first full pull is done, and waits for a cloud too', async () => {
  const { sync, attach, environment } = makeEngine();
  const ready = watched(sync.ready());
  const work = new FakeWork();
  attach(work);
  await sync.start();
  await environment.advance(0);
  expect(ready.state).toBe('pending');
  work.setReady();
  await settle();
  expect(ready.state).toBe('resolved');
  await sync.ready();
});

test('[EN9] the queue shows what waits in the order of the outbox, with the entities of this device', async () => {
  const entity = { id: 'a', createdAt: new Date(0), updatedAt: new Date(0), version: 1, title: 'here' };
  const entityOf = (name: string, id: string) => (name === 'Task' && id === 'a' ? entity : null);
  const { sync, work, environment } = await withCloud({ entityOf });
  work.setLists({
    pending: [
      { entityName: 'Task', id: 'b', type: 'delete', state: 'waiting' },
      { entityName: 'Task', id: 'a', type: 'create', state: 'rejected' },
    ],
  });
  expect(sync.queue.size).toBe(2);
  failing(work);
  await expect(sync.queue.process()).rejects.toMatchObject({ code: 'unavailable' });
  expect(sync.queue.getAll()).toEqual([
    { entityName: 'Task', id: 'b', type: 'delete', state: 'waiting', entity: null, attempts: 1 },
    { entityName: 'Task', id: 'a', type: 'create', state: 'rejected', entity, attempts: 1 },
  ]);
  work.answer = () => ({});
  await sync.queue.process();
  expect(work.asked).toEqual(['push', 'both']);
  expect(sync.queue.getAll()[0]?.attempts).toBe(0);
  expect(environment.timers).toBe(1);
});

test('[EN10] push, pull and forceSync ask for just that, of the entities they name', async () => {
  const { sync, work } = await withCloud();
  await sync.push();
  await sync.pull({ collections: ['Task'] });
  await sync.forceSync({ ids: ['a'] });
  expect(work.asked).toEqual(['push', 'pull {"collections":["Task"]}', 'force both {"ids":["a"]}']);
  await expect(sync.plan({ ids: ['a'] })).rejects.toThrow('the plan of the cloud');
});

test('[EN10] something else than a scope is misuse that says what to write', async () => {
  const { sync, work } = await withCloud();
  for (const wrong of [
    'Task',
    ['Task'],
    null,
    { names: ['Task'] },
    { collections: 'Task' },
    { ids: [1] },
    new Event('click'),
  ]) {
    for (const method of ['push', 'pull', 'forceSync', 'plan'] as const) {
      const error = await sync[method](wrong as never).then(
        () => null,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(TypeError);
      expect((error as TypeError).message).toContain("{ collections: ['Task']");
    }
  }
  expect(work.requests).toEqual([]);
});

test('[EN11] the direction limits what is asked for, and a call against it is misuse', async () => {
  for (const [direction, against] of [
    ['push', 'pull'],
    ['pull', 'push'],
  ] as const) {
    const { sync, work, environment } = await withCloud({ options: { direction } });
    await sync.forceSync();
    await sync[direction]();
    await expect(sync[against]()).rejects.toThrow(TypeError);
    await expect(sync[against]()).rejects.toThrow(`direction: '${direction}'`);
    await environment.advance(300_000);
    expect(work.asked).toEqual([`force ${direction}`, direction, direction]);
    sync.noteEdit();
    await environment.advance(10_000);
    expect(work.requests).toHaveLength(direction === 'push' ? 4 : 3);
  }
});

test('[EN12] while it runs progress is shown, and null before and after', async () => {
  const { sync, work } = await withCloud();
  const seen: unknown[] = [];
  sync.progress$.subscribe((progress) => seen.push(progress));
  work.holds = true;
  const pulled = sync.pull();
  const { request } = work.held[0]!;
  const steps = [0, 1, 1, 2].map((done) => ({ phase: 'pulling', done, total: 2 }) as const);
  for (const step of steps) request.onProgress({ ...step });
  work.held[0]?.succeed();
  await pulled;
  request.onProgress({ phase: 'pushing', done: 0, total: 1 });
  expect(seen).toEqual([null, steps[0], steps[1], steps[3], null]);
  const pushed = watched(sync.push());
  work.held[1]?.request.onProgress({ phase: 'pushing', done: 0, total: 1 });
  work.held[1]?.fail(failure());
  await settle();
  expect(pushed.state).toBe('unavailable');
  expect(seen.at(-1)).toBe(null);
});

test('[EN13] the statistics add up all runs, and are frozen', async () => {
  const { sync, work, environment } = await withCloud();
  const start = environment.now();
  let stats: unknown;
  sync.stats$.subscribe((next) => (stats = next));
  work.holds = true;
  for (const [i, ms] of [30, 20].entries()) {
    const pulled = sync.pull();
    await environment.advance(ms);
    work.held[i]?.succeed({ pushed: 1, pulled: 2, conflicts: 3, requests: 4, bytesSent: 5, bytesReceived: 6 });
    await pulled;
  }
  const once = { pushCount: 2, pullCount: 4, conflictCount: 6, requests: 9, bytesSent: 10, bytesReceived: 12 };
  expect(stats).toEqual({
    ...once,
    lastSyncAt: new Date(start + 50),
    lastError: null,
    nextTryAt: null,
    lastDurationMs: 20,
  });
  const pulled = watched(sync.pull());
  environment.jump(-3_600_000);
  const error = failure();
  work.held[2]?.fail(error);
  await settle();
  expect(pulled.state).toBe('unavailable');
  const nextTryAt = new Date(environment.now() + environment.untilNextTimer!);
  expect(stats).toEqual({ ...once, lastSyncAt: new Date(start + 50), lastError: error, nextTryAt, lastDurationMs: 0 });
  expect(Object.isFrozen(stats)).toBe(true);
  expect(() => (stats as { lastSyncAt: Date }).lastSyncAt.setTime(0)).toThrow(TypeError);
});

test('[EN14] the clock skew is the last that was measured', async () => {
  const { sync, work } = await withCloud();
  const seen: unknown[] = [];
  sync.clockSkew$.subscribe((ms) => seen.push(ms));
  for (const clockSkewMs of [40, null, 40, -7]) {
    work.answer = () => ({ clockSkewMs });
    await sync.pull();
  }
  expect(seen).toEqual([null, 40, -7]);
});

test('[EN15] each run hands one telemetry event to who measures: what it did, or the code of its failure', async () => {
  const { sync, work, environment, events } = await withCloud();
  const startedAt = environment.now();
  work.holds = true;
  const pushed = sync.push();
  await environment.advance(12);
  const counts = { pushed: 1, pulled: 2, conflicts: 3, requests: 4, bytesSent: 5, bytesReceived: 6, queueAgeMs: 7 };
  work.held[0]?.succeed({ ...counts, clockSkewMs: 8, isDegraded: true });
  await pushed;
  expect(events).toEqual([{ type: 'sync', startedAt, durationMs: 12, outcome: 'ok', ...counts, clockSkewMs: 8 }]);
  const pulled = watched(sync.pull());
  work.held[1]?.fail(new Error('a secret text'));
  await settle();
  expect(pulled.state).toBe('unavailable');
  expect(events[1]).toMatchObject({ outcome: 'failed', error: 'unavailable', requests: 0, clockSkewMs: null });
  expect(JSON.stringify(events)).not.toContain('secret');
});

test('[EN16] telemetry that throws, or whose promise fails, is logged and disturbs nothing', async () => {
  for (const telemetry of [
    () => {
      throw new Error('no collector');
    },
    async () => Promise.reject(new Error('no collector')),
  ]) {
    const { sync, work, logged } = await withCloud({ engine: { telemetry } });
    logged.length = 0;
    await sync.push();
    await settle();
    expect(work.asked).toEqual(['push']);
    expect(logged).toEqual(['SyncRecord: telemetry failed: no collector']);
  }
});
