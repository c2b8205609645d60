import { concat, NEVER, of, Subject, throwError } from 'rxjs';
import { DataOrchestrator, type DataRepository, MemoryBucket, silentLogger } from 'tiersync';
import { tierSync, useConflicts, useEntities, useEntity, usePending, useRepo, useSyncStatus } from 'tiersync/vue';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type App, createApp, createSSRApp, defineComponent, nextTick, ref } from 'vue';
import { renderToString } from 'vue/server-renderer';
import { counted, openData, type Task, type TaskData } from './CountedData.ts';

let data: TaskData;
let tasks: DataRepository<Task>;
let place: HTMLElement;
let app: App | null = null;

beforeEach(async () => {
  data = await openData();
  tasks = data.repo('Task');
  place = document.createElement('div');
});

afterEach(async () => {
  app?.unmount();
  app = null;
  await data.unload();
});

/** Shows the text that `setup` gives. */
function show(setup: () => () => string, given: TaskData | null = data): App {
  app = createApp(defineComponent({ setup: () => setup() }));
  if (given !== null) app.use(tierSync(given));
  app.mount(place);
  return app;
}

const dataOf = (parts: Partial<DataRepository<Task>>): TaskData => ({ repo: () => parts, sync: data.sync }) as never;

const titles = (): (() => string) => {
  const { data: found, status } = useEntities<Task>('Task', { sort: [{ field: 'title', direction: 'asc' }] });
  return () => `${status.value}: ${found.value?.map(({ title }) => title).join(' ')}`;
};

test('[FW1] in Vue, what is loaded is shown by the first rendering, and each change after it', async () => {
  tasks.save({ title: 'b' });
  show(titles);
  expect(place.textContent).toBe('ready: b');
  tasks.saveMany([{ title: 'c' }, { title: 'a' }]);
  await nextTick();
  expect(place.textContent).toBe('ready: a b c');
});

test('[FW2] in Vue, loading until something comes, and an error with what came before it', async () => {
  const source = new Subject<never[]>();
  const failing = concat(
    source,
    throwError(() => new Error('gone')),
  );
  show(
    () => {
      const { data: found, status, error } = useEntities<Task>('Task');
      return () => `${status.value} ${found.value?.length} ${error.value}`;
    },
    dataOf({ observeAll: () => failing as never }),
  );
  expect(place.textContent).toBe('loading undefined null');
  source.next([]);
  source.complete();
  await nextTick();
  expect(place.textContent).toBe('error 0 Error: gone');
});

test('[FW11] composables follow refs and getters', async () => {
  const one = tasks.save({ title: 'a', done: true });
  tasks.save({ title: 'b', done: false });
  const id = ref('none');
  const done = ref(true);
  show(() => {
    const { data: task } = useEntity<Task>('Task', id);
    const { data: found } = useEntities<Task>('Task', () => ({ where: { done: done.value } }));
    return () => `${task.value?.title ?? task.value} ${found.value?.map(({ title }) => title)}`;
  });
  expect(place.textContent).toBe('null a');
  id.value = one;
  done.value = false;
  await nextTick();
  expect(place.textContent).toBe('a b');
});

test('[FW5] in Vue, nothing is watched for a component that is gone', () => {
  const { stream, open } = counted(concat(of([]), NEVER));
  const shown = show(titles, dataOf({ observeAll: () => stream as never }));
  expect(open()).toBe(1);
  shown.unmount();
  app = null;
  expect(open()).toBe(0);
});

test('[FW7] in Vue, a server shows what is in memory, and the page takes over from there', async () => {
  tasks.save({ title: 'a' });
  const open = (): App => createSSRApp(defineComponent({ setup: titles })).use(tierSync(data));
  place.innerHTML = await renderToString(open());
  expect(place.textContent).toBe('ready: a');
  app = open();
  const warnings: string[] = [];
  app.config.warnHandler = (message) => warnings.push(message);
  app.mount(place);
  expect([place.textContent, warnings]).toEqual(['ready: a', []]);
});

test('[FW8] in Vue, without a plugin the singleton is used', async () => {
  const loaded = await DataOrchestrator.load({ prefix: 'single', logger: silentLogger });
  loaded.repo<Task>('Task').save({ title: 'a' });
  show(titles, null);
  expect(place.textContent).toBe('ready: a');
  await DataOrchestrator.unload();
});

test('[FW9] in Vue, the status is one word; what waits and what was in conflict are lists', async () => {
  const mine = (await DataOrchestrator.create({
    prefix: 'app',
    cloud: new MemoryBucket(),
    logger: silentLogger,
  })) as unknown as TaskData;
  await mine.sync.ready();
  show(() => {
    const [status, pending, conflicts] = [useSyncStatus(), usePending(), useConflicts()];
    return () => `${status.value} ${pending.value.length} ${conflicts.value.length}`;
  }, mine);
  await expect.poll(() => place.textContent).toBe('idle 0 0');
  mine.repo('Task').save({ title: 'a' });
  await mine.flush();
  await expect.poll(() => place.textContent).toBe('idle 1 0');
  await mine.unload();
});

test('[FW10] in Vue, the repository is the one of the data', () => {
  let seen: unknown;
  show(() => {
    seen = useRepo('Task');
    return () => '';
  });
  expect(seen).toBe(tasks);
});
