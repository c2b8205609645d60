import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DataOrchestrator,
  type DataRepository,
  type IBucket,
  MemoryBucket,
  MemoryStore,
  type SyncOptions,
  silentLogger,
} from 'tiersync';
import { compressed } from 'tiersync/adapters/compressed';
import { encrypted } from 'tiersync/adapters/encrypted';
import { FileBucket } from 'tiersync/adapters/file';
import { afterEach, expect, test } from 'vitest';
import { CountingBucket } from '../support/CountingBucket.ts';
import { contentOf, key, namesIn, read, textOf } from './support.ts';

interface Note {
  readonly text: string;
}

interface Device {
  readonly data: DataOrchestrator;
  readonly notes: DataRepository<Note>;
  all(): Promise<readonly (readonly [id: string, text: string])[]>;
  problems: string[];
}

const open: Device[] = [];

afterEach(async () => {
  for (const { data } of open.splice(0)) await data.unload();
});

/** By the real clock: the platform encrypts in threads of its own, for which no clock of a test waits. */
async function device(cloud: IBucket, sync: SyncOptions = {}): Promise<Device> {
  const options = {
    prefix: 'app',
    logger: silentLogger,
    local: new MemoryStore(),
    cloud,
    sync: { autoStart: false, ...sync },
  };
  const data = await DataOrchestrator.create(options);
  const notes = data.repo<Note>('Note');
  const problems: string[] = [];
  data.events$.subscribe((event) => event.type === 'problem' && problems.push(event.problem.code));
  const all = async () => (await notes.getAll()).map(({ id, text }) => [id, text] as const).sort();
  const made = { data, notes, all, problems };
  open.push(made);
  return made;
}

const now = <T>(source: { subscribe(next: (value: T) => void): { unsubscribe(): void } }): T => {
  const seen: T[] = [];
  source.subscribe((value) => seen.push(value)).unsubscribe();
  return seen.at(-1) as T;
};

test('[WR60] two devices sync through an encrypted bucket with hidden names, over checkpoints and large commits', async () => {
  const store = new MemoryBucket();
  const cloud = () => compressed(encrypted(store, { passphrase: 'shared by two', hideNames: true }));
  const folding = { bucket: { tailCommits: 2, tailBytes: 1_000, inlineBytes: 4_000 } };
  const [a, b] = [await device(cloud(), folding), await device(cloud(), folding)];
  const text = (i: number) => `SECRET ${i} ${'x'.repeat(500)}`;
  a.notes.saveMany(Array.from({ length: 60 }, (_, i) => ({ id: `SECRET-${i}`, text: text(i) })));
  await a.data.flush('cloud');
  await b.data.sync.forceSync();
  expect(await b.all()).toEqual(await a.all());
  for (let round = 0; round < 4; round++) {
    b.notes.save({ id: `SECRET-${round}`, text: `SECRET by b ${round}` });
    b.notes.delete(`SECRET-${round + 10}`);
    await b.data.sync.forceSync();
  }
  await a.data.sync.forceSync();
  const c = await device(cloud(), folding);
  await c.data.sync.forceSync();
  expect(await b.all()).toEqual(await a.all());
  expect(await c.all()).toEqual(await a.all());
  expect(await c.all()).toHaveLength(56);
  expect([a, b, c].flatMap(({ problems }) => problems)).toEqual([]);
  // Head, index, blob, a large commit, and the keys.
  const names = await namesIn(store);
  expect(names.length).toBeGreaterThanOrEqual(5);
  for (const name of names) {
    expect(name).not.toMatch(/app|head|data|index|changes|SECRET/);
    const stored = textOf((await read(store, name)).bytes);
    if (name !== '$encryption') expect(stored).toMatch(/^tiersync-encrypted 1\n/);
    expect(stored).not.toContain('SECRET');
  }
});

test('[WR61] a device with the wrong passphrase writes nothing anywhere, says why, and works on without the cloud', async () => {
  const store = new MemoryBucket();
  const a = await device(encrypted(store, { passphrase: 'right' }));
  a.notes.save({ id: 'one', text: 'of a' });
  await a.data.flush('cloud');
  const before = await contentOf(store);
  const counting = new CountingBucket(store);
  const b = await device(encrypted(counting, { passphrase: 'wrong' }), { autoStart: true });
  b.notes.save({ id: 'two', text: 'of b' });
  await expect(b.data.sync.forceSync()).rejects.toMatchObject({
    code: 'auth-needed',
    message: expect.stringContaining('passphrase'),
  });
  await expect(b.data.flush('cloud')).rejects.toMatchObject({ code: 'auth-needed' });
  expect([now(b.data.sync.status$), now(b.data.sync.reason$)]).toEqual(['error', 'auth']);
  expect(counting.requests).toMatchObject({ put: 0, delete: 0, list: 0 });
  expect(await contentOf(store)).toEqual(before);
  // What it has is kept, and goes out once the passphrase is right.
  await b.data.flush();
  expect(await b.all()).toEqual([['two', 'of b']]);
  expect(now(b.data.sync.pending$)).toHaveLength(1);
  await b.data.setCloud(encrypted(store, { passphrase: 'right' }), { autoStart: false });
  await b.data.sync.forceSync();
  await a.data.sync.forceSync();
  expect(await b.all()).toEqual(await a.all());
  expect(await a.all()).toHaveLength(2);
});

test('[WR61] a device that meets a key which nobody has stops, and writes nothing', async () => {
  const [store, other] = [new MemoryBucket(), new MemoryBucket()];
  const a = await device(encrypted(store, { key }), { autoStart: true });
  a.notes.save({ id: 'one', text: 'of a' });
  await a.data.flush('cloud');
  const b = await device(encrypted(other, { key }));
  b.notes.save({ id: 'two', text: 'of another store' });
  await b.data.flush('cloud');
  await store.put('app/head', (await read(other, 'app/head')).bytes);
  const before = await contentOf(store);
  a.notes.save({ id: 'one', text: 'edited' });
  await expect(a.data.sync.pull()).rejects.toMatchObject({ code: 'cloud-unreadable' });
  await expect(a.data.flush('cloud')).rejects.toMatchObject({ code: 'cloud-unreadable' });
  expect([now(a.data.sync.status$), now(a.data.sync.reason$)]).toEqual(['error', 'cloud-unreadable']);
  expect(await contentOf(store)).toEqual(before);
});

test('[WR62] the key is rotated and the passphrase changed while another device is open, and both go on', async () => {
  const store = new MemoryBucket();
  const bucket = encrypted(store, { passphrase: 'first' });
  const a = await device(bucket);
  const b = await device(encrypted(store, { passphrase: 'first' }));
  a.notes.save({ id: 'one', text: 'before' });
  await a.data.flush('cloud');
  await b.data.sync.pull();
  await bucket.changePassphrase('second');
  // B has the key already.
  a.notes.save({ id: 'two', text: 'after the change' });
  await a.data.flush('cloud');
  await b.data.sync.pull();
  expect(await b.all()).toEqual(await a.all());
  await bucket.rotate();
  a.notes.save({ id: 'three', text: 'after the rotation' });
  await a.data.flush('cloud');
  // Now B has neither the key nor the passphrase for it.
  await expect(b.data.sync.pull()).rejects.toMatchObject({ code: 'auth-needed' });
  b.notes.save({ id: 'four', text: 'of b' });
  await b.data.setCloud(encrypted(store, { passphrase: 'second' }), { autoStart: false });
  await b.data.sync.forceSync();
  await a.data.sync.forceSync();
  expect(await b.all()).toEqual(await a.all());
  expect((await a.all()).map(([id]) => id)).toEqual(['four', 'one', 'three', 'two']);
});

test('[WR62] a rotation alone is not noticed by a device that is open', async () => {
  const store = new MemoryBucket();
  const bucket = encrypted(store, { key });
  const [a, b] = [await device(bucket), await device(encrypted(store, { key }))];
  for (let round = 0; round < 3; round++) {
    a.notes.save({ text: `of a ${round}` });
    await a.data.flush('cloud');
    await bucket.rotate();
    await b.data.sync.forceSync();
    b.notes.save({ text: `of b ${round}` });
    await b.data.flush('cloud');
    await a.data.sync.forceSync();
  }
  expect(await a.all()).toEqual(await b.all());
  expect(await b.all()).toHaveLength(6);
});

test('[WR63] an encrypted local tier is there after a restart, and its folder shows nothing of what is in it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tiersync-'));
  const secret = { passphrase: 'of this device', hideNames: true };
  const start = () =>
    DataOrchestrator.create({ prefix: 'app', local: compressed(encrypted(new FileBucket(folder), secret)) });
  try {
    const first = await start();
    first.repo('Note').save({ id: 'one', text: `SECRET ${'x'.repeat(5000)}` });
    await first.unload();
    const again = await start();
    expect(await again.repo('Note').get('one')).toMatchObject({ text: expect.stringContaining('SECRET') });
    await again.unload();
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThanOrEqual(3);
    for (const file of files) {
      const path = join(file.parentPath, file.name);
      expect(`${path} ${await readFile(path, 'latin1')}`).not.toMatch(/SECRET|global|metadata/);
    }
    const wrong = encrypted(new FileBucket(folder), { passphrase: 'another' });
    await expect(DataOrchestrator.create({ prefix: 'app', local: wrong })).rejects.toMatchObject({
      code: 'auth-needed',
    });
    const last = await start();
    expect(await last.repo('Note').count()).toBe(1);
    await last.unload();
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** One that stays open when an app closes it, as a disk does. */
const lasting = (store: MemoryBucket): IBucket => ({
  get: (...call) => store.get(...call),
  put: (...call) => store.put(...call),
  delete: (name) => store.delete(name),
  list: (prefix) => store.list(prefix),
});

const damages = {
  bucket: () => {
    const store = new MemoryBucket();
    const local = () => encrypted(lasting(store), { key });
    const damage = async (): Promise<void> => {
      const { bytes } = await read(store, 'app.global.json');
      await store.put('app.global.json', bytes.slice(0, -1));
    };
    return { local, damage };
  },
  persistence: () => {
    const store = new MemoryStore();
    const local = () => encrypted(store, { key });
    const damage = async (): Promise<void> => {
      const blob = (await store.loadData('app.global')) as { $: { format: number; wrapped: string } };
      await store.storeData('app.global', { $: { ...blob.$, wrapped: blob.$.wrapped.slice(0, -8) } });
    };
    return { local, damage };
  },
};

for (const [kind, make] of Object.entries(damages)) {
  test(`[WR63] a damaged blob of an encrypted local tier is set aside and the rest is read: a ${kind}`, async () => {
    const { local, damage } = make();
    const start = () => DataOrchestrator.create({ prefix: 'app', local: local(), logger: silentLogger });
    const first = await start();
    first.repo('Note').save({ text: 'damaged' });
    await first.unload();
    await damage();
    const again = await start();
    const problems: string[] = [];
    again.events$.subscribe((event) => event.type === 'problem' && problems.push(event.problem.code));
    expect(await again.repo('Note').getAll()).toEqual([]);
    expect(problems[0]).toBe('corrupt');
    again.repo('Note').save({ text: 'after' });
    await again.unload();
    const last = await start();
    expect(await last.repo('Note').count()).toBe(1);
    await last.unload();
  });
}
