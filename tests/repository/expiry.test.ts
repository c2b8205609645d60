import { firstValueFrom } from 'rxjs';
import { DataOrchestrator, MemoryBucket, type OrchestratorOptions, RetentionPriority, TierSyncError } from 'tiersync';
import { expect, test } from 'vitest';
import type { IBucket, PutCondition } from '../../src/interfaces/IBucket.ts';
import { TestEnvironment } from '../support/TestEnvironment.ts';
import { TextDisk } from '../support/TextDisk.ts';

interface Task {
  title: string;
}

const minute = 60_000;
const day = 86_400_000;

async function open(options: Partial<OrchestratorOptions> = {}, environment = new TestEnvironment()) {
  const data = await DataOrchestrator.create({ prefix: 'app', environment, ...options });
  const tasks = data.repo<Task>('Task');
  const in_ = (ms: number): Date => new Date(environment.now() + ms);
  return { data, tasks, environment, in: in_ };
}

/** A bucket whose clock is its own. */
class TimedBucket extends MemoryBucket {
  readonly #now: () => number;

  constructor(now: () => number) {
    super();
    this.#now = now;
  }

  override async put(name: string, bytes: Uint8Array, condition?: PutCondition): ReturnType<IBucket['put']> {
    const answer = await super.put(name, bytes, condition);
    return answer === 'conflict' ? answer : { ...answer, time: new Date(this.#now()) };
  }
}

test('[EX1] what is over is gone from every read at that moment, and observers hear of it once', async () => {
  const { data, tasks, environment, in: later } = await open();
  const sources: string[] = [];
  data.events$.subscribe((event) => event.type === 'changed' && sources.push(event.source));
  const id = tasks.save({ title: 'milk', expiresAt: later(minute) });
  const stays = tasks.save({ title: 'stays' });
  const seen: { one: unknown[]; titles: string[][]; count: number[] } = { one: [], titles: [], count: [] };
  tasks.observe(id).subscribe((task) => seen.one.push(task?.title ?? null));
  tasks.observeAll().subscribe((all) => seen.titles.push(all.map(({ title }) => title)));
  tasks.observeCount().subscribe((count) => seen.count.push(count));
  await environment.advance(minute - 1);
  expect(tasks.peek(id)?.title).toBe('milk');
  await environment.advance(1);
  expect(seen).toEqual({ one: ['milk', null], titles: [['milk', 'stays'], ['stays']], count: [2, 1] });
  expect(tasks.peek(id)).toBe(null);
  expect(await tasks.getAll()).toEqual([tasks.peek(stays)]);
  expect(sources).toEqual(['user', 'user', 'expiry']);
});

test('[EX2] a read sees nothing that is over, also where its timer is late', async () => {
  const { tasks, environment, in: later } = await open();
  const ids = tasks.saveMany([1, 2, 3, 4, 5].map((n) => ({ title: `${n}`, expiresAt: later(n * minute) })));
  environment.jump(minute);
  expect(tasks.peek(ids[0]!)).toBe(null);
  environment.jump(minute);
  expect(await tasks.get(ids[1]!)).toBe(null);
  environment.jump(minute);
  expect((await tasks.getAll()).map(({ title }) => title)).toEqual(['4', '5']);
  environment.jump(minute);
  expect(await tasks.count()).toBe(1);
  environment.jump(minute);
  expect(await firstValueFrom(tasks.observeAll())).toEqual([]);
  expect(await tasks.update(ids[4]!, { title: 'late' })).toBe(null);
});

test('[EX3] entities of a name are kept for as long as it says after their last edit, unless one says otherwise', async () => {
  const { tasks, environment, in: later } = await open({ entities: { Task: { expiresAfter: minute } } });
  const id = tasks.save({ title: 'a' });
  const own = tasks.save({ title: 'own', expiresAt: later(day) });
  await environment.advance(minute / 2);
  await tasks.update(id, { title: 'b' });
  await environment.advance(minute / 2);
  expect(tasks.peek(id)?.title).toBe('b');
  await environment.advance(minute / 2);
  expect(tasks.peek(id)).toBe(null);
  await tasks.update(own, { expiresAt: later(2 * day) });
  await environment.advance(day);
  expect(tasks.peek(own)?.title).toBe('own');
  await environment.advance(day);
  expect(tasks.peek(own)).toBe(null);
});

test('[EX4] how long something is kept is checked when it is saved, and set in the options', async () => {
  const { tasks } = await open();
  const save = (fields: object) => () => tasks.save({ title: 'x', ...fields } as Task);
  expect(save({ expiresAt: 'tomorrow' })).toThrow(
    new TierSyncError('invalid-entity', 'Task.expiresAt must be a valid Date, or be left out', { path: 'expiresAt' }),
  );
  expect(save({ expiresAt: new Date(Number.NaN) })).toThrow('Task.expiresAt must be a valid Date');
  expect(save({ retentionPriority: 6 })).toThrow('Task.retentionPriority must be one of RetentionPriority');
  const id = tasks.save({ title: 'kept', retentionPriority: RetentionPriority.LOW });
  expect(tasks.peek(id)).toMatchObject({ retentionPriority: 4 });
  await expect(open({ entities: { Task: { expiresAfter: 0 } } })).rejects.toThrow('expiresAfter');
  await expect(open({ entities: { Task: { retention: 9 as never } } })).rejects.toThrow(
    'retention must be one of RetentionPriority',
  );
});

test('[EX5] what was over before its key was loaded is never seen, and its deletion is stored', async () => {
  const disk = new TextDisk();
  const first = await open({ local: disk.open({ listKeys: true }) });
  const id = first.tasks.save({ title: 'milk', expiresAt: first.in(minute) });
  await first.data.flush();
  await first.data.unload();
  const environment = new TestEnvironment({ time: first.environment.now() + day });
  const { data, tasks } = await open({ local: disk.open({ listKeys: true }) }, environment);
  const seen: unknown[] = [];
  tasks.observe(id).subscribe((task) => seen.push(task));
  expect(await tasks.getAll()).toEqual([]);
  expect(seen).toEqual([null]);
  await data.flush();
  const blob = disk.read('app.global') as { deleted: { Task: Record<string, string> } };
  expect(Object.keys(blob.deleted.Task)).toEqual([id]);
});

test('[EX6] an expiry takes the place of exactly the version that it ends, and a later edit wins against it', async () => {
  const cloud = new MemoryBucket();
  const [one, other] = [new TestEnvironment({ seed: 1 }), new TestEnvironment({ seed: 2 })];
  const sync = { autoStart: false };
  const a = await open({ cloud, sync }, one);
  const b = await open({ cloud, sync }, other);
  const [over, longer] = a.tasks.saveMany(['over', 'longer'].map((title) => ({ title, expiresAt: a.in(minute) })));
  await a.data.sync.push();
  await b.data.sync.pull();
  await b.tasks.update(longer!, { expiresAt: b.in(day) });
  await one.advance(minute);
  await other.advance(minute);
  expect(await a.tasks.getAll()).toEqual([]);
  for (const { data } of [a, b, a, b]) await data.sync.push();
  for (const { tasks } of [a, b]) {
    expect(tasks.peek(over!)).toBe(null);
    expect(tasks.peek(longer!)?.title).toBe('longer');
  }
});

test('[EX7] devices go by the clock of the cloud, also after a restart without a network', async () => {
  const real = new TestEnvironment();
  const ahead = new TestEnvironment({ seed: 2, time: real.now() + day });
  const cloud = new TimedBucket(() => real.now());
  const sync = { autoStart: false };
  const disk = new TextDisk();
  const a = await open({ cloud, sync }, real);
  const id = a.tasks.save({ title: 'milk', expiresAt: a.in(minute) });
  await a.data.sync.push();
  const b = await open({ cloud, sync, local: disk.open({ listKeys: true }) }, ahead);
  b.tasks.save({ title: 'so that it looks at the clock' });
  await b.data.sync.push();
  expect(b.tasks.peek(id)?.title).toBe('milk');
  await b.data.sync.pull();
  await b.data.unload();
  const again = await open({ cloud, sync, local: disk.open({ listKeys: true }) }, ahead);
  again.data.sync.goOffline();
  expect((await again.tasks.get(id))?.title).toBe('milk');
  await ahead.advance(minute);
  expect(again.tasks.peek(id)).toBe(null);
});

test('[EX8] a year is waited for without a timer that is too long, and an unloaded app waits for nothing', async () => {
  const { data, tasks, environment, in: later } = await open();
  const id = tasks.save({ title: 'next year', expiresAt: later(365 * day) });
  const before = environment.timers;
  await environment.advance(365 * day - 1);
  expect(tasks.peek(id)?.title).toBe('next year');
  expect(environment.timers).toBe(before);
  await environment.advance(1);
  expect(tasks.peek(id)).toBe(null);
  tasks.save({ title: 'another', expiresAt: later(day) });
  await data.unload();
  expect(environment.timers).toBe(0);
});

test('[EX9] within a batch nothing expires between two of its steps', async () => {
  const { data, tasks, environment, in: later } = await open();
  const id = tasks.save({ title: 'milk', expiresAt: later(minute) });
  const events: string[] = [];
  data.events$.subscribe((event) => event.type === 'changed' && events.push(`${event.source} ${event.changes.length}`));
  data.batch(() => {
    tasks.save({ title: 'one' });
    environment.jump(minute);
    tasks.peek(id);
    tasks.save({ title: 'two' });
  });
  expect(events).toEqual(['user 2', 'expiry 1']);
  expect(tasks.peek(id)).toBe(null);
});
