import { type Browser, chromium as engine, type Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromium } from '../chromium.ts';
import type {} from './app.ts';
import { PageHost } from './PageHost.ts';

let host: PageHost;
let browser: Browser;

beforeAll(async () => {
  [host, browser] = await Promise.all([PageHost.start(), engine.launch(chromium)]);
});

afterAll(async () => {
  await browser.close();
  await host.stop();
});

/** Nothing is written because time has passed. */
const hour = { localQuietMs: 3_600_000, localMaxMs: 3_600_000 };

const openIn = async (page: Page): Promise<void> => {
  await page.goto(host.origin);
  await page.evaluate((intervals) => openApp({ database: 'notes', intervals }).then(() => {}), hour);
};

/** An edit of something that is stored, a creation and a deletion, in the turn in which the page is left. */
const edit = (leave: string | null): void => {
  app.notes.save({ id: 'kept', text: 'edited' });
  app.notes.save({ id: 'new', text: 'new' });
  app.notes.delete('gone');
  if (leave !== null) location.href = leave;
};

const ways: { readonly [name: string]: (page: Page) => Promise<unknown> } = {
  'by a link': async (page) => {
    await page.evaluate(edit, '/elsewhere').catch(() => {});
    await page.waitForURL('**/elsewhere');
  },
  'by reloading it': async (page) => {
    await page.evaluate(edit, null);
    await page.reload();
  },
  'by closing its tab': async (page) => {
    await page.evaluate(edit, null);
    const closed = new Promise((resolve) => page.once('close', resolve));
    await page.close({ runBeforeUnload: true });
    await closed;
  },
};

test.each(Object.entries(ways))(
  '[FL22] what was saved before a page is left is there again: %s',
  async (_way, leave) => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await openIn(page);
    await page.evaluate(async () => {
      app.notes.saveMany(
        ['kept', 'gone', ...Array.from({ length: 500 }, (_, i) => `${i}`)].map((id) => ({ id, text: id })),
      );
      await app.data.flush();
    });
    await leave(page);
    const again = await context.newPage();
    // The browser may still be busy with the page that was left.
    await expect
      .poll(
        async () => {
          await openIn(again);
          return again.evaluate(async () => {
            const found = await Promise.all(['kept', 'new', 'gone'].map((id) => app.notes.get(id)));
            return found.map((note) => note?.text ?? null);
          });
        },
        { timeout: 30_000 },
      )
      .toEqual(['edited', 'new', null]);
    expect(await again.evaluate(() => app.notes.count())).toBe(502);
    const names = await again.evaluate(async () => {
      const database = await new Promise<IDBDatabase>((resolve) => {
        const opening = indexedDB.open('notes');
        opening.onsuccess = () => resolve(opening.result);
      });
      const keys = database.transaction('blobs').objectStore('blobs').getAllKeys();
      return new Promise<string[]>((resolve) => {
        keys.onsuccess = () => resolve(keys.result as string[]);
      });
    });
    expect(names.filter((name) => name.includes('$left'))).toEqual([]);
    await context.close();
  },
);
