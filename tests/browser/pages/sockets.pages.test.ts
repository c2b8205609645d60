import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { activeRecord } from '../../../src/blob/records.ts';
import type { StoredEntity } from '../../../src/interfaces/EntityKeyData.ts';
import { compareRecords } from '../../../src/reconcile/compareRecords.ts';
import { realDevice } from '../../client/realServer.ts';
import type {} from './app.ts';
import { Emissions } from './Emissions.ts';
import { play, played } from './play.ts';
import { Stage, startApp } from './Stage.ts';
import { Traffic } from './Traffic.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
});

afterAll(() => stage.close());

/** A device that is no browser. */
async function nodeDevice(user: string) {
  const device = await realDevice(stage.server.url, { authToken: () => stage.token(user) });
  const emissions = new Emissions(device.notes as never);
  await device.sync.start();
  await device.sync.ready();
  return { ...device, emissions };
}

const isRising = (numbers: readonly number[]): boolean => numbers.every((n, i) => i === 0 || n > numbers[i - 1]!);

/** Whether each version is later than the one before: two devices may write in one millisecond, and then more than that decides. */
function isInOrder(versions: readonly string[]): boolean {
  const records = versions.map((text) => {
    const value: StoredEntity = JSON.parse(text);
    return activeRecord('Note', value.id, value);
  });
  return records.every((record, i) => i === 0 || compareRecords(record, records[i - 1]!) > 0);
}

/** Whether all of them come in that order, with others left out. */
const isPartOf = (some: readonly unknown[], all: readonly string[]): boolean =>
  isRising(some.map((one) => all.indexOf(one as string))) && some.every((one) => all.includes(one as string));

test('[SC36] two browsers and a Node device see each other: nothing lost, in order, own changes shown once', async () => {
  const node = await nodeDevice('cora');
  const [a, b] = [await stage.app(), await stage.app({ user: 'ben' })];
  const shared = node.notes.save({ text: 'shared', group: 'shared' });
  for (const page of [a, b]) await page.evaluate((id) => app.emissions.until({ [id]: 'shared' }), shared);

  const [ofA, ofB, ofNode] = ['a', 'b', 'node'].map((who) => ({ who, shared, rounds: 15, edits: 2 }));
  await Promise.all([
    a.evaluate((what) => app.play(what), ofA!),
    b.evaluate((what) => app.play(what), ofB!),
    play(node as never, ofNode!),
  ]);

  const all = new Map([ofA, ofB, ofNode].flatMap((what) => [...played(what!)]));
  const last = Object.fromEntries([...all].map(([id, texts]) => [id, texts.at(-1)!]));
  for (const page of [a, b]) await page.evaluate((wanted) => app.emissions.until(wanted), last);
  await node.emissions.until(last);
  await node.sync.pull();
  for (const page of [a, b]) await page.evaluate(() => app.sync.pull());

  const logs = {
    a: await a.evaluate(() => app.emissions.log),
    b: await b.evaluate(() => app.emissions.log),
    node: node.emissions.log,
  };
  expect(logs.a.now).toEqual({ ...last, [shared]: logs.node.now[shared] });
  expect([logs.b.now, logs.node.now]).toEqual([logs.a.now, logs.a.now]);
  for (const [who, { shown, versions, told }] of Object.entries(logs)) {
    for (const [id, texts] of all) {
      const isOwn = id.startsWith(`${who}.`);
      if (isOwn) expect([shown[id], told[id]]).toEqual([texts, texts.length]);
      else expect([who, id, shown[id], isPartOf(shown[id]!, texts)]).toEqual([who, id, shown[id], true]);
    }
    expect(isInOrder(versions[shared]!)).toBe(true);
  }
  await node.data.unload();
});

/** Milliseconds that a page is ahead of this process, from the fastest of some answers. */
async function aheadBy(page: Page): Promise<number> {
  const answers: { readonly took: number; readonly ahead: number }[] = [];
  for (let i = 0; i < 20; i++) {
    const asked = performance.now();
    const there = await page.evaluate(() => performance.timeOrigin + performance.now());
    const took = performance.now() - asked;
    answers.push({ took, ahead: there - (performance.timeOrigin + asked + took / 2) });
  }
  return answers.sort((a, b) => a.took - b.took)[0]!.ahead;
}

const share = (times: readonly number[], part: number): string =>
  [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))]!.toFixed(1);

test('[SC36] every edit in one browser is shown in the other, one after the other', async () => {
  const edits = Number(process.env['BROWSER_EDITS'] ?? 10);
  const [a, b] = [await stage.app(), await stage.app({ user: 'ben' })];
  const id = await a.evaluate(() => app.notes.save({ text: 'first' }));
  await b.evaluate((id) => app.emissions.until({ [id]: 'first' }), id);
  const offset = (await aheadBy(b)) - (await aheadBy(a));
  const times: number[] = [];
  for (let edit = 0; edit < edits; edit++) {
    const text = `edit ${edit}`;
    const began = await a.evaluate(
      ({ id, text }) => {
        const now = performance.timeOrigin + performance.now();
        void app.notes.update(id, { text });
        return now;
      },
      { id, text },
    );
    const shown = await b.evaluate(
      async ({ id, text }) => {
        await app.emissions.until({ [id]: text });
        return app.emissions.times[id]!.at(-1)!;
      },
      { id, text },
    );
    times.push(shown - offset - began);
  }
  // What each of them takes by itself: a strict transaction, and an answer of the server.
  const floor = await a.evaluate(async (health) => {
    const opened = await new Promise<IDBDatabase>((resolve) => {
      const opening = indexedDB.open('floor', 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore('blobs');
      opening.onsuccess = () => resolve(opening.result);
    });
    const timed = async (work: () => Promise<unknown>): Promise<number> => {
      const began = performance.now();
      await work();
      return performance.now() - began;
    };
    const put = (): Promise<unknown> =>
      new Promise((resolve) => {
        const transaction = opened.transaction(['blobs'], 'readwrite', { durability: 'strict' });
        transaction.objectStore('blobs').put({ text: 'x' }, 'key');
        transaction.oncomplete = resolve;
      });
    const found = { puts: [] as number[], answers: [] as number[] };
    for (let i = 0; i < 20; i++) {
      found.puts.push(await timed(put));
      found.answers.push(await timed(() => fetch(health)));
    }
    return found;
  }, `${stage.server.url}/v1/health`);
  console.log(
    `save in one browser to emission in another: p50 ${share(times, 0.5)} ms, p99 ${share(times, 0.99)} ms, ${edits} edits; ` +
      `by itself, p50: a strict put ${share(floor.puts, 0.5)} ms, an answer of the server ${share(floor.answers, 0.5)} ms`,
  );
  expect(times).toHaveLength(edits);
  expect(await b.evaluate((id) => app.emissions.shown[id], id)).toEqual([
    'first',
    ...Array.from({ length: edits }, (_, edit) => `edit ${edit}`),
  ]);
});

test('[SC37] a browser that was offline merges and takes only what has changed, also over a restart of the server', async () => {
  const a = await stage.app({ merge: true });
  const b = await stage.page();
  const traffic = new Traffic(b);
  await startApp(b, stage.server.url, { user: 'ben', merge: true });
  const ids = await a.evaluate(async () => {
    const notes = Array.from({ length: 150 }, (_, i) => ({
      id: `m.${i}`,
      group: 'm',
      text: `${'x'.repeat(200)} ${i}`,
    }));
    const saved = app.notes.saveMany(notes);
    await app.data.flush('cloud');
    return saved;
  });
  await b.evaluate((id) => app.emissions.until({ [id]: `${'x'.repeat(200)} 149` }), ids[149]!);
  const whole = await traffic.take();

  await b.context().setOffline(true);
  await b.evaluate(() => app.untilStatus('offline'));
  await b.evaluate(async () => {
    await app.notes.update('m.1', { text: 'of b' });
    await app.notes.update('m.3', { n: 3 });
    app.notes.save({ id: 'm.new', group: 'm', text: 'new on b' });
    await app.data.flush();
  });
  await a.evaluate(async () => {
    await app.notes.update('m.2', { text: 'of a' });
    await app.notes.update('m.3', { text: 'of a' });
    app.notes.delete('m.4');
    await app.data.flush('cloud');
  });
  await stage.server.end();
  await stage.server.begin();
  await a.evaluate(async () => {
    await app.notes.update('m.5', { text: 'after the restart' });
    await app.data.flush('cloud');
  });
  await traffic.take();
  await b.context().setOffline(false);

  const wanted = {
    'm.1': 'of b',
    'm.2': 'of a',
    'm.3': 'of a',
    'm.4': null,
    'm.5': 'after the restart',
    'm.new': 'new on b',
  };
  for (const page of [a, b]) await page.evaluate((wanted) => app.emissions.until(wanted), wanted);
  await b.evaluate(() => app.data.flush('cloud'));
  await a.evaluate(() => app.until('m.3', 'n', 3));
  const both = await Promise.all([a, b].map((page) => page.evaluate(() => app.notes.peek('m.3'))));
  expect(both[0]).toMatchObject({ text: 'of a', n: 3 });
  expect(both[1]).toEqual(both[0]);
  const caughtUp = await traffic.take();
  expect(new Set(caughtUp.match(/m\.(\d+|new)/g))).toEqual(new Set(['m.2', 'm.3', 'm.4', 'm.5']));
  console.log(`150 notes: ${whole.length} bytes at first, ${caughtUp.length} to catch up with 4 that changed`);
});

test('[SC38] a page is asked for another token when the one it has is refused, or has run out', async () => {
  const others = await stage.app();
  const sees = async (text: string): Promise<void> => {
    const id = await others.evaluate((text) => app.notes.save({ text }), text);
    await page.evaluate(({ id, text }) => app.emissions.until({ [id]: text }), { id, text });
  };
  const page = await stage.page();
  const traffic = new Traffic(page);
  const refused = ['worn out'];
  stage.token = async (user) => refused.pop() ?? stage.server.token(user);
  await startApp(page, stage.server.url, { user: 'eve' });
  await sees('after a token that was refused');
  expect(stage.host.tokens.filter((user) => user === 'eve')).toEqual(['eve', 'eve']);

  stage.token = (user) => stage.server.token(user, { lifetime: '2s' });
  await stage.server.end();
  await stage.server.begin('another secret of this server, as long as the first');
  const before = traffic.sockets;
  await sees('after the keys were changed');
  await expect.poll(() => traffic.sockets, { timeout: 20_000 }).toBeGreaterThan(before + 1);
  stage.token = (user) => stage.server.token(user);
  await sees('after it had run out');
  await expect.poll(() => page.evaluate(() => app.status()), { timeout: 20_000 }).toBe('idle');
});

test('[SC39] where a page may open no socket, it sends and sees changes by HTTP', async () => {
  const other = await stage.app();
  const page = await stage.app({ user: 'ben' }, '/without-sockets');
  const id = await page.evaluate(() => app.notes.save({ text: 'sent' }));
  await other.evaluate((id) => app.emissions.until({ [id]: 'sent' }), id);
  await other.evaluate((id) => app.notes.update(id, { text: 'answered' }), id);
  await page.evaluate((id) => app.emissions.until({ [id]: 'answered' }), id);
  expect((await page.evaluate(() => violations))[0]).toMatch(/^connect-src ws:/);
});

test('[SC48] a page of another origin needs no more than to connect: nothing is made of text, nothing else is loaded', async () => {
  const page = await stage.app();
  const id = await page.evaluate(() => app.notes.save({ text: 'here' }));
  await page.evaluate(() => app.data.flush('cloud'));
  await page.reload();
  await startApp(page, stage.server.url);
  expect(await page.evaluate(async (id) => (await app.notes.get(id))?.text, id)).toBe('here');
  expect(await page.evaluate(() => violations)).toEqual([]);
  // The silence says something only where the policy holds.
  await page.evaluate(() => {
    const script = document.createElement('script');
    try {
      script.textContent = 'globalThis.isRun = true';
    } catch {
      // Trusted Types refuse the text already.
    }
    document.body.append(script);
  });
  expect(await page.evaluate(() => 'isRun' in globalThis)).toBe(false);
  const stranger = new URL(stage.host.origin);
  stranger.hostname = '127.0.0.1';
  const elsewhere = await stage.page('/', stranger.origin);
  await elsewhere.evaluate((serverUrl) => openApp({ database: 'notes', cloud: { serverUrl } }), stage.server.url);
  expect(await elsewhere.evaluate(() => app.sync.pull().catch((error) => error.code))).toBe('unavailable');
});
