import { MemoryBucket } from 'tiersync';
import { expect, test } from 'vitest';
import { settle } from '../support/TestEnvironment.ts';
import { Browser, type Tab } from './support.ts';

const long = 'x'.repeat(1_000);

/** Tabs that have a bucket for a cloud, and room for next to nothing. */
async function short() {
  const browser = new Browser({ listKeys: true, exclusive: true });
  const cloud = new MemoryBucket();
  const options = { cloud, quota: { maxBytes: 500 }, sync: { autoStart: false } };
  const evicted: string[] = [];
  const open = async (): Promise<Tab> => {
    const tab = await browser.open(options);
    tab.data.events$.subscribe((event) => {
      if (event.type === 'evicted') evicted.push(...event.ids.map(({ id }) => id));
    });
    return tab;
  };
  return { browser, cloud, open, evicted };
}

test('[TB25] the tab that talks to the cloud makes room, and the others read what gave way, all of it', async () => {
  const { browser, open, evicted } = await short();
  const a = await open();
  const b = await open();
  a.data.repo('Note').saveMany([1, 2, 3].map((n) => ({ id: `g1.${n}`, label: `${n} ${long}` })));
  await a.flush();
  expect(b.label('g1.1')).toBe(undefined);
  await a.data.sync.push();
  expect(evicted).toHaveLength(3);
  expect(a.label('g1.1')).toBe(`1 ${long}`);
  expect(await b.notes.get('g1.1')).toMatchObject({ label: `1 ${long}` });
  expect(await b.notes.count()).toBe(3);
  expect(b.problems).toEqual([]);
  await browser.pass(11_000);
  expect(evicted).toHaveLength(6);
  expect(b.label('g1.2')).toBe(`2 ${long}`);
  await a.data.unload();
  await settle();
  const c = await open();
  expect(await c.notes.count()).toBe(3);
});
