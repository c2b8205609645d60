import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postgresDatabase, SqlSyncStore } from 'tiersync/server';
import { afterEach, expect, test } from 'vitest';
import { realDevice, realServer } from '../../client/realServer.ts';
import { onPostgres } from '../../support/onPostgres.ts';
import { MortalServer } from './MortalServer.ts';

const runs = Number(process.env['RUNS'] ?? 3);
const limitMs = 60_000 + runs * 60_000;
type Device = Awaited<ReturnType<typeof realDevice>>;
const open: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const device = async (url: string): Promise<Device> => {
  const made = await realDevice(url, { retryDelay: 20, maxRetryAttempts: 1_000 });
  open.push(() => made.data.unload());
  await made.sync.start();
  return made;
};

/** Each id with its text and its number of edits, which nobody may count twice. */
const shownBy = async ({ notes }: Device): Promise<ReadonlyMap<string, string>> =>
  new Map((await notes.getAll()).map(({ id, text, version }) => [id, `${version} ${text}`]));

/** Resolves as soon as a device shows just that. */
const shows = (one: Device, wanted: ReadonlyMap<string, string>): Promise<void> =>
  new Promise((resolve) => {
    const watching = one.notes.observeAll().subscribe((notes) => {
      const isAll = notes.length === wanted.size;
      if (!isAll || !notes.every(({ id, text, version }) => wanted.get(id) === `${version} ${text}`)) return;
      queueMicrotask(() => watching.unsubscribe());
      resolve();
    });
  });

/**
 * Devices edit until the server that the first one is at dies of a commit. It comes back, and before anything is written
 * again, all of them show everything.
 */
async function killAgainAndAgain(place: string, secondUrl: string | null): Promise<void> {
  const written = new Map<string, string>();
  let server = await MortalServer.start(place, 0, 1);
  const { port } = server;
  open.push(() => server.stop());
  const devices = [await device(server.url), await device(secondUrl ?? server.url)] as const;
  const [a, b] = devices;
  let unheard = 0;
  let edits = 0;
  for (let run = 0; run < runs; run++) {
    const { ended } = server;
    let isAlive = true;
    void ended.then(() => {
      isAlive = false;
    });
    while (isAlive) {
      // Every second one is of a note that is there already.
      const before = [...written.keys()].at(-1);
      const text = `edit ${edits++}`;
      if (edits % 2 === 0 && before !== undefined) {
        await a.notes.update(before, { text });
        written.set(before, `${(a.notes.peek(before) as { version: number }).version} ${text}`);
      } else written.set(a.notes.save({ text }), `1 ${text}`);
      // Refused by a server that is gone.
      await a.data.flush('cloud').catch(() => ended);
    }
    expect(await ended).toBe('SIGKILL');
    const last = [...written].at(-1)!;
    if ((await shownBy(b)).get(last[0]) !== last[1]) unheard += 1;
    const commits = run === runs - 1 ? 0 : 1 + ((run + 1) % 3);
    server = await MortalServer.start(place, port, commits);
    await Promise.all(devices.map((one) => shows(one, written)));
    await a.data.flush('cloud');
  }
  const fresh = await device(server.url);
  await fresh.sync.ready();
  for (const one of [...devices, fresh]) expect(await shownBy(one)).toEqual(written);
  console.log(`${runs} kills after a commit, ${edits} edits: ${unheard} unheard at first, 0 lost, 0 twice`);
  expect(edits).toBeGreaterThanOrEqual(runs);
  // Another server may have looked in between.
  if (secondUrl === null) expect(unheard).toBe(runs);
}

test(
  `[SR4] a server on a folder that is killed between a commit and the word of it has lost nothing, ${runs} times`,
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tiersync-killed-'));
    open.push(() => rm(folder, { recursive: true }));
    await killAgainAndAgain(folder, null);
  },
  limitMs,
);

onPostgres((cluster) => {
  test(
    `[SR4] one of two servers that is killed between a commit and the word of it has lost nothing, ${runs} times`,
    async () => {
      const url = await cluster().database();
      const store = await SqlSyncStore.open(await postgresDatabase(url), { pollMs: 50 });
      const other = await realServer({ store, authenticate: async (userId) => ({ tenant: 'one', userId }) });
      open.push(
        () => store.close(),
        () => other.close(),
      );
      await killAgainAndAgain(url, other.url);
    },
    limitMs,
  );
});
