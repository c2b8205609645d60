import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DemoStage, DeviceOnPage } from './DemoStage.ts';
import { faintTexts, unnamed, withoutVisibleFocus } from './forEverybody.ts';

let stage: DemoStage;

beforeAll(async () => {
  stage = await DemoStage.open();
});

afterAll(() => stage.close());

const devicesOf = (page: Page): readonly [DeviceOnPage, DeviceOnPage] => [
  new DeviceOnPage(page, 'Laptop'),
  new DeviceOnPage(page, 'Phone'),
];

const pickCloud = (page: Page, name: 'Server' | 'Bucket'): Promise<void> =>
  page.getByRole('region', { name: 'Cloud' }).getByRole('radio', { name }).check();

test('[DE2] two edits of one field meet: both are shown, the one that lost is restored, and both devices have it', async () => {
  const page = await stage.page();
  const [laptop, phone] = devicesOf(page);
  await laptop.add('Paint the door');
  await phone.card('Paint the door').waitFor();
  await laptop.settled();

  await laptop.setOnline(false);
  await laptop.root.getByText('Offline').first().waitFor();
  await phone.edit('Paint the door', { Note: 'in blue', Due: '2031-05-06' });
  await phone.settled();
  await laptop.edit('Paint the door', { Note: 'in red' });
  await laptop.root.getByText('1 waiting').waitFor();
  await laptop.setOnline(true);
  await laptop.settled();
  // What only one of them changed is kept in any case.
  for (const device of [laptop, phone]) {
    await device.note('Paint the door').getByText('in red').waitFor();
    expect(await device.root.locator('.card', { hasText: 'Paint the door' }).textContent()).toContain('May 6');
  }

  await laptop.root.getByRole('button', { name: 'Compare' }).click();
  const conflict = laptop.root.getByRole('article', { name: 'Conflict about Paint the door' });
  const versions = conflict.getByRole('row').filter({ hasText: 'note' }).getByRole('cell');
  expect(await versions.allTextContents()).toEqual(['in redkept', 'in blueRestore']);
  await conflict.getByRole('button', { name: 'Restore note: in blue' }).click();
  await conflict.getByRole('button', { name: 'Restore note: in red' }).waitFor();
  expect(await versions.allTextContents()).toEqual(['in redRestore', 'in bluekept']);
  await conflict.getByRole('button', { name: /^Done/ }).click();
  await conflict.waitFor({ state: 'detached' });
  await laptop.show('Board');
  for (const device of [laptop, phone]) await device.note('Paint the door').getByText('in blue').waitFor();
});

test('[DE3] what is added, moved by key and deleted on one device is seen on the other, after a reload, and in another tab', async () => {
  const page = await stage.page();
  const [laptop, phone] = devicesOf(page);
  await laptop.add('Mow the lawn');
  await phone.column('To do').getByText('Mow the lawn').waitFor();
  await phone.card('Mow the lawn').focus();
  await page.keyboard.press('ArrowRight');
  await laptop.column('Doing').getByText('Mow the lawn').waitFor();
  // The card keeps the focus, so the next key moves it on.
  await phone.column('Doing').getByText('Mow the lawn').waitFor();
  await page.keyboard.press('ArrowRight');
  await laptop.column('Done').getByText('Mow the lawn').waitFor();
  await laptop.root.locator('.card', { hasText: 'Water the plants' }).dragTo(laptop.column('Doing'));
  await phone.column('Doing').getByText('Water the plants').waitFor();
  await laptop.card('Call grandmother').focus();
  await page.keyboard.press('Delete');
  // The next key is for the card below.
  await laptop.card('Return the library books').and(page.locator(':focus')).waitFor();
  await phone.card('Call grandmother').waitFor({ state: 'detached' });
  await laptop.settled();

  await page.reload();
  await laptop.column('Done').getByText('Mow the lawn').waitFor();
  expect(await laptop.card('Call grandmother').count()).toBe(0);

  const [laptopAgain] = devicesOf(await stage.tab(await page.context().newPage()));
  await laptopAgain.column('Done').getByText('Mow the lawn').waitFor();
  await laptop.setOnline(false);
  await laptop.add('Said in one tab');
  await laptopAgain.card('Said in one tab').waitFor();
  await laptopAgain.edit('Said in one tab', { Title: 'Said in the other' });
  await laptop.card('Said in the other').waitFor();
  expect(await phone.card('Said in the other').count()).toBe(0);
  await laptop.setOnline(true);
  await phone.card('Said in the other').waitFor();
});

test('[DE3] on a phone, a card that is moved by key takes the view and the focus along', async () => {
  const page = await stage.page({ viewport: { width: 390, height: 844 } });
  const [laptop] = devicesOf(page);
  await laptop.add('Tidy the shed');
  await laptop.card('Tidy the shed').focus();
  await page.keyboard.press('ArrowRight');
  await laptop
    .column('Doing')
    .getByRole('button', { name: 'Tidy the shed', exact: true })
    .and(page.locator(':focus'))
    .waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await laptop
    .column('To do')
    .getByRole('button', { name: 'Tidy the shed', exact: true })
    .and(page.locator(':focus'))
    .waitFor();
});

test('[DE4] a note that vanishes is gone on both devices at its time', async () => {
  const page = await stage.page();
  const [laptop, phone] = devicesOf(page);
  await page.clock.install();
  await page.reload();
  await laptop.card('Renew the passport').waitFor();
  await laptop.add('Gone soon', { vanishing: true });
  for (const device of [laptop, phone]) await device.root.getByText(/^(30|29|28|27|26|25) s$/).waitFor();
  await laptop.settled();
  await page.clock.runFor(31_000);
  for (const device of [laptop, phone]) await device.card('Gone soon').waitFor({ state: 'detached' });
});

test('[DE5] the cloud is exchanged for a bucket and back, and everything stays', async () => {
  const page = await stage.page();
  const [laptop, phone] = devicesOf(page);
  await laptop.add('By the server');
  await phone.card('By the server').waitFor();
  await laptop.setOnline(false);
  await laptop.add('Made in between');
  await pickCloud(page, 'Bucket');
  await laptop.setOnline(true);
  await phone.card('Made in between').waitFor();
  await phone.add('By the bucket');
  await laptop.card('By the bucket').waitFor();
  await pickCloud(page, 'Server');
  const elsewhere = new DeviceOnPage(await stage.page(), 'Laptop');
  for (const title of ['By the server', 'Made in between', 'By the bucket']) await elsewhere.card(title).waitFor();
});

test('[DE6] with ten thousand cards the page renders those that are seen, and an edit is as quick as ever', async () => {
  const page = await stage.page();
  const [laptop] = devicesOf(page);
  await page.evaluate(() => {
    const found = ((globalThis as { longTasks?: number[] }).longTasks = [] as number[]);
    new PerformanceObserver((list) => found.push(...list.getEntries().map(({ duration }) => duration))).observe({
      entryTypes: ['longtask'],
    });
  });
  const takeLongTasks = (): Promise<number[]> =>
    page.evaluate(() => (globalThis as unknown as { longTasks: number[] }).longTasks.splice(0));
  // The quickest cloud: what is measured is the device.
  await pickCloud(page, 'Bucket');
  await laptop.show('Sync');
  await laptop.root.getByRole('button', { name: 'Add 10,000 tasks' }).click();
  await laptop.show('Board');
  for (const device of devicesOf(page)) {
    const done = device.column('Done');
    await done.getByText(/^3,33\d$/).waitFor();
  }
  for (const device of devicesOf(page)) await device.settled();
  const list = laptop.column('To do').locator('.cards');
  await laptop.column('To do').locator('.row').first().waitFor();
  await takeLongTasks();

  for (const share of [0.25, 0.5, 0.75, 1]) {
    await list.evaluate((element, share) => element.scrollTo(0, element.scrollHeight * share), share);
    await expect.poll(() => list.evaluate(hasRowInSight)).toBe(true);
  }
  const scrolling = await takeLongTasks();
  const edits = 5;
  for (let edit = 0; edit < edits; edit++) {
    const titles = laptop.column('To do').locator('.card-title');
    const title = (await titles.nth((await titles.count()) - 2 - edit).textContent())!;
    await laptop.edit(title, { Note: `edit ${edit}` });
    await laptop.note(title).getByText(`edit ${edit}`).waitFor();
  }
  const editing = await takeLongTasks();
  const text = (tasks: readonly number[]): string => `${tasks.length} (${tasks.map((ms) => `${ms} ms`).join(', ')})`;
  console.log(`10,000 cards: tasks over 50 ms in 4 leaps ${text(scrolling)}, in ${edits} edits ${text(editing)}`);
  expect(await laptop.root.locator('.row').count()).toBeLessThan(100);
});

/** Whether something is rendered where the list is looked at. */
function hasRowInSight(list: Element): boolean {
  const { left, top, width, height } = list.getBoundingClientRect();
  return document.elementFromPoint(left + width / 2, top + height / 2)?.closest('.row') != null;
}

test('[DE7] names, contrast and focus are there for everybody: light, dark, and on a phone', async () => {
  for (const options of [
    { colorScheme: 'light' },
    { colorScheme: 'dark' },
    { colorScheme: 'light', viewport: { width: 390, height: 844 } },
    { colorScheme: 'dark', viewport: { width: 390, height: 844 } },
  ] as const) {
    const page = await stage.page({ ...options, reducedMotion: 'reduce' });
    const [laptop] = devicesOf(page);
    for (const look of ['Board', 'Sync', 'Tiers'] as const) {
      await laptop.show(look);
      if (look === 'Board') await laptop.root.locator('.card-title:visible').first().click();
      if (look === 'Tiers') await laptop.root.locator('.row').first().click();
      expect(await page.evaluate(unnamed)).toEqual([]);
      expect(await page.evaluate(faintTexts)).toEqual([]);
      expect(await withoutVisibleFocus(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    }
    await page.context().close();
  }
});

test('[DE10] the tiers of a device show what another one has edited, and what waits here', async () => {
  const page = await stage.page();
  const [laptop, phone] = devicesOf(page);
  await laptop.show('Tiers');
  const below = async (): Promise<string[]> => (await laptop.root.locator('.tier-count').allTextContents()).slice(1);
  const alike = async (): Promise<number> => {
    const [local, cloud] = await below();
    return local === cloud ? Number.parseInt(local!, 10) : 0;
  };
  const patience = { timeout: 10_000 };
  await expect.poll(alike, patience).toBeGreaterThan(0);
  const before = await alike();
  await phone.add('Seen in the tiers');
  await expect.poll(alike, patience).toBe(before + 1);
  await laptop.root.getByText(/ 1 pulled$/).waitFor();
  await laptop.root.getByRole('button', { name: 'Go offline' }).click();
  await laptop.show('Board');
  await laptop.add('Made on the way');
  await laptop.show('Tiers');
  await laptop.root.getByRole('tab', { name: 'Waiting 1' }).click();
  await laptop.root.getByRole('tabpanel').getByText('create').waitFor();
  await laptop.root.getByRole('button', { name: 'Go online' }).click();
  await laptop.root.getByText('Nothing waits to be sent.').waitFor();
  await phone.card('Made on the way').waitFor();
});

test('[DE8] nothing comes from elsewhere, nothing is made of text, and text of a record stays text', async () => {
  const page = await stage.page();
  const [laptop, phone] = devicesOf(page);
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.reload();
  await laptop.card('Renew the passport').waitFor();
  const markup = '<img src=x onerror="document.title=1"><b>bold</b>';
  await laptop.add(markup);
  await phone.card(markup).waitFor();
  expect(await page.locator('.card img, .card b').count()).toBe(0);
  const { origin } = new URL(stage.url);
  expect(requests.filter((url) => !url.startsWith(origin) && !url.startsWith('data:'))).toEqual([]);
  const answer = await page.request.get(stage.url);
  expect(answer.headers()['content-security-policy']).toMatch(/^default-src 'self';/);
  expect(stage.complaints).toEqual([]);
});
