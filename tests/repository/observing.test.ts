import { Subscription } from 'rxjs';
import { DataOrchestrator, MemoryStore } from 'tiersync';
import { expect, test } from 'vitest';

interface Item {
  name: string;
  rank: number;
}

const byRank = [{ field: 'rank' }] as const;

async function open(local?: MemoryStore) {
  const data = await DataOrchestrator.create({ prefix: 'app', ...(local && { local }) });
  return { data, items: data.repo<Item>('Item') };
}

const names = (items: readonly Item[]) => items.map(({ name }) => name).join('');

test('[OB1] observe emits the entity now and after each change, null when it is deleted', async () => {
  const { items } = await open();
  const id = items.save({ name: 'a', rank: 1 });
  const seen: unknown[] = [];
  items.observe(id).subscribe((item) => seen.push(item?.name ?? null));
  items.save({ id, name: 'b', rank: 1 });
  items.delete(id);
  items.save({ id, name: 'c', rank: 1 });
  expect(seen).toEqual(['a', 'b', null, 'c']);
});

test('[OB2] observeAll keeps order and window through inserts, updates and deletes', async () => {
  const { items } = await open();
  const seen: string[] = [];
  items.observeAll({ sort: byRank, limit: 2 }).subscribe((all) => seen.push(names(all)));
  const b = items.save({ name: 'b', rank: 2 });
  items.save({ name: 'c', rank: 3 });
  items.save({ name: 'd', rank: 4 });
  items.save({ name: 'a', rank: 1 });
  items.save({ id: b, name: 'b', rank: 9 });
  items.delete(b);
  expect(seen).toEqual(['', 'b', 'bc', 'ab', 'ac']);
});

test('[OB3] one batch is one emission, and what leaves the result as it was is none', async () => {
  const { data, items } = await open();
  const all: string[] = [];
  const counts: number[] = [];
  items.observeAll({ where: { rank: { $gte: 10 } }, sort: byRank }).subscribe((found) => all.push(names(found)));
  items.observeCount({ where: { rank: { $gte: 10 } } }).subscribe((count) => counts.push(count));
  data.batch(() => {
    items.saveMany([
      { name: 'x', rank: 10 },
      { name: 'y', rank: 11 },
    ]);
    const gone = items.save({ name: 'z', rank: 12 });
    items.delete(gone);
  });
  items.save({ name: 'low', rank: 1 });
  expect(all).toEqual(['', 'xy']);
  expect(counts).toEqual([0, 2]);
});

test('[OB4] nothing is emitted before it is loaded, and everything after', async () => {
  const local = new MemoryStore();
  const first = await open(local);
  const id = first.items.save({ name: 'a', rank: 1 });
  await first.data.unload();

  const { items, data } = await open(local);
  const seen: unknown[] = [];
  const one: unknown[] = [];
  items.observeAll({ sort: byRank }).subscribe((all) => seen.push(names(all)));
  items.observe(id).subscribe((item) => one.push(item?.name));
  expect([seen, one]).toEqual([[], []]);
  await items.get(id);
  await Promise.resolve();
  expect([seen, one]).toEqual([['a'], ['a']]);
  items.save({ name: 'b', rank: 2 });
  expect(seen).toEqual(['a', 'ab']);
  await data.unload();
});

test('[OB4] a key that is loaded later reaches live queries as one emission', async () => {
  const local = new MemoryStore();
  const first = await open(local);
  first.items.saveMany([
    { id: 'k.1', name: 'a', rank: 1 },
    { id: 'k.2', name: 'b', rank: 2 },
  ]);
  await first.data.unload();
  const { items } = await open(local);
  const seen: string[] = [];
  items.observeAll({ ids: ['other.1'] }).subscribe((all) => seen.push(names(all)));
  items.observeChanges({ where: { rank: 2 } }).subscribe(({ added }) => seen.push(`+${names(added)}`));
  await items.getAll();
  await Promise.resolve();
  expect(seen).toEqual(['', '+b']);
});

test('[OB5] what a listener saves reaches everybody in order, and the last emission is the state', async () => {
  const { items } = await open();
  const id = items.save({ name: 'a', rank: 0 });
  const first: unknown[] = [];
  const second: unknown[] = [];
  items.observe(id).subscribe((item) => {
    first.push(item?.name);
    if (item?.name === 'b') items.save({ id, name: 'c', rank: 0 });
  });
  items.observe(id).subscribe((item) => second.push(item?.name));
  items.save({ id, name: 'b', rank: 0 });
  expect([first, second]).toEqual([
    ['a', 'b', 'c'],
    ['a', 'b', 'c'],
  ]);
});

test('[OB6] after the last subscriber leaves, the next one starts afresh', async () => {
  const { items } = await open();
  const id = items.save({ name: 'a', rank: 1 });
  const subscription = new Subscription();
  subscription.add(items.observe(id).subscribe());
  subscription.add(items.observeAll().subscribe());
  subscription.unsubscribe();
  items.save({ id, name: 'b', rank: 1 });
  const seen: unknown[] = [];
  items.observe(id).subscribe((item) => seen.push(item?.name));
  items.observeAll().subscribe((all) => seen.push(names(all)));
  expect(seen).toEqual(['b', 'b']);
});

test('[OB6] unsubscribing inside an emission ends it', async () => {
  const { items } = await open();
  const id = items.save({ name: 'a', rank: 1 });
  const seen: unknown[] = [];
  const subscription = new Subscription();
  subscription.add(
    items.observe(id).subscribe((item) => {
      seen.push(item?.name);
      if (item?.name === 'b') subscription.unsubscribe();
    }),
  );
  items.save({ id, name: 'b', rank: 1 });
  items.save({ id, name: 'c', rank: 1 });
  expect(seen).toEqual(['a', 'b']);
});

test('[OB7] observeChanges tells what a query gained, kept and lost', async () => {
  const { data, items } = await open();
  const id = items.save({ name: 'a', rank: 10 });
  const seen: string[] = [];
  items.observeChanges({ where: { rank: { $gt: 5 } } }).subscribe(({ added, updated, removed }) => {
    seen.push(`+${names(added)}~${names(updated)}-${names(removed)}`);
  });
  items.save({ id, name: 'b', rank: 11 });
  data.batch(() => {
    items.save({ id, name: 'b', rank: 1 });
    items.save({ name: 'c', rank: 6 });
  });
  items.save({ name: 'low', rank: 0 });
  expect(seen).toEqual(['+a~-', '+~b-', '+c~-b']);
  expect(() => items.observeChanges({ limit: 3 })).toThrow(TypeError);
});

test('[OB8] subscribe hears of updates and deletes, one call a step, and its own errors', async () => {
  const { data, items } = await open();
  const seen: unknown[] = [];
  const stop = items.subscribe({
    onUpdate: (updated) => {
      seen.push(names(updated));
      if (updated.length > 1) throw new Error('mine');
    },
    onDelete: (ids) => seen.push(ids),
    onError: (error) => seen.push((error as Error).message),
  });
  const id = items.save({ name: 'a', rank: 1 });
  data.repo('Other').save({ name: 'unheard' });
  items.saveMany([
    { name: 'b', rank: 1 },
    { name: 'c', rank: 1 },
  ]);
  items.delete(id);
  stop();
  items.save({ name: 'd', rank: 1 });
  expect(seen).toEqual(['a', 'bc', 'mine', [id]]);
});

test('[OB9] every mutation is an event with its source, its entity before and after', async () => {
  const local = new MemoryStore();
  const { data, items } = await open(local);
  const seen: unknown[] = [];
  data.events$.subscribe((event) => {
    if (event.type !== 'changed') return;
    for (const { type, entity, previous, entityKey } of event.changes) {
      seen.push([event.source, type, (previous as Item | null)?.name, (entity as Item | null)?.name, entityKey]);
    }
  });
  const id = items.save({ name: 'a', rank: 1 });
  items.save({ id, name: 'b', rank: 1 });
  items.delete(id);
  expect(seen).toEqual([
    ['user', 'created', undefined, 'a', 'app.global'],
    ['user', 'updated', 'a', 'b', 'app.global'],
    ['user', 'deleted', 'b', undefined, 'app.global'],
  ]);
});

test('[OB10] unload completes every stream, and calls after it say so', async () => {
  const { data, items } = await open();
  const seen: string[] = [];
  const note = (name: string) => ({ complete: () => seen.push(name) });
  items.observe('global.x').subscribe(note('one'));
  items.observeAll().subscribe(note('all'));
  items.observeCount().subscribe(note('count'));
  items.observeChanges().subscribe(note('changes'));
  data.events$.subscribe(note('events'));
  await data.unload();
  expect(seen.sort()).toEqual(['all', 'changes', 'count', 'events', 'one']);
  expect(() => items.save({ name: 'a', rank: 1 })).toThrow(/unloaded/);
  await expect(items.get('global.x')).rejects.toMatchObject({ code: 'closed' });
});
