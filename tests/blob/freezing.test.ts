import { type DataEvent, MemoryBucket, type Stored } from 'tiersync';
import { expect, test } from 'vitest';
import { takeIn } from '../../src/blob/takeIn.ts';
import { FrozenDate } from '../../src/util/FrozenDate.ts';
import { create, type Data, kept, repoOf } from '../adversarial/support.ts';
import { same } from './support.ts';

type Fields = Record<string, unknown>;
type Task = Stored<Fields> & Fields;

/** An entity with everything that could be changed, at the top, in objects and in arrays. */
const draft = () => ({
  text: 'a',
  due: new Date(5),
  bytes: Uint8Array.of(1, 2, 3),
  list: [1, [2], { deep: [3] }, new Date(6), Uint8Array.of(4, 5)],
  inner: { due: new Date(7), bytes: Uint8Array.of(6), list: ['x'], more: { end: { of: 'it' } } },
});

const withoutTimes = ({ id: _i, createdAt: _c, updatedAt: _u, version: _v, ...fields }: Task): Fields => fields;

const setters = Object.getOwnPropertyNames(Date.prototype).filter((name) => name.startsWith('set'));
const arrayWays: readonly ((list: unknown[]) => unknown)[] = [
  (list) => list.push(1),
  (list) => list.unshift(1),
  (list) => list.pop(),
  (list) => list.shift(),
  (list) => list.splice(0, 1),
  (list) => list.sort(),
  (list) => list.reverse(),
  (list) => list.fill(0),
  (list) => list.copyWithin(0, 1),
  (list) => (list.length = 0),
  (list) => (list[0] = 'changed'),
];

/** Tries every way to change a value that was handed out; each must throw. Returns how many were tried. */
function attack(value: unknown, path = 'it'): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (value instanceof Uint8Array) {
    value.fill(99);
    return 1;
  }
  const object = value as Fields;
  const refuses = (way: () => unknown, what: string): void => expect(way, `${path}: ${what}`).toThrow(TypeError);
  refuses(() => (object['added'] = 1), 'a new property');
  refuses(() => Object.defineProperty(object, 'added', { value: 1 }), 'a defined property');
  refuses(() => Object.setPrototypeOf(object, { polluted: true }), 'another prototype');
  let tried = 3;
  if (value instanceof Date) {
    expect(setters.length).toBeGreaterThan(14);
    for (const name of setters) {
      refuses(() => (object[name] as (time: number) => void)(0), name);
      refuses(() => (object[name] = () => {}), `replacing ${name}`);
    }
    return tried + setters.length;
  }
  if (Array.isArray(value)) {
    // Of one item there is nothing to sort, and JavaScript does not complain.
    if (value.length > 1) for (const [i, way] of arrayWays.entries()) refuses(() => way(value), `way ${i}`);
    refuses(() => value.push(1), 'a new item');
    tried += arrayWays.length;
  }
  for (const key of Object.keys(object)) {
    refuses(() => (object[key] = 'changed'), `setting ${key}`);
    refuses(() => delete object[key], `deleting ${key}`);
    refuses(() => Object.defineProperty(object, key, { value: 'changed' }), `defining ${key}`);
    tried += 3 + attack(object[key], `${path}.${key}`);
  }
  return tried;
}

function attackEntity(entity: unknown, expected: Fields = draft()): void {
  expect(attack(entity)).toBeGreaterThan(100);
  expect(same(withoutTimes(entity as Task), expected)).toBe(true);
}

test('[P12] nothing of an entity that a repository hands out can be changed', async () => {
  const repo = repoOf(await create());
  const id = repo.save(draft());
  attackEntity(repo.peek(id));
  attackEntity(await repo.get(id));
  const all = await repo.getAll();
  expect(attack(all)).toBeGreaterThan(100);
  expect(all).toHaveLength(1);
  let emissions = 0;
  const heard = (): number => (emissions += 1);
  repo.observe(id).subscribe((entity) => heard() && attackEntity(entity));
  repo.observeAll().subscribe((rows) => heard() && attackEntity(rows[0]) === undefined && attack(rows));
  repo
    .observeAll({ where: { text: 'a' }, sort: [{ field: 'text' }], limit: 5 })
    .subscribe((rows) => heard() && attack(rows));
  repo.observeChanges().subscribe(({ added, updated }) => heard() && attackEntity([...added, ...updated][0]));
  repo.subscribe({ onUpdate: ([entity]) => void (heard() && attackEntity(entity)) });
  const updated = await repo.update(id, (current) => {
    heard();
    attackEntity(current);
    return { text: 'a' };
  });
  attackEntity(updated);
  expect(emissions).toBe(10);
  attackEntity(await repo.get(id));
});

test('[P12] nothing of an entity in an event can be changed', async () => {
  const data = await create();
  const seen: unknown[] = [];
  data.events$.subscribe((event) => {
    if (event.type !== 'changed') return;
    expect(Object.isFrozen(event.changes)).toBe(true);
    for (const { entity, previous } of event.changes) {
      for (const one of [entity, previous]) {
        if (one === null) continue;
        seen.push(one);
        attackEntity(one);
      }
    }
  });
  const repo = repoOf(data);
  const id = repo.save(draft());
  await repo.update(id, { text: 'a' });
  repo.delete(id);
  expect(seen).toHaveLength(4);
});

const reopened = async (prepare: (data: Data) => void): Promise<() => Promise<Data>> => {
  const local = kept(new MemoryBucket());
  const data = await create({ local });
  prepare(data);
  await data.unload();
  return () => create({ local });
};

test('[P12] nothing of an entity that was read from disk can be changed', async () => {
  const open = await reopened((data) => void repoOf(data).save({ ...draft(), id: 'x' }));
  const data = await open();
  const events: DataEvent[] = [];
  data.events$.subscribe((event) => events.push(event));
  attackEntity(await repoOf(data).get('x'));
  const [hydrated] = events;
  if (hydrated?.type === 'changed') attackEntity(hydrated.changes[0]?.entity);
  expect(hydrated?.type).toBe('changed');
});

test('[P12] nothing of an entity that was written before its key was loaded can be changed', async () => {
  const open = await reopened((data) => void repoOf(data).save({ id: 'x', old: true }));
  const repo = repoOf(await open());
  repo.save({ ...draft(), id: 'x' });
  attackEntity(repo.peek('x'));
  const merged = await repo.get('x');
  expect(merged?.version).toBe(2);
  attackEntity(merged);
});

test('[P12] a migration is shown what cannot be changed, and what it returns cannot be changed either', async () => {
  const local = kept();
  const first = await create({ local });
  repoOf(first).save({ ...draft(), id: 'x' });
  await first.unload();
  const mine = { shared: [1] };
  let shown = 0;
  const migrate = (stored: Fields): object => {
    shown += 1;
    attackEntity(stored);
    return { ...stored, mine };
  };
  const data = await create({ local, entities: { Task: { migrate } } });
  const entity = await repoOf(data).get('x');
  attackEntity(entity, { ...draft(), mine: { shared: [1] } });
  mine.shared.push(2);
  expect(entity?.['mine']).toEqual({ shared: [1] });
  expect(shown).toBe(1);
});

test('[P12] bytes are handed out as a new copy each time', async () => {
  const repo = repoOf(await create());
  const id = repo.save(draft());
  const [one, two] = [repo.peek(id) as Task, repo.peek(id) as Task];
  expect(one).toBe(two);
  expect(one['bytes']).not.toBe(one['bytes']);
  expect(one['bytes']).toEqual(one['bytes']);
  const copy = { ...one } as unknown as { bytes: Uint8Array };
  copy.bytes.fill(0);
  expect(one['bytes']).toEqual(Uint8Array.of(1, 2, 3));
});

/** Changes all that can be changed of a value of the caller's. */
function spoil(value: unknown): void {
  if (value instanceof Date) value.setTime(0);
  else if (value instanceof Uint8Array) value.fill(0);
  else if (Array.isArray(value)) {
    for (const item of value) spoil(item);
    value.length = 0;
  } else if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) spoil(item);
    for (const key of Object.keys(value)) delete (value as Fields)[key];
    (value as Fields)['spoiled'] = true;
  }
}

test('[P12] what the caller does to his own objects after a write changes nothing, in memory or on disk', async () => {
  const local = kept();
  const data = await create({ local });
  const repo = repoOf(data);
  const given = Array.from({ length: 7 }, draft);
  const [a, b, c, d, e, f, g] = given as unknown as [Fields, Fields, Fields, Fields, Fields, Fields, Fields];
  const list = [b, c];
  const ids = [repo.save(a), ...repo.saveMany(list), data.batch(() => repo.save(d))];
  for (const [id, patch] of [
    ['e', e],
    ['f', () => f],
  ] as const) {
    repo.save({ id });
    await repo.update(id, patch as never);
    ids.push(id);
  }
  repo.save({ id: 'g' });
  ids.push(await repo.move('g', g));
  spoil(list);
  for (const one of given) spoil(one);
  const check = async (one: typeof repo): Promise<void> => {
    for (const id of ids) expect(same(withoutTimes((await one.get(id)) as Task), draft()), id).toBe(true);
  };
  await check(repo);
  await data.flush();
  await check(repo);
  await data.unload();
  await check(repoOf(await create({ local })));
});

test('[P12] the caller stays owner of what he gave: it is neither frozen nor changed', async () => {
  const repo = repoOf(await create());
  const given = draft();
  const createdAt = new Date(3);
  const own = { ...given, createdAt };
  repo.save(own);
  expect(own).toEqual({ ...draft(), createdAt: new Date(3) });
  own.inner.list.push('y');
  own.due.setTime(1);
  createdAt.setTime(1);
  expect(Object.isFrozen(own) || Object.isFrozen(own.inner) || Object.isFrozen(own.list)).toBe(false);
  const [saved] = await repo.getAll();
  expect(saved?.createdAt).toEqual(new Date(3));
});

test('[P12] a deeply frozen input is taken as any other', async () => {
  const repo = repoOf(await create());
  const freeze = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
    for (const inner of Object.values(Object.freeze(value))) freeze(inner);
  };
  const given = draft();
  freeze(given);
  expect(same(withoutTimes((await repo.get(repo.save(given))) as Task), draft())).toBe(true);
});

test('[P12] a query goes on as it was asked, whatever becomes of the objects it was asked with', async () => {
  const repo = repoOf(await create());
  const options = {
    where: { text: { $in: ['a', 'b'] }, due: new Date(5) },
    sort: [{ field: 'text', direction: 'asc' }],
  };
  const emitted: (readonly Fields[])[] = [];
  repo.observeAll(options as never).subscribe((rows) => emitted.push(rows));
  spoil(options);
  repo.save(draft());
  repo.save({ ...draft(), text: 'c' });
  expect(emitted.map((rows) => rows.length)).toEqual([0, 1]);
});

test('[P12] lists that are handed out belong to nobody: changing one reaches no other', async () => {
  const data = await create();
  const repo = repoOf(data);
  const ids = repo.saveMany([draft(), draft()]);
  const added: number[] = [];
  repo.observeChanges().subscribe((changes) => {
    added.push(changes.added.length);
    try {
      (changes.added as unknown[]).length = 0;
    } catch {
      // Frozen is as good.
    }
  });
  repo.observeChanges().subscribe((changes) => added.push(changes.added.length));
  repo.subscribe({
    onUpdate: (entities) => {
      try {
        (entities as unknown[]).length = 0;
      } catch {
        // Frozen is as good.
      }
    },
  });
  const updates: number[] = [];
  repo.subscribe({ onUpdate: (entities) => updates.push(entities.length) });
  ids.length = 0;
  repo.save(draft());
  expect(added).toEqual([2, 2, 1, 1]);
  expect(updates).toEqual([1]);
  expect(await repo.count()).toBe(3);
});

test('[P12] what one listener of events$ does to an event should reach no other', async () => {
  const data = await create();
  const counts: number[] = [];
  data.events$.subscribe((event) => {
    if (event.type !== 'changed') return;
    try {
      (event.changes as unknown[]).length = 0;
    } catch {
      // Frozen is as good.
    }
  });
  data.events$.subscribe((event) => {
    if (event.type === 'changed') counts.push(event.changes.length);
  });
  repoOf(data).save(draft());
  expect(counts).toEqual([1]);
});

test('[P12] the Dates of entities are Dates to everybody who reads them', () => {
  const date = takeIn(
    'Task',
    {},
    { id: 'x', createdAt: new Date(1), updatedAt: new FrozenDate(1.7e12), version: 1 },
  ).updatedAt;
  const plain = new Date(1.7e12);
  expect(date).toBeInstanceOf(Date);
  expect(date).toEqual(plain);
  expect(Number(date)).toBe(1.7e12);
  expect(JSON.stringify({ date })).toBe(JSON.stringify({ date: plain }));
  expect(structuredClone(date)).toEqual(plain);
  expect(`${date}`).toBe(`${plain}`);
  expect(new Date(date).getTime()).toBe(plain.getTime());
  expect(date.toISOString()).toBe(plain.toISOString());
  expect(date < new Date()).toBe(true);
  const mine = new Date(date);
  mine.setTime(5);
  expect(date.getTime()).toBe(1.7e12);
  expect(new FrozenDate(Date.UTC(2026, 0, 1), '2026-01-01T00:00:00.000Z').getTime()).toBe(Date.UTC(2026, 0, 1));
});

test('[P12] freeze: false copies and checks, and leaves the copies unfrozen', async () => {
  const repo = repoOf(await create({ freeze: false }));
  const given = draft();
  const id = repo.save(given);
  spoil(given);
  const entity = (await repo.get(id)) as Task;
  expect(same(withoutTimes(entity), draft())).toBe(true);
  expect(Object.isFrozen(entity)).toBe(false);
  expect(() => repo.save({ bad: new Map() })).toThrow(expect.objectContaining({ code: 'invalid-entity' }));
});
