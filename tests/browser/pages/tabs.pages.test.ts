import { type Browser, type BrowserContext, chromium as engine, type Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomFrom } from '../../support/randomFrom.ts';
import { chromium } from '../chromium.ts';
import type {} from './app.ts';
import { Stage, startApp } from './Stage.ts';

let stage: Stage;
let browser: Browser;

beforeAll(async () => {
  [stage, browser] = await Promise.all([Stage.open(), engine.launch(chromium)]);
});

afterAll(async () => {
  await Promise.all([stage.close(), browser.close()]);
});

async function openTab(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(stage.host.origin);
  await startApp(page, stage.server.url);
  return page;
}

/** Whether a tab is the one that talks to the cloud: the name that its locks have is found by one of its own. */
const isLeading = (page: Page): Promise<boolean> =>
  page.evaluate(() => {
    const probe = `probe ${crypto.randomUUID()}`;
    return navigator.locks.request(probe, async () => {
      const { held = [] } = await navigator.locks.query();
      const own = held.find(({ name }) => name === probe)?.clientId;
      return held.some(({ name, clientId }) => name?.endsWith('cloud') === true && clientId === own);
    });
  });

async function leaderOf(tabs: readonly Page[]): Promise<Page> {
  let found: Page | undefined;
  const look = async (): Promise<number> => {
    const leading = await Promise.all(tabs.map(isLeading));
    found = tabs[leading.indexOf(true)];
    return leading.filter(Boolean).length;
  };
  await expect.poll(look, { timeout: 30_000 }).toBe(1);
  return found!;
}

const textsIn = (page: Page): Promise<unknown> =>
  page.evaluate(async () => {
    const notes = await app.notes.getAll();
    return notes.map(({ id, text, version, updatedAt }) => [id, text, version, updatedAt.getTime()].join(' ')).sort();
  });

/** The process of a page ends as by a fault, or the page as by its user. */
async function kill(page: Page, context: BrowserContext, isCrash: boolean): Promise<void> {
  if (!isCrash) return page.close();
  const crashed = new Promise((resolve) => page.once('crash', resolve));
  const session = await context.newCDPSession(page);
  session.send('Page.crash').catch(() => {});
  await crashed;
  await page.close();
}

test('[TB20] four tabs edit at random while the one that talks to the cloud is killed ten times: equal everywhere, nothing lost', async () => {
  const context = await browser.newContext();
  const random = randomFrom(7);
  const tabs: Page[] = [];
  for (let n = 0; n < 4; n++) tabs.push(await openTab(context));
  const kept: string[] = [];
  const handOvers: number[] = [];
  let edits = 0;
  for (let round = 0; round < 10; round++) {
    const leader = await leaderOf(tabs);
    const confirmed = await Promise.all(
      tabs.map((tab) =>
        tab.evaluate(
          async ({ from, draws }) => {
            const ids = draws.map((draw, n) => {
              const shared = `g${Math.floor(draw * 3)}.shared${Math.floor(draw * 12)}`;
              if (draw < 0.1) app.notes.delete(shared);
              else app.notes.save({ id: shared, text: `edit ${from + n}` });
              return app.notes.save({ id: `g${n % 3}.own${from + n}`, text: `only here ${from + n}` });
            });
            await app.data.flush();
            return ids;
          },
          { from: (edits += 5) - 5, draws: Array.from({ length: 5 }, random) },
        ),
      ),
    );
    kept.push(...confirmed.flat());
    const left = tabs.filter((tab) => tab !== leader);
    // Some of it is under way when the tab ends.
    await leader.evaluate(() => void app.notes.save({ id: 'g0.shared0', text: 'the last word' }));
    const asked = left[0]!.evaluate(async () => {
      app.notes.save({ id: 'g1.shared1', text: 'asked for while nobody answers' });
      await app.data.flush('cloud');
    });
    const began = performance.now();
    await kill(leader, context, round % 2 === 0);
    await asked;
    handOvers.push(performance.now() - began);
    tabs.splice(0, tabs.length, ...left, await openTab(context));
  }
  for (const tab of tabs) await tab.evaluate(() => app.data.flush('cloud'));
  const elsewhere = await stage.app();
  await elsewhere.evaluate(() => app.sync.pull());
  const [all, ...others] = await Promise.all([...tabs, elsewhere].map(textsIn));
  for (const other of others) expect(other).toEqual(all);
  const there = new Set((all as string[]).map((line) => line.split(' ')[0]));
  expect(kept.filter((id) => !there.has(id))).toEqual([]);
  const sorted = handOvers.map(Math.round).sort((a, b) => a - b);
  console.log(
    `hand-over, from the kill to an answered flush('cloud') of another tab: ${sorted.join(' ')} ms, for ${kept.length} edits`,
  );
  await context.close();
}, 240_000);

test('[TB21] a database is upgraded while an older tab has it open, and both go on', async () => {
  const context = await browser.newContext();
  const [old, young] = [await context.newPage(), await context.newPage()];
  for (const page of [old, young]) await page.goto(stage.host.origin);
  await old.evaluate(async () => {
    const { notes, data } = await openApp({ database: 'upgraded' });
    notes.save({ id: 'g1.old', text: 'before' });
    await data.flush();
  });
  await young.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open('upgraded', 7);
        opening.onupgradeneeded = () => opening.result.createObjectStore('something new');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => resolve(opening.result.close());
      }),
  );
  const seen = young.evaluate(async () => {
    await openApp({ database: 'upgraded' });
    return (await app.until('g1.new', 'text', 'after'))?.text;
  });
  await young.waitForFunction(() => globalThis.app !== undefined);
  await old.evaluate(async () => {
    app.notes.save({ id: 'g1.new', text: 'after' });
    await app.data.flush();
  });
  expect(await seen).toBe('after');
  expect(await young.evaluate(async () => (await app.notes.get('g1.old'))?.text)).toBe('before');
  await context.close();
});

test('[TB21] an older tab that does not make way is told of instead of waited for, and when it is gone all works', async () => {
  const context = await browser.newContext();
  const [old, young] = [await context.newPage(), await context.newPage()];
  for (const page of [old, young]) await page.goto(stage.host.origin);
  await old.evaluate(
    () =>
      new Promise((resolve) => {
        const opening = indexedDB.open('held', 1);
        opening.onupgradeneeded = () => opening.result.createObjectStore('of another app');
        opening.onsuccess = () => {
          (globalThis as { held?: unknown }).held = opening.result;
          resolve(undefined);
        };
      }),
  );
  const refused = await young.evaluate(() => openApp({ database: 'held' }).then(String, ({ code }) => code as string));
  expect(refused).toBe('unavailable');
  await old.close();
  const opened = (): Promise<string> =>
    young.evaluate(() =>
      openApp({ database: 'held' }).then(
        () => 'opened',
        ({ code }) => code as string,
      ),
    );
  await expect.poll(opened, { timeout: 30_000 }).toBe('opened');
  await young.evaluate(async () => {
    app.notes.save({ id: 'g1.one', text: 'works' });
    await app.data.flush();
  });
  await context.close();
});
