import { MemoryBucket } from 'tiersync';
import { expect, test } from 'vitest';
import { Faults } from '../support/Faults.ts';
import { FaultyBucket } from '../support/FaultyBucket.ts';
import { settle } from '../support/TestEnvironment.ts';
import { Backend, SharedDouble } from '../sync/SharedDouble.ts';
import { Browser, latest, type Tab } from './support.ts';

const second = 1_000;

/** Tabs of one browser that have a bucket for a cloud; the first of them talks to it. */
class Synced extends Browser {
  readonly bucket = new MemoryBucket();
  readonly requests: Faults[] = [];

  async start(sync: object = {}): Promise<Tab> {
    const faults = new Faults();
    this.requests.push(faults);
    const tab = await this.open({ cloud: new FaultyBucket(this.bucket, faults), sync });
    await settle();
    return tab;
  }

  /** How often each tab has asked the cloud something. */
  get asked(): number[] {
    return this.requests.map(({ calls }) => calls.length);
  }

  /** What another device finds in the cloud. */
  async elsewhere(): Promise<unknown> {
    const other = new Browser();
    const tab = await other.open({ cloud: this.bucket });
    const ready = tab.data.sync.ready();
    await other.pass(10 * second);
    await ready;
    const all = await tab.all();
    await tab.data.unload();
    return all;
  }
}

test('[TB10] one of the tabs talks to the cloud, and sends what all of them have saved', async () => {
  const browser = new Synced();
  const [a, b] = [await browser.start(), await browser.start()];
  b.save('g1.one', 'made in b');
  await b.flush();
  expect(latest(a.data.sync.pending$)).toMatchObject([{ id: 'g1.one', type: 'create' }]);
  expect(latest(b.data.sync.pending$)).toMatchObject([{ id: 'g1.one', type: 'create' }]);
  await browser.pass(11 * second);
  expect([latest(a.data.sync.pending$), latest(b.data.sync.pending$)]).toEqual([[], []]);
  expect(await browser.elsewhere()).toEqual(await a.all());
  expect(browser.asked[1]).toBe(0);
  expect(b.data.repo('Note').syncState('g1.one')).toBe('synced');
});

test('[TB10] what others send is in all tabs', async () => {
  const browser = new Synced();
  const [a, b] = [await browser.start(), await browser.start()];
  const far = new Browser();
  const other = await far.open({ cloud: browser.bucket });
  await far.pass(second);
  other.save('g1.far', 'from another device');
  await other.flush();
  await far.pass(11 * second);
  await browser.pass(301 * second);
  expect(await a.notes.get('g1.far')).toMatchObject({ label: 'from another device' });
  expect(await b.notes.get('g1.far')).toMatchObject({ label: 'from another device' });
  expect(browser.asked[1]).toBe(0);
});

test('[TB11] in a tab that does not talk to the cloud data.sync says and does the same', async () => {
  const browser = new Synced();
  const [a, b] = [await browser.start(), await browser.start()];
  await browser.pass(second);
  expect([latest(b.data.sync.status$), latest(b.data.sync.reason$)]).toEqual(['idle', null]);
  expect(latest(b.data.sync.stats$)).toEqual(latest(a.data.sync.stats$));
  b.save('g1.one', 'to be pushed');
  expect((await b.data.sync.plan()).push).toEqual({ created: 1, updated: 0, deleted: 0 });
  await b.data.sync.push();
  expect(latest(b.data.sync.pending$)).toEqual([]);
  b.save('g1.two', 'to be flushed');
  await b.data.flush('cloud');
  expect(await browser.elsewhere()).toEqual(await b.all());
  await b.data.sync.pull();
  await b.data.sync.forceSync();
  await b.data.sync.ready();
  expect(latest(b.data.sync.stats$)).toEqual(latest(a.data.sync.stats$));
  expect(browser.asked[1]).toBe(0);
});

test('[TB11] what the cloud says to an asking tab is said to that tab', async () => {
  const browser = new Synced();
  const [a, b] = [await browser.start(), await browser.start()];
  await browser.pass(second);
  browser.requests[0]?.failAlways();
  await expect(b.data.sync.pull()).rejects.toMatchObject({ code: 'unavailable' });
  await expect(b.data.sync.push({ ids: [1] } as never)).rejects.toThrow(TypeError);
  expect(latest(b.data.sync.stats$).lastError).toMatchObject({ code: 'unavailable' });
  expect(latest(b.data.sync.status$)).toBe(latest(a.data.sync.status$));
});

test('[TB12] what is said about syncing in one tab holds in all, and for who takes over', async () => {
  const browser = new Synced();
  const [a, b, c] = [await browser.start(), await browser.start(), await browser.start()];
  await browser.pass(second);
  b.data.sync.goOffline();
  await settle();
  expect([a, b, c].map(({ data }) => [data.sync.isOnline(), latest(data.sync.status$)])).toEqual(
    [a, b, c].map(() => [false, 'offline']),
  );
  a.kill();
  await browser.pass(second);
  const late = await browser.start();
  expect([b, c, late].map(({ data }) => data.sync.isOnline())).toEqual([false, false, false]);
  c.data.sync.goOnline();
  await browser.pass(second);
  await late.data.sync.stop();
  expect([b, c, late].map(({ data }) => latest(data.sync.reason$))).toEqual(['stopped', 'stopped', 'stopped']);
  const later = await browser.start();
  expect(latest(later.data.sync.reason$)).toBe('stopped');
  await later.data.sync.start();
  await settle();
  expect([b, later].map(({ data }) => latest(data.sync.status$))).toEqual(['idle', 'idle']);
});

test.each([
  ['is closed', async (tab: Tab) => tab.data.unload()],
  ['is killed', async (tab: Tab) => tab.kill()],
  ['takes its cloud away', async (tab: Tab) => tab.data.setCloud(null)],
])('[TB13] when the tab that talks to the cloud %s, the next takes over', async (_, end) => {
  const browser = new Synced();
  const [a, b, c] = [await browser.start(), await browser.start(), await browser.start()];
  await browser.pass(second);
  await end(a);
  await settle();
  await c.data.sync.start();
  c.save('g1.one', 'after it');
  await c.data.flush('cloud');
  expect(await browser.elsewhere()).toEqual(await b.all());
  expect([browser.asked[1]! > 0, browser.asked[2]]).toEqual([true, 0]);
});

test('[TB13] what was asked of a tab that is gone is asked of the next one', async () => {
  const browser = new Synced();
  const [a, b, c] = [await browser.start(), await browser.start(), await browser.start()];
  await browser.pass(second);
  browser.requests[0]!.gate = () => new Promise(() => {});
  for (const [n, tab] of [b, c].entries()) tab.save(`g1.${n}`, 'waits for an answer');
  const done = Promise.all([b.data.flush('cloud'), c.data.flush('cloud')]);
  await settle();
  a.kill();
  await browser.pass(second);
  await done;
  expect(await browser.elsewhere()).toEqual(await b.all());
});

test.each([
  ['asked', 0],
  ['asking', 1],
])('[TB13] what was said while the %s tab was frozen is said again when it wakes', async (_, frozen) => {
  const browser = new Synced();
  const tabs = [await browser.start(), await browser.start()];
  await browser.pass(second);
  const [, b] = tabs;
  b!.save('g1.one', 'asked for');
  await b!.flush();
  if (frozen === 0) tabs[0]!.own.isDeaf = true;
  const pushed = b!.data.sync.push();
  await Promise.resolve();
  if (frozen === 1) b!.own.isDeaf = true;
  await settle();
  tabs[frozen]!.own.wake();
  await pushed;
  expect(await browser.elsewhere()).toEqual(await b!.all());
});

test('[TB14] a tab that is killed between sending and noting that has done no harm', async () => {
  const browser = new Synced();
  const [a, b] = [await browser.start(), await browser.start()];
  await browser.pass(second);
  b.save('g1.one', 'sent by a');
  await b.flush();
  browser.requests[0]!.crashAt(2, 'after');
  void a.data.sync.push().catch(() => {});
  await settle();
  a.kill();
  await browser.pass(second);
  await b.data.flush('cloud');
  expect(latest(b.data.sync.conflicts$)).toEqual([]);
  expect(await browser.elsewhere()).toEqual(await b.all());
});

test('[TB14] what a tab has stored and told nobody of is sent by the one that takes over', async () => {
  const browser = new Synced();
  const [a, b, c] = [await browser.start(), await browser.start(), await browser.start()];
  await browser.pass(second);
  c.own.isMute = true;
  c.save('g1.one', 'told to nobody');
  await c.flush();
  c.kill();
  a.kill();
  await browser.pass(second);
  expect(await browser.elsewhere()).toMatchObject([{ id: 'g1.one', label: 'told to nobody' }]);
  expect(b.label('g1.one')).toBe('told to nobody');
});

test('[TB14] what a tab was writing when it was killed is taken over by the one that counts it anew', async () => {
  const browser = new Browser({ listKeys: true, exclusive: true });
  const [a, b] = [await browser.open(), await browser.open()];
  a.save('g1.one', 'first');
  await a.flush();
  await b.notes.getAll();
  const calls = a.faults.count('storeData');
  a.faults.gate = ({ method }) =>
    method === 'storeData' && a.faults.count('storeData') === calls + 3 ? new Promise(() => {}) : undefined;
  a.save('g1.one', 'stored, and not in the index');
  a.data.flush().catch(() => {});
  await settle();
  a.kill();
  b.save('g2.two', 'something else');
  await b.flush();
  await browser.pass(2 * second);
  expect(b.label('g1.one')).toBe('stored, and not in the index');
});

async function refusing(): Promise<{ browser: Synced; backend: Backend; tabs: [Tab, Tab] }> {
  const browser = new Synced();
  const backend = new Backend();
  const open = () => browser.open({ cloud: new SharedDouble(backend, new Faults()) });
  const tabs: [Tab, Tab] = [await open(), await open()];
  await browser.pass(second);
  tabs[0].save('g1.one', 'good');
  await tabs[0].data.flush('cloud');
  backend.refuse = ({ record }) => (record?.text.includes('bad') ? 'this one is bad' : null);
  await tabs[1].notes.get('g1.one');
  tabs[1].save('g1.one', 'bad');
  tabs[1].save('g1.two', 'bad, and new');
  await tabs[1].data.sync.push();
  for (const { data } of tabs) {
    expect(latest(data.sync.rejected$)).toMatchObject([
      { id: 'g1.one', reason: 'this one is bad' },
      { id: 'g1.two', reason: 'this one is bad' },
    ]);
  }
  return { browser, backend, tabs };
}

test.each([
  ['that talks to the cloud', 0],
  ['that does not', 1],
])('[TB15] what the cloud refused is taken back in all tabs, by the tab %s', async (_, by) => {
  const { browser, tabs } = await refusing();
  await Promise.all(latest(tabs[by]!.data.sync.rejected$).map((one) => one.discard()));
  await browser.pass(second);
  expect(tabs.map((tab) => [tab.label('g1.one'), tab.label('g1.two')])).toEqual([
    ['good', null],
    ['good', null],
  ]);
  expect(tabs.map(({ data }) => latest(data.sync.pending$))).toEqual([[], []]);
});

test('[TB15] what the cloud refused is changed and sent again from any tab', async () => {
  const { browser, backend, tabs } = await refusing();
  const [one, two] = latest(tabs[1].data.sync.rejected$);
  await one!.edit({ label: 'better' });
  backend.refuse = () => null;
  await two!.retry();
  await browser.pass(second);
  expect(tabs.map((tab) => [tab.label('g1.one'), tab.label('g1.two')])).toEqual([
    ['better', 'bad, and new'],
    ['better', 'bad, and new'],
  ]);
  expect(backend.records('app.g1')).toHaveLength(2);
  expect(tabs.map(({ data }) => latest(data.sync.rejected$))).toEqual([[], []]);
});

test('[TB15] what may not be seen any more is gone from all tabs', async () => {
  const { browser, backend, tabs } = await refusing();
  await Promise.all(latest(tabs[1].data.sync.rejected$).map((one) => one.discard()));
  backend.show('less', () => false);
  await tabs[1].data.sync.pull();
  await browser.pass(second);
  expect(tabs.map((tab) => tab.label('g1.one'))).toEqual([null, null]);
});

test('[TB16] a tab that has attached no cloud yet keeps what it saves for the one that is attached elsewhere', async () => {
  const browser = new Synced();
  const b = await browser.open();
  const a = await browser.start();
  await browser.pass(second);
  b.save('g1.one', 'made where no cloud is attached');
  await b.flush();
  expect(latest(a.data.sync.pending$)).toMatchObject([{ id: 'g1.one' }]);
  await browser.pass(11 * second);
  expect(await browser.elsewhere()).toEqual(await b.all());
});

test('[TB17] a key that the cloud has and this device lacks is brought for a read in any tab', async () => {
  const browser = new Synced();
  const other = await new Browser().open({ cloud: browser.bucket });
  await other.data.sync.pull();
  other.save('g7.far', 'elsewhere');
  await other.data.flush('cloud');
  const [, b] = [await browser.start({ autoStart: false }), await browser.start({ autoStart: false })];
  expect(await b.notes.get('g7.far')).toMatchObject({ label: 'elsewhere' });
  expect(browser.asked[1]).toBe(0);
});

test('[TB18] two tabs that edit one entity at once are in conflict, and the one that lost can be restored in both', async () => {
  const browser = new Synced();
  const [a, b] = [await browser.start(), await browser.start()];
  a.save('g1.one', 'first');
  await a.flush();
  await b.notes.get('g1.one');
  b.save('g1.one', 'in b');
  a.environment.jump(5);
  a.save('g1.one', 'in a, later');
  await Promise.all([a.data.flush(), b.data.flush()]);
  await settle();
  expect([a.label('g1.one'), b.label('g1.one')]).toEqual(['in a, later', 'in a, later']);
  expect(latest(a.data.sync.conflicts$)).toMatchObject([{ id: 'g1.one' }]);
  const [conflict] = latest(b.data.sync.conflicts$);
  conflict?.restore();
  await b.flush();
  expect([a.label('g1.one'), latest(a.data.sync.conflicts$)]).toEqual(['in b', []]);
});
