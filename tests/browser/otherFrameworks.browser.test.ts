import { createRoot, from } from 'solid-js';
import { get, type Readable } from 'svelte/store';
import { expect, test } from 'vitest';
import { openData, type Task } from './CountedData.ts';

test('[FW12] what is observed is a store as Svelte has them: `$tasks` in a component is all it takes', async () => {
  const data = await openData();
  const tasks = data.repo<Task>('Task');
  const all = tasks.observeAll() as unknown as Readable<readonly Task[]>;
  tasks.save({ title: 'a' });
  expect(get(all).map(({ title }) => title)).toEqual(['a']);
  const seen: number[] = [];
  const stop = tasks.observeCount().subscribe((count) => seen.push(count));
  tasks.save({ title: 'b' });
  stop.unsubscribe();
  tasks.save({ title: 'c' });
  expect(seen).toEqual([1, 2]);
  await data.unload();
});

test('[FW12] what is observed is a signal in Solid, by `from`', async () => {
  const data = await openData();
  const tasks = data.repo<Task>('Task');
  tasks.save({ title: 'a' });
  const { titles, dispose } = createRoot((dispose) => {
    const found = from(tasks.observeAll());
    return { dispose, titles: () => found()?.map(({ title }) => title) };
  });
  expect(titles()).toEqual(['a']);
  tasks.save({ title: 'b' });
  expect(titles()?.length).toBe(2);
  dispose();
  tasks.save({ title: 'c' });
  expect(titles()?.length).toBe(2);
  await data.unload();
});
