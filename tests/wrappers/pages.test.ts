import { DataOrchestrator, type IBucket, MemoryBucket, silentLogger } from 'tiersync';
import { encrypted } from 'tiersync/adapters/encrypted';
import { afterEach, expect, test } from 'vitest';
import { contentOf, namesIn, orders, read } from './support.ts';

const opened: DataOrchestrator[] = [];

afterEach(async () => {
  for (const data of opened.splice(0)) await data.unload({ discardUnsynced: true });
});

async function device(cloud: IBucket) {
  const bucket = { tailCommits: 1, pageRecords: 10 };
  const sync = { autoStart: false, bucket } as const;
  const data = await DataOrchestrator.create({ prefix: 'app', logger: silentLogger, cloud, sync });
  opened.push(data);
  const problems: string[] = [];
  data.events$.subscribe((event) => event.type === 'problem' && problems.push(event.problem.code));
  const notes = data.repo<{ text: string }>('Note');
  const all = async () => (await notes.getAll()).map(({ id, text }) => [id, text] as const).sort();
  return { data, notes, all, problems };
}

const idOf = (i: number): string => `note-${i}`;
const isPage = (name: string): boolean => /data\/.*\.\d+\.\d+$/.test(name);

/** One key in several pages, behind a wrapper. */
async function paged(wrap: (inner: IBucket) => IBucket) {
  const store = new MemoryBucket();
  const writer = await device(wrap(store));
  writer.notes.saveMany(Array.from({ length: 60 }, (_, i) => ({ id: idOf(i), text: `SECRET ${i}` })));
  await writer.data.flush('cloud');
  for (const round of [1, 2, 3]) {
    writer.notes.save({ id: idOf(round), text: `SECRET ${round}, edited` });
    await writer.data.flush('cloud');
  }
  return { store, writer };
}

for (const [name, wrap] of Object.entries(orders)) {
  test(`[WR64] a key in pages behind ${name} is read by another device, which writes back what it changes`, async () => {
    const { store, writer } = await paged(wrap);
    const isHidden = name.includes('hidden') || name === 'compressed, encrypted, retrying';
    const pages = (await namesIn(store)).filter(isPage);
    if (!isHidden) expect(pages.length).toBeGreaterThan(5);
    const other = await device(wrap(store));
    await other.data.sync.forceSync();
    expect(await other.all()).toEqual(await writer.all());
    for (const round of [1, 2]) {
      other.notes.save({ id: idOf(30 + round), text: `SECRET of the other one ${round}` });
      other.notes.delete(idOf(40 + round));
      await other.data.flush('cloud');
    }
    await writer.data.sync.pull();
    const third = await device(wrap(store));
    await third.data.sync.forceSync();
    expect(await third.all()).toHaveLength(58);
    expect(await third.all()).toEqual(await other.all());
    expect(await writer.all()).toEqual(await other.all());
    expect([writer, other, third].flatMap(({ problems }) => problems)).toEqual([]);
  });
}

test('[WR64] a wrong key reads no page, and writes nothing', async () => {
  const { store } = await paged((inner) => encrypted(inner, { passphrase: 'right' }));
  const before = await contentOf(store);
  const stranger = await device(encrypted(store, { passphrase: 'wrong' }));
  await expect(stranger.data.sync.forceSync()).rejects.toMatchObject({ code: 'auth-needed' });
  expect(await stranger.all()).toEqual([]);
  expect(await contentOf(store)).toEqual(before);
});

test('[WR64] one bit that is flipped in one page is told of by who reads it, and mended by who has all of the key', async () => {
  const wrap = orders['compressed, encrypted'] as (inner: IBucket) => IBucket;
  const { store, writer } = await paged(wrap);
  // The latest: older ones may be kept for those who are still reading.
  const page = (await namesIn(store)).filter(isPage).at(-1) as string;
  const { bytes } = await read(store, page);
  await store.put(
    page,
    bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte)),
  );
  const before = await contentOf(store);
  const reader = await device(wrap(store));
  await reader.data.sync.forceSync();
  expect(new Set(reader.problems)).toContain('corrupt');
  expect(await contentOf(store)).toEqual(before);
  for (let i = 0; i < 60; i += 1) writer.notes.save({ id: idOf(i), text: `SECRET ${i}, written again` });
  await writer.data.flush('cloud');
  await writer.data.sync.forceSync();
  const fresh = await device(wrap(store));
  await fresh.data.sync.forceSync();
  expect(await fresh.all()).toEqual(await writer.all());
  await reader.data.sync.forceSync();
  expect(await reader.all()).toEqual(await writer.all());
});
