/** Checked by the compiler, never run: what must and must not type-check. */
import { DataOrchestrator, type Stored } from 'tiersync';
import * as v from 'valibot';

interface Task {
  title: string;
  done?: boolean;
}

const same = <Expected>(_value: Expected): void => {};

export async function generics(): Promise<void> {
  const data = await DataOrchestrator.load({ prefix: 'app' });
  const tasks = data.repo<Task>('Task');
  same<string>(tasks.save({ title: 'a' }));
  tasks.save({ id: 'x', title: 'a', createdAt: new Date() });
  // @ts-expect-error a title is a string
  tasks.save({ title: 1 });
  // @ts-expect-error a title is needed
  tasks.save({ done: true });
  // @ts-expect-error there is no such field
  tasks.save({ title: 'a', colour: 'red' });
  same<Stored<Task> | null>(await tasks.get('x'));
  same<Stored<Task> | null | undefined>(tasks.peek('x'));
  const task = tasks.peek('x');
  if (task) {
    same<string>(task.id);
    same<Date>(task.updatedAt);
    same<boolean | undefined>(task.done);
    // @ts-expect-error what is handed out cannot be changed
    task.title = 'b';
  }
  await tasks.update('x', { done: undefined });
  await tasks.update('x', (current) => ({ title: current.title.trim() }));
  // @ts-expect-error a patch has the entity's types
  await tasks.update('x', { done: 'yes' });
  tasks.observeAll({ where: { done: true } }).subscribe((all) => same<readonly Stored<Task>[]>(all));
  tasks.observeCount().subscribe((count) => same<number>(count));
  tasks.observeChanges().subscribe(({ added }) => same<readonly Stored<Task>[]>(added));
}

export async function schemas(): Promise<void> {
  const data = await DataOrchestrator.create({
    prefix: 'app',
    entities: { Task: { schema: v.object({ title: v.string() }) }, Cache: { sync: false } },
  });
  same<Stored<{ title: string }> | null>(await data.repo('Task').get('x'));
  // @ts-expect-error the schema says string
  data.repo('Task').save({ title: 1 });
  data.repo('Cache').save({ anything: 1 });
  data.repo<Task>('Other').save({ title: 'a' });
}

export async function misuse(): Promise<void> {
  // @ts-expect-error a prefix is needed
  await DataOrchestrator.load({});
  // @ts-expect-error a local tier is a persistence or a bucket
  await DataOrchestrator.load({ prefix: 'app', local: './data' });
}
