import { act, Component, createElement, type ReactNode, StrictMode, Suspense, startTransition, useState } from 'react';
import { createRoot, hydrateRoot, type Root } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { concat, map, NEVER, of, Subject, throwError } from 'rxjs';
import { DataOrchestrator, type DataRepository, MemoryBucket, silentLogger } from 'tiersync';
import {
  TierSyncProvider,
  useConflicts,
  useEntities,
  useEntity,
  usePending,
  useRepo,
  useSuspenseEntities,
  useSuspenseEntity,
  useSyncStatus,
} from 'tiersync/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { counted, openData, type Task, type TaskData } from './CountedData.ts';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

let data: TaskData;
let tasks: DataRepository<Task>;
let place: HTMLElement;
let root: Root;

beforeEach(async () => {
  data = await openData();
  tasks = data.repo('Task');
  place = document.createElement('div');
  root = createRoot(place);
});

afterEach(async () => {
  await act(async () => root.unmount());
  await data.unload();
});

/** For a root with options of its own. */
function elsewhere(): HTMLElement {
  place = document.createElement('div');
  return place;
}

const h = createElement;
const within = (child: ReactNode, given: TaskData | Promise<TaskData> = data): ReactNode =>
  h(TierSyncProvider, { data: given, fallback: 'opening' }, child);
const render = (child: ReactNode, given?: TaskData | Promise<TaskData>): Promise<void> =>
  act(async () => root.render(within(child, given)));

/** What stands in for an orchestrator whose one repository gives this stream. */
const dataOf = (parts: Partial<DataRepository<Task>>): TaskData => ({ repo: () => parts, sync: data.sync }) as never;

class Boundary extends Component<{ children?: ReactNode }, { message: string | null }> {
  override state = { message: null };
  static getDerivedStateFromError = (error: Error) => ({ message: `${error.name}: ${error.message}` });
  override render(): ReactNode {
    return this.state.message ?? this.props.children;
  }
}

function Titles(): ReactNode {
  const { data: found, status } = useEntities<Task>('Task', { sort: [{ field: 'title', direction: 'asc' }] });
  return `${status}: ${found?.map(({ title }) => title).join(' ')}`;
}

test('[FW1] what is loaded is shown by the first rendering, and each change after it', async () => {
  tasks.save({ title: 'b' });
  const shown: (string | null)[] = [];
  function Watching(): ReactNode {
    const { data: found, status } = useEntities<Task>('Task');
    shown.push(`${status} ${found?.length}`);
    return null;
  }
  await render(h(Watching));
  expect(shown).toEqual(['ready 1']);
  await render(h(Titles));
  expect(place.textContent).toBe('ready: b');
  await act(async () => tasks.saveMany([{ title: 'c' }, { title: 'a' }]));
  expect(place.textContent).toBe('ready: a b c');
});

test('[FW1] one entity: null while there is none, then what it is, and another with another id', async () => {
  function One({ id }: { id: string }): ReactNode {
    const { data: task, status } = useEntity<Task>('Task', id);
    return `${status} ${task === null ? 'none' : task?.title}`;
  }
  const id = tasks.save({ title: 'a' });
  await render(h(One, { id: 'other' }));
  expect(place.textContent).toBe('ready none');
  await act(async () => tasks.save({ id: 'other', title: 'b' }));
  expect(place.textContent).toBe('ready b');
  await render(h(One, { id }));
  expect(place.textContent).toBe('ready a');
  await act(async () => tasks.delete(id));
  expect(place.textContent).toBe('ready none');
});

test('[FW2] loading until something comes, and an error with what came before it', async () => {
  const source = new Subject<never[]>();
  const failing = concat(
    source,
    throwError(() => new Error('gone')),
  );
  await render(h(Titles), dataOf({ observeAll: () => failing as never }));
  expect(place.textContent).toBe('loading: undefined');
  await act(async () => {
    source.next([]);
    source.complete();
  });
  expect(place.textContent).toBe('error: ');
});

test('[FW3] options that say the same are one query, whatever object says them', async () => {
  const { stream, open } = counted(of([]));
  let asked = 0;
  const observeAll = () => {
    asked++;
    return concat(stream, NEVER);
  };
  function Asking({ since }: { since: Date | string }): ReactNode {
    useEntities<Task>('Task', { where: { since } });
    return null;
  }
  const given = dataOf({ observeAll: observeAll as never });
  await render(h(Asking, { since: new Date(5) }), given);
  await render(h(Asking, { since: new Date(5) }), given);
  expect(asked).toBe(1);
  await render(h(Asking, { since: new Date(5).toISOString() }), given);
  expect(asked).toBe(2);
  expect(open()).toBe(0);
});

test('[FW4] whatever comes while a rendering is interrupted, all components show one answer', async () => {
  tasks.save({ title: '0' });
  const seen: string[][] = [];
  let now: string[] = [];
  function Slow(): ReactNode {
    const { data: found } = useEntities<Task>('Task');
    now.push(found?.[0]?.title ?? '');
    const until = performance.now() + 2;
    while (performance.now() < until);
    return found?.[0]?.title;
  }
  let show: (count: number) => void = () => {};
  function Many(): ReactNode {
    const [count, setCount] = useState(1);
    show = setCount;
    now = [];
    return Array.from({ length: count }, (_, key) => h(Slow, { key }));
  }
  await render(h(Many));
  const id = (await tasks.getAll())[0]!.id;
  const observer = new MutationObserver(() => seen.push([...place.childNodes].map((node) => node.textContent ?? '')));
  observer.observe(place, { childList: true, characterData: true, subtree: true });
  await act(async () => {
    startTransition(() => show(40));
    for (let i = 1; i <= 5; i++) {
      await new Promise(requestAnimationFrame);
      tasks.save({ id, title: String(i) });
    }
  });
  observer.disconnect();
  expect(place.textContent).toBe('5'.repeat(40));
  expect(seen.length).toBeGreaterThan(0);
  for (const texts of seen) expect(new Set(texts).size).toBe(1);
});

test('[FW5] nothing is watched for a component that is gone, in strict mode either', async () => {
  const { stream, open } = counted(concat(of([]), NEVER));
  const given = dataOf({ observeAll: () => stream as never });
  await render(h(StrictMode, null, h(Titles), h(Titles)), given);
  expect(open()).toBe(1);
  await render(null, given);
  expect(open()).toBe(0);
});

test('[FW5] renderings that were given up leave at most twenty streams behind', async () => {
  const { stream, open } = counted(concat(of([]), NEVER));
  const given = dataOf({ observeAll: () => stream as never });
  function Giving({ limit }: { limit: number }): ReactNode {
    useEntities<Task>('Task', { limit });
    throw new Error('given up');
  }
  const quiet = { onCaughtError: () => {} };
  for (let limit = 1; limit <= 50; limit++) {
    const once = createRoot(document.createElement('div'), quiet);
    await act(async () => once.render(h(Boundary, null, within(h(Giving, { limit }), given))));
    await act(async () => once.unmount());
  }
  expect(open()).toBe(20);
});

test('[FW6] the suspending hooks wait for the first answer, however many wait at once', async () => {
  const gate = new Subject<void>();
  const given = dataOf({
    observeAll: () => gate.pipe(map(() => [{ title: 'a' }])) as never,
    observe: () => gate.pipe(map(() => ({ title: 'b' }))) as never,
  });
  function Several({ limit }: { limit: number }): ReactNode {
    return useSuspenseEntities<Task>('Task', { limit }).map(({ title }) => title);
  }
  function One(): ReactNode {
    return useSuspenseEntity<Task>('Task', 'x')?.title;
  }
  const several = Array.from({ length: 30 }, (_, i) => h(Several, { key: i, limit: i + 1 }));
  await render(
    several.concat(h(One, { key: 'one' }) as never).map((child, i) => h(Suspense, { key: i, fallback: '.' }, child)),
    given,
  );
  expect(place.textContent).toBe('.'.repeat(31));
  await act(async () => gate.next());
  expect(place.textContent).toBe(`${'a'.repeat(30)}b`);
});

test('[FW6] what is loaded never suspends, and what fails goes to the boundary above', async () => {
  tasks.save({ title: 'a' });
  function Suspending(): ReactNode {
    return useSuspenseEntities<Task>('Task').map(({ title }) => title);
  }
  let fallbacks = 0;
  function Fallback(): ReactNode {
    fallbacks++;
    return null;
  }
  await render(h(Suspense, { fallback: h(Fallback) }, h(Suspending)));
  expect([place.textContent, fallbacks]).toEqual(['a', 0]);
  const quiet = createRoot(place.appendChild(document.createElement('div')), { onCaughtError: () => {} });
  const failing = dataOf({ observeAll: () => throwError(() => new Error('gone')) as never });
  await act(async () => quiet.render(h(Boundary, null, within(h(Suspending), failing))));
  expect(place.textContent).toBe('aError: gone');
  await act(async () => quiet.unmount());
});

test('[FW7] a server shows what is loading, and the page takes over from there without a word', async () => {
  tasks.save({ title: 'a' });
  const tree = within(h(Titles));
  elsewhere().innerHTML = renderToString(tree);
  expect(place.textContent).toBe('loading: undefined');
  const complaints: unknown[] = [];
  let hydrated: Root | undefined;
  await act(async () => {
    hydrated = hydrateRoot(place, tree, { onRecoverableError: (error) => complaints.push(error) });
  });
  expect([place.textContent, complaints]).toEqual(['ready: a', []]);
  await act(async () => hydrated?.unmount());
});

test('[FW8] a provider takes what is still being loaded, and shows something else until then', async () => {
  let give: (loaded: TaskData) => void = () => {};
  const opening = new Promise<TaskData>((resolve) => {
    give = resolve;
  });
  tasks.save({ title: 'a' });
  await render(h(Titles), opening);
  expect(place.textContent).toBe('opening');
  await act(async () => give(data));
  expect(place.textContent).toBe('ready: a');
});

test('[FW8] what cannot be loaded goes to the boundary above', async () => {
  const quiet = createRoot(elsewhere(), { onCaughtError: () => {} });
  const failing = Promise.reject(new Error('no disk'));
  await act(async () => quiet.render(h(Boundary, null, within(h(Titles), failing))));
  expect(place.textContent).toBe('Error: no disk');
  await act(async () => quiet.unmount());
});

test('[FW8] without a provider the singleton is used, and who has none is told what to do', async () => {
  const page = place;
  const quiet = createRoot(elsewhere(), { onCaughtError: () => {} });
  await act(async () => quiet.render(h(Boundary, null, h(Titles))));
  expect(place.textContent).toContain('await DataOrchestrator.load');
  await act(async () => quiet.unmount());
  const loaded = await DataOrchestrator.load({ prefix: 'single', logger: silentLogger });
  loaded.repo<Task>('Task').save({ title: 'a' });
  await act(async () => root.render(h(Titles)));
  expect(page.textContent).toBe('ready: a');
  await act(async () => root.render(null));
  await DataOrchestrator.unload();
});

test('[FW9] the status is one word; what waits and what was in conflict are lists', async () => {
  const cloud = new MemoryBucket();
  const open = () =>
    DataOrchestrator.create({ prefix: 'app', cloud, logger: silentLogger }) as Promise<
      DataOrchestrator<{ Task: Task }>
    >;
  const [mine, other] = await Promise.all([open(), open()]);
  await Promise.all([mine.sync.ready(), other.sync.ready()]);
  function Syncing(): ReactNode {
    return `${useSyncStatus()} ${usePending().length} ${useConflicts().length}`;
  }
  await render(h(Syncing), mine);
  expect(place.textContent).toBe('idle 0 0');
  await act(async () => {
    mine.repo('Task').save({ id: 'x', title: 'mine' });
    await mine.flush();
  });
  expect(place.textContent).toBe('idle 1 0');
  await act(async () => {
    other.repo('Task').save({ id: 'x', title: 'other' });
    await other.sync.push();
    await mine.sync.push();
  });
  expect(place.textContent).toBe('idle 0 1');
  await render(null);
  await Promise.all([mine.unload(), other.unload()]);
});

test('[FW10] the repository of a hook is the one of the data', async () => {
  const seen = new Set<unknown>();
  function Writing(): ReactNode {
    seen.add(useRepo('Task'));
    return null;
  }
  await render(h(Writing));
  await render(h(Writing));
  expect([...seen]).toEqual([tasks]);
});
