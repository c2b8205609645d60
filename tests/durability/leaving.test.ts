import {
  DataOrchestrator,
  EntityKeyFieldStrategy,
  type IPersistence,
  MemoryBucket,
  type OrchestratorOptions,
} from 'tiersync';
import { expect, test } from 'vitest';
import { settle, TestEnvironment } from '../support/TestEnvironment.ts';
import { TextDisk } from '../support/TextDisk.ts';

interface Note {
  readonly text: string;
  readonly at?: Date;
}

const never = new Promise<never>(() => {});

/** A persistence of a page: once that is left, nothing that was asked of it is answered, or done. */
function pageOn(disk: TextDisk, abilities: { readonly storeAtOnce: boolean } = { storeAtOnce: true }) {
  const inner = disk.open({ listKeys: true, setAside: true, ...abilities });
  let isLeft = false;
  const persistence = Object.fromEntries(
    Object.entries(inner).map(([method, call]) => [
      method,
      (...args: never[]) =>
        isLeft && method !== 'storeAtOnce' ? never : (call as (...args: never[]) => unknown)(...args),
    ]),
  ) as unknown as IPersistence;
  return { persistence, leave: () => (isLeft = true) };
}

let seed = 1;

async function open(disk: TextDisk, options: Partial<OrchestratorOptions> = {}, abilities = { storeAtOnce: true }) {
  const environment = new TestEnvironment({ seed: seed++ });
  const page = pageOn(disk, abilities);
  const problems: string[] = [];
  const data = await DataOrchestrator.create({
    prefix: 'app',
    local: page.persistence,
    strategy: new EntityKeyFieldStrategy('group'),
    environment,
    ...options,
  });
  data.events$.subscribe((event) => event.type === 'problem' && problems.push(event.problem.code));
  const leave = (): void => {
    page.leave();
    environment.hide();
  };
  return { data, notes: data.repo<Note>('Note'), environment, leave, problems };
}

const noted = (disk: TextDisk): string[] => [...disk.texts.keys()].filter((key) => key.includes('$left'));

test('[FL22] what a page that is left had in memory only is there again, of keys that it had read and of others', async () => {
  const disk = new TextDisk();
  const first = await open(disk);
  first.notes.saveMany(['a.1', 'a.2', 'a.3', 'b.1'].map((id) => ({ id, text: 'old' })));
  await first.data.unload();
  const second = await open(disk);
  await second.notes.get('a.1');
  await second.notes.update('a.1', { text: 'edited', at: new Date(7) });
  second.notes.delete('a.2');
  second.notes.hardDelete('a.3');
  second.notes.save({ id: 'b.1', text: 'unseen' });
  second.notes.save({ id: 'c.1', text: 'of a new key' });
  second.leave();
  await settle();
  expect(noted(disk)).toHaveLength(1);

  const third = await open(disk);
  const all = await third.notes.getAll({ sort: [{ field: 'id', direction: 'asc' }] });
  expect(all.map(({ id, text }) => [id, text])).toEqual([
    ['a.1', 'edited'],
    ['b.1', 'unseen'],
    ['c.1', 'of a new key'],
  ]);
  expect(third.notes.peek('a.1')).toMatchObject({ at: new Date(7), version: 2 });
  expect(await third.notes.count()).toBe(3);
  expect([noted(disk), third.problems]).toEqual([[], []]);
  await third.data.unload();
});

test('[FL22] a page that was only hidden keeps no note once it has written, and without the ability none is made', async () => {
  const disk = new TextDisk();
  for (const storeAtOnce of [true, false]) {
    const { notes, environment, data } = await open(disk, {}, { storeAtOnce });
    notes.save({ id: 'a.1', text: `${storeAtOnce}` });
    environment.hide();
    expect(noted(disk)).toHaveLength(storeAtOnce ? 1 : 0);
    await settle();
    expect(noted(disk)).toEqual([]);
    environment.hide();
    expect(noted(disk)).toEqual([]);
    await data.unload();
  }
});

test('[FL22] a note that was carried over already, or that a later edit has overtaken, changes nothing', async () => {
  const disk = new TextDisk();
  const first = await open(disk);
  first.notes.save({ id: 'a.1', text: 'old' });
  first.environment.hide();
  const [key] = noted(disk);
  const note = disk.texts.get(key!)!;
  await settle();
  await first.data.unload();
  const before = new Map(disk.texts);
  disk.texts.set(key!, note);
  const second = await open(disk);
  expect([...disk.texts]).toEqual([...before]);
  await second.notes.update('a.1', { text: 'later' });
  await second.data.unload();
  disk.texts.set(key!, note);
  const third = await open(disk);
  expect((await third.notes.get('a.1'))?.text).toBe('later');
  await third.data.unload();
});

test('[FL22] what was left is sent to the cloud like any other edit', async () => {
  const [disk, cloud] = [new TextDisk(), new MemoryBucket()];
  const options = { cloud, sync: { autoStart: false } };
  const first = await open(disk, options);
  first.notes.save({ id: 'a.1', text: 'old' });
  await first.data.flush('cloud');
  await first.notes.update('a.1', { text: 'edited' });
  first.notes.save({ id: 'a.2', text: 'new' });
  first.leave();
  await settle();
  const second = await open(disk, { cloud });
  await second.environment.advance(20_000);
  const other = await open(new TextDisk(), options);
  await other.data.sync.pull();
  expect((await other.notes.getAll()).map(({ text }) => text).sort()).toEqual(['edited', 'new']);
  expect(second.data.sync.queue.size).toBe(0);
  await Promise.all([second.data.unload(), other.data.unload()]);
});

test('[FL22] a note that cannot be read is set aside and told of; one of a newer version waits for that', async () => {
  const disk = new TextDisk();
  disk.texts.set('app.$left.1', JSON.stringify({ $: { format: 1, edits: [{ key: 'app.a' }] } }));
  disk.texts.set('app.$left.2', JSON.stringify({ $: { format: 99 } }));
  const { data, problems } = await open(disk);
  expect(noted(disk).sort()).toEqual(['app.$left.2', expect.stringMatching(/^aside-.*app\.\$left\.1$/)]);
  expect(problems).toEqual(['corrupt', 'upgrade-needed']);
  await data.unload();
});
