import { firstValueFrom } from 'rxjs';
import { DataOrchestrator, MemoryStore, TierSyncError } from 'tiersync';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';

interface Task {
  title: string;
  done?: boolean;
  tags?: string[];
  note?: string;
}

/** A clock that only moves when told to. */
function clock(start = Date.UTC(2026, 0, 1)) {
  let time = start;
  return { now: () => time, forward: (ms: number) => (time += ms) };
}

async function open(options: Partial<Parameters<typeof DataOrchestrator.create>[0]> = {}) {
  const time = clock();
  const data = await DataOrchestrator.create({ prefix: 'app', environment: { now: time.now }, ...options });
  return { data, time, tasks: data.repo<Task>('Task') };
}

describe('writing', () => {
  test('[RE1] save returns the id at once, and fills in id, times and version', async () => {
    const { tasks, time } = await open();
    const id = tasks.save({ title: 'a' });
    expect(tasks.peek(id)).toEqual({
      id,
      title: 'a',
      createdAt: new Date(time.now()),
      updatedAt: new Date(time.now()),
      version: 1,
    });
  });

  test('[RE2] saving again replaces all fields, keeps createdAt, counts the version, ignores given times', async () => {
    const { tasks, time } = await open();
    const id = tasks.save({ title: 'a', note: 'x' });
    const createdAt = new Date(time.now());
    time.forward(5);
    tasks.save({ id, title: 'b', createdAt: new Date(0), updatedAt: new Date(0), version: 99 });
    expect(tasks.peek(id)).toEqual({ id, title: 'b', createdAt, updatedAt: new Date(time.now()), version: 2 });
  });

  test('[RE2] a createdAt given with a new entity is kept', async () => {
    const { tasks } = await open();
    const id = tasks.save({ title: 'a', createdAt: new Date(7) });
    expect(tasks.peek(id)?.createdAt).toEqual(new Date(7));
  });

  test('[RE3] each edit is stamped later than the one before, whatever the clock does', async () => {
    const { tasks, time } = await open();
    const id = tasks.save({ title: 'a' });
    time.forward(-86_400_000);
    const first = tasks.peek(id)!.updatedAt.getTime();
    tasks.save({ id, title: 'b' });
    expect(tasks.peek(id)!.updatedAt.getTime()).toBe(first + 1);
    tasks.delete(id);
    tasks.save({ id, title: 'c' });
    expect(tasks.peek(id)!.updatedAt.getTime()).toBe(first + 3);
  });

  test('[RE4] saveMany stores all or none', async () => {
    const { tasks } = await open();
    const bad = { title: 'b', note: () => 1 } as unknown as Task;
    expect(() => tasks.saveMany([{ title: 'a' }, bad])).toThrow(/Task\.note: a function cannot be kept/);
    expect(await tasks.count()).toBe(0);
    expect(tasks.saveMany([{ title: 'a' }, { title: 'b' }])).toHaveLength(2);
    expect(await tasks.count()).toBe(2);
  });

  test('[RE5] update changes the given fields, removes the undefined ones, and answers with the new entity', async () => {
    const { tasks } = await open();
    const id = tasks.save({ title: 'a', note: 'x', tags: ['t'] });
    const updated = await tasks.update(id, { done: true, note: undefined });
    expect(updated).toMatchObject({ title: 'a', done: true, tags: ['t'], version: 2 });
    expect(updated).not.toHaveProperty('note');
    expect(await tasks.update(id, (task) => ({ title: `${task.title}!` }))).toMatchObject({ title: 'a!' });
    expect(await tasks.update('global.none', { done: true })).toBeNull();
  });

  test('[RE5] update refuses another id and an asynchronous function', async () => {
    const { tasks } = await open();
    const id = tasks.save({ title: 'a' });
    await expect(tasks.update(id, { id: 'x' } as never)).rejects.toThrow(/move\(id, patch\)/);
    await expect(tasks.update(id, (async () => ({})) as never)).rejects.toThrow(TypeError);
    expect(tasks.peek(id)?.version).toBe(1);
  });

  test('[RE19] an update of what is in memory is seen at once, and one begun within a batch comes after it', async () => {
    const { data, tasks } = await open();
    const id = tasks.save({ title: 'a' });
    const one = tasks.update(id, { title: 'b' });
    expect(tasks.peek(id)?.title).toBe('b');
    tasks.save({ id, title: 'c' });
    expect(await one).toMatchObject({ title: 'b' });
    expect(tasks.peek(id)?.title).toBe('c');
    const events: number[] = [];
    data.events$.subscribe((event) => event.type === 'changed' && events.push(event.changes.length));
    let within: Promise<unknown> = Promise.resolve();
    data.batch(() => {
      within = tasks.update(id, { done: true });
      tasks.saveMany([{ title: 'x' }, { title: 'y' }]);
      expect(tasks.peek(id)?.done).toBeUndefined();
    });
    expect(await within).toMatchObject({ title: 'c', done: true });
    expect(events).toEqual([2, 1]);
  });

  test('[RE6] deleting twice, or what is not there, does nothing', async () => {
    const { data, tasks } = await open({ local: new MemoryStore() });
    const id = tasks.save({ title: 'a' });
    const events: string[] = [];
    data.events$.subscribe((event) => event.type === 'changed' && events.push(event.changes[0]!.type));
    tasks.delete(id);
    tasks.delete(id);
    tasks.deleteMany(['global.none']);
    expect(events).toEqual(['deleted']);
    expect(tasks.peek(id)).toBeNull();
  });

  test('[RE7] clear deletes all of one name and nothing else', async () => {
    const { data, tasks } = await open();
    tasks.saveMany([{ title: 'a' }, { title: 'b' }]);
    const other = data.repo('Note').save({ text: 'stays' });
    tasks.clear();
    expect(await tasks.count()).toBe(0);
    expect(data.repo('Note').peek(other)).not.toBeNull();
  });

  test('[RE8] hardDelete leaves no trace where the name is never synced, a deletion where it is', async () => {
    const local = new MemoryStore();
    const { data } = await open({ local, entities: { Draft: { sync: false }, Task: {} } });
    const drafts = data.repo('Draft');
    const tasks = data.repo('Task');
    const draft = drafts.save({ text: 'x' });
    const task = tasks.save({ text: 'x' });
    await data.flush();
    drafts.hardDelete(draft);
    tasks.hardDelete(task);
    await data.flush();
    const blob = JSON.stringify(await local.loadData('app.global'));
    expect(blob).not.toContain(draft);
    expect(blob).toContain(task);
  });

  test('[RE9] move re-creates an entity where its new values belong and keeps createdAt', async () => {
    const strategy = {
      separator: '.',
      identifierLength: 8,
      getKey: (name: string, { year }: { year: number }) => `${name}.${year}`,
      entityKeyFilter: (prefix: string, name: string, { years = [] as number[] } = {}) =>
        years.map((year) => `${prefix}.${name}.${year}`),
    };
    const { data, time } = await open({ strategy });
    const trips = data.repo<{ year: number; to: string }>('Trip');
    const id = trips.save({ year: 2025, to: 'Oslo' });
    const createdAt = trips.peek(id)!.createdAt;
    time.forward(10);
    const moved = await trips.move(id, { year: 2026 });
    expect(moved).toMatch(/^Trip\.2026\./);
    expect(trips.peek(id)).toBeNull();
    expect(trips.peek(moved)).toMatchObject({ year: 2026, to: 'Oslo', createdAt });
    expect(await trips.move(moved, { to: 'Rome' })).toBe(moved);
    expect(await trips.getAll({ years: [2026] })).toMatchObject([{ id: moved, to: 'Rome' }]);
    expect(await trips.getAll({ years: [2025] })).toEqual([]);
  });

  test('[RE10] a batch is one event; if it throws, nothing happened', async () => {
    const { data, tasks } = await open({ local: new MemoryStore() });
    const kept = tasks.save({ title: 'kept' });
    await data.flush();
    const events: number[] = [];
    data.events$.subscribe((event) => event.type === 'changed' && events.push(event.changes.length));
    expect(() =>
      data.batch(() => {
        tasks.save({ id: kept, title: 'changed' });
        tasks.delete(kept);
        tasks.clear();
        tasks.save({ title: 'new' });
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(events).toEqual([]);
    expect(await tasks.getAll()).toMatchObject([{ id: kept, title: 'kept', version: 1 }]);
    expect(tasks.syncState(kept)).toBe('local');
    const id = data.batch(() => {
      tasks.save({ id: kept, title: 'changed' });
      return tasks.save({ title: 'new' });
    });
    expect(events).toEqual([2]);
    expect(await tasks.count()).toBe(2);
    expect(tasks.peek(id)).toMatchObject({ title: 'new' });
  });

  test('[RE10] a failing saveMany that a batch catches leaves the rest of the batch whole', async () => {
    const { data, tasks } = await open();
    data.batch(() => {
      tasks.save({ title: 'a' });
      expect(() => tasks.saveMany([{ title: 'b' }, { title: Symbol('c') as never }])).toThrow(TierSyncError);
    });
    expect(await tasks.getAll()).toMatchObject([{ title: 'a' }]);
  });

  test('[RE10] an asynchronous batch is refused', async () => {
    const { data, tasks } = await open();
    expect(() => data.batch(async () => tasks.save({ title: 'a' }))).toThrow(TypeError);
    expect(() =>
      data.batch(() => {
        tasks.save({ title: 'b' });
        return Promise.resolve();
      }),
    ).toThrow(TypeError);
    expect(await tasks.count()).toBe(0);
  });

  test('[RE11] a schema checks the own fields, and what it returns is saved', async () => {
    const schema = v.object({
      title: v.pipe(v.string(), v.trim(), v.minLength(1)),
      done: v.optional(v.boolean(), false),
    });
    const data = await DataOrchestrator.create({ prefix: 'app', entities: { Task: { schema } } });
    const tasks = data.repo('Task');
    const id = tasks.save({ title: ' a ', done: true });
    expect(tasks.peek(id)).toMatchObject({ id, title: 'a', done: true, version: 1 });
    let error: unknown;
    try {
      tasks.save({ title: '  ', done: false });
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({ code: 'validation', path: 'title' });
    await expect(tasks.update(id, { title: '' })).rejects.toMatchObject({ code: 'validation' });
    expect(tasks.peek(id)).toMatchObject({ title: 'a', version: 1 });
  });

  test('[RE11] a schema that validates asynchronously is refused with what to do instead', async () => {
    const schema = v.pipeAsync(
      v.object({ title: v.string() }),
      v.checkAsync(async () => true),
    );
    const data = await DataOrchestrator.create({ prefix: 'app', entities: { Task: { schema } } });
    expect(() => data.repo('Task').save({ title: 'a' })).toThrow(/asynchronous/);
  });

  test('[RE12] migrate shows old records in their new form and stores them with the next edit only', async () => {
    const local = new MemoryStore();
    const old = await DataOrchestrator.create({ prefix: 'app', local });
    const id = old.repo('Task').save({ name: 'old name' });
    const other = old.repo('Task').save({ name: 'untouched' });
    await old.unload();
    const before = await local.loadData('app.global');

    const migrate = (stored: { name?: string; title?: string }) => ({ title: stored.title ?? stored.name });
    const data = await DataOrchestrator.create({ prefix: 'app', local, entities: { Task: { migrate } } });
    const tasks = data.repo<Task>('Task');
    expect(await tasks.get(id)).toMatchObject({ id, title: 'old name', version: 1 });
    expect(await tasks.get(id)).not.toHaveProperty('name');
    await data.flush();
    expect(await local.loadData('app.global')).toEqual(before);
    await tasks.update(id, { done: true });
    await data.flush();
    const after = (await local.loadData('app.global')) as never as { Task: Record<string, object> };
    expect(after.Task[id]).toMatchObject({ title: 'old name', done: true, version: 2 });
    expect(after.Task[other]).toMatchObject({ name: 'untouched', version: 1 });
  });

  test('[RE12] a migration that throws is reported, and the entity is shown as it was stored', async () => {
    const local = new MemoryStore();
    const old = await DataOrchestrator.create({ prefix: 'app', local });
    const id = old.repo('Task').save({ name: 'x' });
    await old.unload();
    const migrate = () => {
      throw new Error('no');
    };
    const data = await DataOrchestrator.create({ prefix: 'app', local, entities: { Task: { migrate } } });
    const failures: string[] = [];
    data.events$.subscribe((event) => event.type === 'failed' && failures.push(event.during));
    expect(await data.repo('Task').get(id)).toMatchObject({ name: 'x' });
    expect(failures).toEqual(['migrate']);
  });

  test('[RE13] memoryOnly fields are there in memory and never leave it', async () => {
    const local = new MemoryStore();
    const options = { prefix: 'app', local, entities: { Task: { memoryOnly: ['secret'] } } };
    const data = await DataOrchestrator.create(options);
    const id = data.repo('Task').save({ title: 'a', secret: 'hunter2' });
    expect(data.repo('Task').peek(id)).toMatchObject({ secret: 'hunter2' });
    await data.unload();
    for (const key of await local.listKeys('')) {
      expect(JSON.stringify(await local.loadData(key))).not.toContain('hunter2');
    }
    const again = await DataOrchestrator.create(options);
    expect(await again.repo('Task').get(id)).not.toHaveProperty('secret');
  });
});

describe('reading', () => {
  test('[RE14] absent is null, not loaded yet is undefined', async () => {
    const local = new MemoryStore();
    const { data, tasks } = await open({ local });
    const id = tasks.save({ title: 'a' });
    expect(tasks.peek('global.none')).toBeNull();
    await data.unload();
    const again = (await open({ local })).tasks;
    expect(again.peek(id)).toBeUndefined();
    expect(again.peek('global.none')).toBeUndefined();
    expect(await again.get('global.none')).toBeNull();
    expect(again.peek(id)).toMatchObject({ title: 'a' });
  });

  test('[RE15] a query without filters covers every key of its name, whatever the ids look like', async () => {
    const local = new MemoryStore();
    const { data, tasks } = await open({ local });
    tasks.saveMany([{ id: 'odd.key.1', title: 'a' }, { id: 'bare', title: 'b' }, { title: 'c' }]);
    await data.unload();
    const again = (await open({ local })).tasks;
    expect((await again.getAll({ sort: [{ field: 'title' }] })).map(({ title }) => title)).toEqual(['a', 'b', 'c']);
    expect(await again.count({ where: { title: 'b' } })).toBe(1);
    expect(await again.count()).toBe(3);
  });

  test('[RE16] an id of the caller is kept; that it leads elsewhere is said once', async () => {
    const warnings: string[] = [];
    const logger = { v() {}, d() {}, i() {}, w: (_tag: string, text: string) => warnings.push(text), e() {} };
    const { tasks } = await open({ logger });
    expect(tasks.save({ id: 'mine.1', title: 'a' })).toBe('mine.1');
    expect(tasks.save({ id: 'mine.2', title: 'a' })).toBe('mine.2');
    expect(warnings).toEqual(['Task mine.1 is kept under app.mine; the key strategy says app.global']);
  });

  test('[RE17] syncState is pending until the entity is durable', async () => {
    const { data, tasks } = await open({ local: new MemoryStore() });
    const id = tasks.save({ title: 'a' });
    const states: unknown[] = [];
    tasks.observeSyncState(id).subscribe((state) => states.push(state));
    await data.flush();
    tasks.save({ id, title: 'b' });
    await data.flush();
    expect(states).toEqual(['pending', 'local', 'pending', 'local']);
    expect(tasks.syncState('global.none')).toBeNull();
  });

  test('[RE18] repo gives one object a name', async () => {
    const { data } = await open();
    expect(data.repo('Task')).toBe(data.repo('Task'));
    expect(await firstValueFrom(data.repo('Task').observeAll())).toEqual([]);
  });
});
