import { EntityKeyCalendarStrategy, EntityKeyGlobalStrategy, type QueryOptions } from 'tiersync';
import { expect, test } from 'vitest';
import { EntityKeyHandler } from '../../src/EntityKeyHandler.ts';
import type { IEntityKeyStrategy } from '../../src/interfaces/IEntityKeyStrategy.ts';
import { Housekeeping } from '../../src/server/Housekeeping.ts';
import { ServerRepository } from '../../src/server/ServerRepository.ts';
import { anna, gone, idsOf, note, ServiceStage, start, wire } from './support.ts';

interface Note {
  title: string;
  count?: number;
  due?: Date;
  expiresAt?: Date;
}

function open(strategy: IEntityKeyStrategy = new EntityKeyGlobalStrategy()): {
  readonly stage: ServiceStage;
  readonly notes: ServerRepository<Note>;
} {
  const stage = new ServiceStage({ everyone: ['read', 'write', 'delete'] });
  const { store, environment } = stage;
  const keys = new EntityKeyHandler({ prefix: 'app', strategy, createId: environment.createId });
  const notes = new ServerRepository<Note>({
    store,
    tenant: 'acme',
    name: 'Note',
    keys,
    now: environment.now,
    userId: 'robot',
  });
  return { stage, notes };
}

test('[RS1] what the application saves is stamped, kept under the right key, and reaches devices', async () => {
  const { stage, notes } = open(new EntityKeyCalendarStrategy({ by: 'year' }));
  const before = await stage.cursor(anna);
  const due = new Date(start + 1);
  const id = await notes.save({ title: 'one', due });
  expect(id).toMatch(/^Note\.2026\./);
  expect(await notes.get(id)).toEqual({
    id,
    title: 'one',
    due,
    createdAt: new Date(start),
    updatedAt: new Date(start),
    version: 1,
  });
  const changes = await stage.pullAll(anna, before);
  expect(changes).toMatchObject([
    { key: 'app.Note.2026', name: 'Note', entity: { id, due: { $date: due.toISOString() } } },
  ]);
  const [row] = await stage.store.read('acme', (reader) => reader.find([{ name: 'Note', id }]));
  expect(row).toMatchObject({ createdBy: 'robot', updatedBy: 'robot', device: null });
});

test('[RS2] each version is later than the one before, deletions included, and a batch is one commit', async () => {
  const { stage, notes } = open();
  await stage.push(anna, [note('a', 60)]);
  await notes.save({ id: 'a', title: 'mine' });
  expect(await notes.get('a')).toMatchObject({ title: 'mine', version: 2, updatedAt: new Date(start + 60_001) });
  await notes.delete('a');
  expect(idsOf(await stage.loadAll(anna))).toEqual(['a']);
  expect(await stage.loadAll(anna)).toMatchObject([{ deletedAt: new Date(start + 60_002).toISOString() }]);
  const { seq } = await stage.cursor(anna);
  expect(
    await notes.saveMany([
      { id: 'b', title: 'b' },
      { id: 'a', title: 'again' },
    ]),
  ).toEqual(['b', 'a']);
  expect((await stage.cursor(anna)).seq).toBe(seq + 1);
  expect(await notes.get('a')).toMatchObject({ version: 1, updatedAt: new Date(start + 60_003) });
});

test('[RS3] update changes the given fields, removes those given as undefined, and makes nothing up', async () => {
  const { notes } = open();
  const id = await notes.save({ title: 'one', count: 1 });
  expect(await notes.update(id, { title: 'two', count: undefined })).toMatchObject({ title: 'two', version: 2 });
  expect(await notes.get(id)).not.toHaveProperty('count');
  await notes.update(id, ({ title }) => ({ title: `${title}!` }));
  expect(await notes.get(id)).toMatchObject({ title: 'two!', version: 3 });
  expect(await notes.update('none', { title: 'x' })).toBe(null);
  expect(await notes.getAll()).toHaveLength(1);
});

test('[RS4] concurrent edits of the application and of devices are all kept', async () => {
  const { stage, notes } = open();
  await notes.save({ id: 'a', title: '', count: 0 });
  await Promise.all(Array.from({ length: 30 }, () => notes.update('a', ({ count = 0 }) => ({ count: count + 1 }))));
  expect(await notes.get('a')).toMatchObject({ count: 30, version: 31 });
  expect((await stage.cursor(anna)).seq).toBe(31);
});

test('[RS5] deleting what is not there does nothing, clear deletes what is there, and both are remembered with who and when', async () => {
  const { stage, notes } = open();
  await notes.saveMany([
    { id: 'a', title: 'a' },
    { id: 'b', title: 'b' },
  ]);
  await stage.push(anna, [note('t', 1, {}, 1, 'Task'), gone('b', 2)]);
  const { seq } = await stage.cursor(anna);
  await notes.delete('none');
  await notes.delete('b');
  expect((await stage.cursor(anna)).seq).toBe(seq);
  await notes.clear();
  await notes.clear();
  expect((await stage.cursor(anna)).seq).toBe(seq + 1);
  expect(await notes.getAll()).toEqual([]);
  expect((await stage.service.metadata(anna, { collections: ['Task'] })).metadata.hash).not.toBe(0);
  expect(await notes.deletions()).toEqual([
    { id: 'a', collection: 'Note', deletedAt: new Date(start + 1), deletedBy: 'robot' },
    { id: 'b', collection: 'Note', deletedAt: new Date(start + 2_000), deletedBy: 'anna' },
  ]);
});

test('[RS6] getAll answers queries, and shows nothing whose time is over', async () => {
  const { stage, notes } = open(new EntityKeyCalendarStrategy({ by: 'year' }));
  await notes.saveMany([
    { id: 'a', title: 'x', count: 3 },
    { id: 'Note.2025.b', title: 'y', count: 1 },
    { id: 'Note.2026.c', title: 'x', count: 2, expiresAt: new Date(start + 100) },
  ]);
  const ids = async (options: QueryOptions): Promise<string[]> => (await notes.getAll(options)).map(({ id }) => id);
  expect(await ids({ sort: [{ field: 'count' }] })).toEqual(['Note.2025.b', 'Note.2026.c', 'a']);
  expect(await ids({ where: { title: 'x' }, sort: [{ field: 'count' }], limit: 1 })).toEqual(['Note.2026.c']);
  expect(await ids({ ids: ['a', 'none', 'Note.2025.b'] })).toEqual(['a', 'Note.2025.b']);
  expect(await ids({ years: [2025] })).toEqual(['Note.2025.b']);
  stage.environment.jump(100);
  expect(await ids({ where: { title: 'x' } })).toEqual(['a']);
  expect(await notes.get('Note.2026.c')).toBe(null);
  expect(await notes.update('Note.2026.c', { title: 'z' })).toBe(null);
});

test('[RS7] what cannot be kept is refused, and nothing is written', async () => {
  const { stage, notes } = open();
  const wrong: readonly [object, string][] = [
    [{ title: () => 1 }, 'invalid-entity'],
    [{ id: 'a\u0001', title: 'x' }, 'invalid-name'],
    [{ title: 'x', createdAt: new Date(Number.NaN) }, 'invalid-entity'],
  ];
  for (const [draft, code] of wrong) {
    await expect(
      Promise.resolve().then(() => notes.saveMany([{ title: 'good' }, draft as Note])),
    ).rejects.toMatchObject({ code });
  }
  expect(await stage.loadAll(anna)).toEqual([]);
});

test('[RS8] what was deleted and forgotten is saved anew with a later stamp', async () => {
  const { stage, notes } = open();
  await stage.push(anna, [gone('a', 300)]);
  const { store, environment } = stage;
  const housekeeping = new Housekeeping({ store, environment, tombstoneRetentionMs: -1 });
  expect(await housekeeping.collect('acme')).toEqual({ expired: 0, forgotten: 1 });
  await notes.save({ id: 'a', title: 'again' });
  expect((await notes.get('a'))?.updatedAt).toEqual(new Date(start + 300_001));
  expect(idsOf([wire(gone('a', 300))])).toEqual(['a']);
});
