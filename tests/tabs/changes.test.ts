import { DataOrchestrator, MemoryBucket } from 'tiersync';
import { expect, test } from 'vitest';
import { settle } from '../support/TestEnvironment.ts';
import { Browser, Tab } from './support.ts';

const ofPages = { storeMany: true, listKeys: true, exclusive: true };
const media = [
  ['whole blobs, in one step', ofPages],
  ['whole blobs, one by one', { listKeys: true, exclusive: true }],
  ['rows', { listKeys: true, exclusive: true, parts: true, patchMany: true }],
] as const;

/** Two tabs of one browser that hold the same. */
async function both() {
  const browser = new Browser();
  const [a, b] = [await browser.open(), await browser.open()];
  a.save('g1.one', 'first');
  await a.flush();
  await b.notes.getAll();
  return { browser, a, b };
}

test.each(media)('[TB1] what one tab saves is seen in the others: %s', async (_, abilities) => {
  const browser = new Browser(abilities);
  const [a, b] = [await browser.open(), await browser.open()];
  const lists: string[][] = [];
  b.notes.observeAll().subscribe((notes) => lists.push(notes.map(({ label }) => String(label))));
  await settle();
  a.save('g1.one', 'made in a');
  await a.flush();
  expect(b.label('g1.one')).toBe('made in a');
  b.save('g1.one', 'changed in b');
  b.save('g2.two', 'in a key of its own');
  await b.flush();
  expect([a.label('g1.one'), await a.notes.get('g2.two')]).toMatchObject([
    'changed in b',
    { label: 'in a key of its own' },
  ]);
  a.notes.delete('g1.one');
  await a.flush();
  expect(b.label('g1.one')).toBe(null);
  expect(lists).toEqual([
    [],
    ['made in a'],
    ['changed in b'],
    ['changed in b', 'in a key of its own'],
    ['in a key of its own'],
  ]);
  expect(b.events.filter((event) => event.startsWith('sync'))).toEqual(['sync g1.one', 'sync g1.one']);
  expect(await b.all()).toEqual(await a.all());
});

test('[TB1] one batch is one event in the other tabs', async () => {
  const { a, b } = await both();
  a.data.batch(() => {
    for (const id of ['g1.one', 'g1.two', 'g1.three']) a.save(id, 'together');
  });
  await a.flush();
  expect(b.events.at(-1)).toBe('sync g1.one g1.two g1.three');
});

test('[TB2] an edit that is on its way down is not overwritten by what another tab stored: the two meet there', async () => {
  const browser = new Browser();
  const [a, b] = [await browser.open(), await browser.open()];
  a.save('g1.one', 'first');
  await a.flush();
  await b.notes.get('g1.one');
  b.save('g1.one', 'being written in b');
  a.environment.jump(5);
  a.save('g1.one', 'later in a');
  await a.flush();
  expect(b.label('g1.one')).toBe('being written in b');
  await b.flush();
  expect([a.label('g1.one'), b.label('g1.one')]).toEqual(['later in a', 'later in a']);
});

test('[TB3] an edit of what another tab has saved is stamped after it, whatever its clock says', async () => {
  const browser = new Browser();
  const a = await browser.open();
  a.save('g2.two', 'in a key that b does not load');
  await a.flush();
  const b = await browser.open();
  a.environment.jump(60_000);
  a.save('g1.one', 'by a clock that is ahead');
  a.save('g2.two', 'in a key that b does not load');
  await a.flush();
  b.save('g1.one', 'after it');
  b.save('g2.two', 'unseen, and after it');
  await b.flush();
  expect([a.label('g1.one'), a.label('g2.two')]).toEqual(['after it', 'unseen, and after it']);
});

test('[TB4] what nobody told of is found by the index with the next write, and looked at whole', async () => {
  const browser = new Browser();
  const [a, b] = [await browser.open(), await browser.open()];
  a.save('g1.one', 'first');
  a.save('g1.two', 'first');
  await a.flush();
  await b.notes.getAll();
  a.own.isMute = true;
  a.save('g1.two', 'told to nobody');
  await a.flush();
  expect(b.label('g1.two')).toBe('first');
  b.save('g3.other', 'something else');
  await b.flush();
  await browser.pass();
  expect(b.label('g1.two')).toBe('told to nobody');
  expect(b.environment.timers).toBe(0);
});

test('[TB4] a message that is told of later than its write is read costs no second look', async () => {
  const { browser, a, b } = await both();
  a.save('g1.one', 'second');
  b.save('g1.two', 'at the same time');
  await Promise.all([a.data.flush(), b.data.flush()]);
  await settle();
  const reads = b.faults.count('loadData');
  await browser.pass();
  expect(b.faults.count('loadData')).toBe(reads);
  expect([await a.all(), b.environment.timers]).toEqual([await b.all(), 0]);
});

test('[TB5] a tab that was frozen compares when it wakes, and takes over what it missed', async () => {
  const { a, b } = await both();
  b.own.isDeaf = true;
  a.save('g1.one', 'while b slept');
  a.save('g4.new', 'in a new key');
  await a.flush();
  b.own.wake();
  await settle();
  expect(b.label('g1.one')).toBe('while b slept');
  expect(await b.notes.get('g4.new')).toMatchObject({ label: 'in a new key' });
});

test('[TB5] what a tab of another version says is a reason to compare', async () => {
  const { browser, a, b } = await both();
  a.own.isMute = true;
  a.save('g1.one', 'by another version');
  await a.flush();
  const [name] = browser.tabs.channels.keys();
  browser.tabs
    .open()
    .channel(name!, () => {})
    .post({ tiersync: 99, news: 'something' });
  await settle();
  expect(b.label('g1.one')).toBe('by another version');
});

test.each([
  ['index', 1],
  ['key', 2],
])('[TB6] what cannot be read at once is read later: the %s', async (_, call) => {
  const { browser, a, b } = await both();
  b.faults.failAt(call, 'before');
  a.save('g1.one', 'second');
  await a.flush();
  expect(b.label('g1.one')).toBe('first');
  await browser.pass();
  expect(b.label('g1.one')).toBe('second');
});

test.each([1, 2, 3])(
  '[TB6] what nobody told of and cannot be read when it is found is read later: call %i',
  async (call) => {
    const { browser, a, b } = await both();
    a.own.isMute = true;
    a.save('g1.one', 'told to nobody');
    await a.flush();
    b.save('g3.other', 'something else');
    await b.flush();
    b.faults.failAt(call, 'before');
    await browser.pass();
    expect(b.label('g1.one')).toBe('first');
    await browser.pass();
    expect([b.label('g1.one'), b.environment.timers]).toEqual(['told to nobody', 0]);
  },
);

test.each([1, 2, 3])('[TB6] what a tab missed and cannot read when it wakes is read later: call %i', async (call) => {
  const { browser, a, b } = await both();
  b.own.isDeaf = true;
  a.save('g1.one', 'while b slept');
  await a.flush();
  b.faults.failAt(call, 'before');
  b.own.wake();
  await settle();
  expect(b.label('g1.one')).toBe('first');
  await browser.pass();
  expect(b.label('g1.one')).toBe('while b slept');
  await browser.pass();
  expect(b.environment.timers).toBe(0);
});

test.each([3, 4])(
  '[TB4] a write that failed half-way is found where counting it anew fails half-way, too: call %i',
  async (call) => {
    const browser = new Browser({ listKeys: true, exclusive: true });
    const [a, b] = [await browser.open(), await browser.open()];
    const ids = ['g1.one', 'g2.two'];
    for (const id of ids) a.save(id, 'first');
    await a.flush();
    await b.notes.getAll();
    for (const id of ids) a.save(id, 'stored, and told to nobody');
    // The index says so first, then come the keys, and what is last is the index again.
    let indexes = 0;
    a.faults.gate = async ({ method, key }) => {
      if (method === 'storeData' && key === 'app.$metadata' && ++indexes === 2) throw new Error('the disk said no');
    };
    await expect(a.data.flush()).rejects.toMatchObject({ code: 'unavailable' });
    b.save('g3.other', 'something else');
    b.faults.failAt(call, 'before');
    await expect(b.data.flush()).rejects.toMatchObject({ code: 'unavailable' });
    await b.flush();
    await browser.pass();
    expect(ids.map((id) => b.label(id))).toEqual(ids.map(() => 'stored, and told to nobody'));
  },
);

test('[HY7] where nothing lists the keys, a clear in one tab takes nothing that another one adds after it', async () => {
  const browser = new Browser({ exclusive: true });
  const [a, b] = [await browser.open(), await browser.open()];
  b.notes.clear();
  await b.flush();
  await a.environment.advance(1_000);
  a.save('g1.one', 'added after it');
  await a.flush();
  await browser.pass();
  await b.flush();
  expect([a.label('g1.one'), (await b.notes.get('g1.one'))?.label]).toEqual(['added after it', 'added after it']);
});

test('[OB10] what another tab stored while this one is unloaded is told to nobody: who heard of it could not read', async () => {
  const browser = new Browser();
  const a = await browser.open();
  const b = await browser.open({ cloud: new MemoryBucket(), sync: { autoStart: false } });
  a.save('g1.one', 'first');
  await a.flush();
  await b.notes.getAll();
  const heard: string[] = [];
  b.data.events$.subscribe(({ type }) => heard.push(type));
  await b.data.sync.pull();
  const pulled = b.data.sync.pull().catch(() => {});
  let goOn = (): void => {};
  b.faults.gate = ({ key }) => (key === 'app.g1' ? new Promise<void>((resolve) => (goOn = resolve)) : undefined);
  a.save('g1.one', 'second');
  await a.flush();
  heard.length = 0;
  const unloaded = b.data.unload();
  await settle();
  b.faults.gate = null;
  goOn();
  await Promise.all([pulled, unloaded]);
  expect(heard).toEqual([]);
});

test('[TB7] a key that other tabs write to is read as it stands, and nothing is taken for lost', async () => {
  const browser = new Browser();
  const settings = { entities: { Draft: { sync: false } } };
  const a = await browser.open(settings);
  for (const id of ['g1.one', 'g1.two']) a.data.repo('Draft').save({ id, label: 'kept here' });
  await a.flush();
  const b = await browser.open(settings);
  b.own.isDeaf = true;
  a.data.repo('Draft').hardDelete('g1.one');
  await a.flush();
  expect(await b.data.repo('Draft').getAll()).toMatchObject([{ id: 'g1.two' }]);
  expect(b.problems).toEqual([]);
});

test('[TB8] where tabs have nothing in common each is alone, and nothing is said', async () => {
  const browser = new Browser({ storeMany: true, listKeys: true });
  const [a, b] = [await browser.open(), await browser.open()];
  a.save('g1.one', 'first');
  await a.flush();
  expect([b.label('g1.one'), browser.tabs.said, browser.tabs.channels.size]).toEqual([null, [], 0]);
});

test('[TB8] a tab says where it wrote, and never what', async () => {
  const browser = new Browser();
  const a = await browser.open();
  a.save('g1.one', 'a secret');
  await a.flush();
  const texts = JSON.stringify(browser.tabs.said.map(({ message }) => message));
  expect([texts.includes('g1.one'), texts.includes('secret')]).toEqual([true, false]);
});

test('[TB1] a name that is new in a key that is not loaded is found by a query', async () => {
  const browser = new Browser();
  const a = await browser.open();
  a.save('g1.one', 'a note');
  await a.flush();
  const b = await browser.open();
  a.data.repo('Task').save({ id: 'g1.task', label: 'the first task' });
  await a.flush();
  expect(await b.data.repo('Task').getAll()).toMatchObject([{ id: 'g1.task' }]);
});

test('[TB22] data that one tab has cleared does not come back from another one, which is closed', async () => {
  const browser = new Browser();
  const [a, b] = [await browser.open(), await browser.open()];
  a.save('g1.one', 'to be cleared');
  await a.flush();
  await b.notes.getAll();
  b.save('g1.two', 'not written down yet');
  const failures: string[] = [];
  b.data.events$.subscribe((event) => {
    if (event.type === 'failed') failures.push((event.error as { code?: string }).code ?? '');
  });
  await a.data.unload({ clearLocal: true, discardUnsynced: true });
  await settle();
  await browser.pass(4_000);
  expect([...browser.disk.texts.keys()]).toEqual([]);
  expect(() => b.save('g1.three', 'too late')).toThrow(expect.objectContaining({ code: 'closed' }));
  expect(failures).toEqual(['closed']);
  await b.data.unload();
});

test('[TB22] what was closed so is not loaded again: the next load with that prefix begins with what is there', async () => {
  const browser = new Browser();
  const a = await browser.open();
  const b = new Tab(browser, {});
  await b.load('load');
  const closed = b.data;
  b.save('g1.one', 'to be cleared');
  await b.flush();
  await a.data.unload({ clearLocal: true, discardUnsynced: true });
  await settle();
  expect(closed.isClosed).toBe(true);
  expect(() => DataOrchestrator.getInstance()).toThrow(/nothing is loaded/);
  await b.load('load');
  expect([b.data === closed, b.data.isClosed, await b.all()]).toEqual([false, false, []]);
  expect(DataOrchestrator.getInstance()).toBe(b.data);
  b.save('g1.two', 'from here on');
  await b.flush();
  await DataOrchestrator.unload();
  expect([...browser.disk.texts.values()].join()).toContain('from here on');
});
