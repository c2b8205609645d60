import { type Conflict, DataOrchestrator, MemoryBucket, silentLogger } from 'tiersync';
import { expect, test } from 'vitest';
import { settle } from '../support/TestEnvironment.ts';
import { Browser, latest, type Tab } from './support.ts';

type Ids = readonly [name: string, id: string];

/** What a tab was told of by events. */
function conflictsOf(tab: Tab): Conflict[] {
  const told: Conflict[] = [];
  tab.data.events$.subscribe((event) => {
    if (event.type === 'conflict') told.push(event.conflict);
  });
  return told;
}

/** Both tabs have seen the first version and edit it, each without the other's; that of `a` is the later one. */
async function bothEdit([a, b]: readonly [Tab, Tab], [name, id]: Ids = ['Note', 'g1.one']): Promise<void> {
  const [inA, inB] = [a, b].map(({ data }) => data.repo(name));
  inA?.save({ id, label: 'first' });
  await a.flush();
  await inB?.get(id);
  inB?.save({ id, label: 'in b' });
  a.environment.jump(5);
  inA?.save({ id, label: 'in a, later' });
  await Promise.all([a.data.flush(), b.data.flush()]);
  await settle();
}

test('[TB23] without a cloud an edit that lost to another tab is told of in both, and can be restored', async () => {
  const browser = new Browser();
  const tabs = [await browser.open(), await browser.open()] as const;
  const [toldA, toldB] = [conflictsOf(tabs[0]), conflictsOf(tabs[1])];
  await bothEdit(tabs);
  expect(tabs.map((tab) => tab.label('g1.one'))).toEqual(['in a, later', 'in a, later']);
  for (const told of [toldA, toldB]) {
    expect(told).toMatchObject([{ id: 'g1.one', base: { label: 'first' }, winner: { label: 'in a, later' } }]);
    expect(told[0]?.reason).toMatch(/later/);
  }
  await toldA[0]?.restore();
  await tabs[0].flush();
  expect(tabs.map((tab) => tab.label('g1.one'))).toEqual(['in b', 'in b']);
});

test('[TB23] edits that have seen each other are in no conflict, and a conflict is told of once', async () => {
  const browser = new Browser();
  const tabs = [await browser.open(), await browser.open()] as const;
  const [a, b] = tabs;
  const told = conflictsOf(b);
  a.save('g1.one', 'first');
  await a.flush();
  await b.notes.get('g1.one');
  for (const tab of [b, a, b]) {
    tab.save('g1.one', 'seen');
    await tab.flush();
  }
  expect(told).toEqual([]);
  await bothEdit(tabs, ['Note', 'g1.two']);
  await bothEdit(tabs, ['Note', 'g1.three']);
  const again = await browser.open();
  const toldAgain = conflictsOf(again);
  again.save('g1.four', 'another of that key');
  await again.flush();
  expect(told.map(({ id }) => id)).toEqual(['g1.two', 'g1.three']);
  expect(toldAgain).toEqual([]);
});

test('[TB23] what waited in the list is there for the cloud that comes, and nothing is told twice', async () => {
  const browser = new Browser();
  const tabs = [await browser.open(), await browser.open()] as const;
  await bothEdit(tabs);
  const told = conflictsOf(tabs[0]);
  await tabs[0].data.setCloud(new MemoryBucket());
  await tabs[0].data.sync.push();
  expect(latest(tabs[0].data.sync.conflicts$)).toMatchObject([{ id: 'g1.one' }]);
  await tabs[0].data.setCloud(null);
  expect(told).toEqual([]);
  await bothEdit(tabs, ['Note', 'g1.two']);
  expect(told.map(({ id }) => id)).toEqual(['g1.two']);
});

test('[TB23] names that stay on this device are no exception, and are never sent', async () => {
  const browser = new Browser();
  const cloud = new MemoryBucket();
  const options = { cloud, entities: { Draft: { sync: false } } };
  const tabs = [await browser.open(options), await browser.open(options)] as const;
  const told = conflictsOf(tabs[0]);
  await bothEdit(tabs, ['Draft', 'g1.draft']);
  expect(told).toMatchObject([{ entityName: 'Draft', id: 'g1.draft', lost: [{}] }]);
  expect(latest(tabs[0].data.sync.pending$)).toEqual([]);
  await tabs[0].data.flush('cloud');
  const other = await DataOrchestrator.create({ prefix: 'app', cloud, logger: silentLogger });
  await other.sync.pull();
  expect(await other.repo('Draft').getAll()).toEqual([]);
  await other.unload();
});

test('[TB24] an edit in a tab that does not talk to the cloud meets in full what was evicted before it came', async () => {
  const browser = new Browser({ listKeys: true, exclusive: true });
  const cloud = new MemoryBucket();
  const options = { cloud, quota: { maxBytes: 500 }, sync: { autoStart: false } };
  const [a, b] = [await browser.open(options), await browser.open(options)];
  const evicted: string[] = [];
  a.data.events$.subscribe((event) => {
    if (event.type === 'evicted') evicted.push(...event.ids.map(({ id }) => id));
  });
  a.save('g1.one', 'first');
  await a.flush();
  await b.notes.get('g1.one');
  await a.data.sync.push();
  await browser.pass(11_000);
  const other = await new Browser().open({ cloud, sync: { autoStart: false } });
  await other.data.sync.pull();
  await other.environment.advance(5);
  other.save('g1.one', `theirs ${'x'.repeat(1_000)}`);
  await other.data.sync.push();
  const told = conflictsOf(b);
  b.save('g1.one', 'mine');
  await a.data.sync.pull();
  expect(evicted.at(-1)).toBe('g1.one');
  await b.flush();
  await b.data.sync.push();
  expect(told).toMatchObject([
    { id: 'g1.one', local: { label: 'mine' }, remote: { label: expect.stringMatching(/^theirs x/) } },
  ]);
  await other.data.sync.pull();
  expect(await other.notes.get('g1.one')).toEqual(await b.notes.get('g1.one'));
});
