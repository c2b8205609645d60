import { expect, test } from 'vitest';
import { EntityKeyHandler } from '../../src/EntityKeyHandler.ts';
import type { DeletionRecord, SyncDocument } from '../../src/interfaces/SyncDocument.ts';
import { MemorySyncStore } from '../../src/server/MemorySyncStore.ts';
import { Permissions } from '../../src/server/permissions/Permissions.ts';
import { SourceFeed } from '../../src/server/SourceFeed.ts';
import { SyncService } from '../../src/server/SyncService.ts';
import { EntityKeyGlobalStrategy } from '../../src/strategies/EntityKeyGlobalStrategy.ts';
import { TestEnvironment } from '../support/TestEnvironment.ts';
import { anna, idsOf, note, start, timeAt, wire } from './support.ts';

/** A table of the application's own. */
class Table {
  readonly documents: SyncDocument[] = [];
  readonly deletions: DeletionRecord[] = [];
  readonly asked: (Date | null)[] = [];

  async getDocuments(tenant: string, since: Date | null): Promise<readonly SyncDocument[]> {
    this.asked.push(since);
    const isLater = ({ metadata }: SyncDocument) => since === null || Number(metadata?.updatedAt) >= Number(since);
    return tenant === 'acme' ? this.documents.filter(isLater) : [];
  }

  async getDeletions(tenant: string): Promise<readonly DeletionRecord[]> {
    return tenant === 'acme' ? this.deletions : [];
  }

  save(id: string, seconds: number, title: string): void {
    const updatedAt = new Date(timeAt(seconds));
    this.documents.push({ id, collection: 'Note', data: { title, due: new Date(start) }, metadata: { updatedAt } });
  }
}

function open(table: Table) {
  const environment = new TestEnvironment();
  const store = new MemorySyncStore();
  const strategy = new EntityKeyGlobalStrategy();
  const keys = new EntityKeyHandler({ prefix: 'app', strategy, createId: environment.createId });
  const sources = new SourceFeed({ store, keys, environment, sources: { Note: table } });
  const permissions = new Permissions({ store, everyone: ['read', 'write'] });
  const service = new SyncService({ store, permissions, environment, keys, sources });
  return { environment, service };
}

test('[RS10] what stands in the application’s own tables is there for devices, and asked for again after a while', async () => {
  const table = new Table();
  const { environment, service } = open(table);
  environment.jump(1_000);
  table.save('a', 1, 'one');
  const { cursor } = await service.pull(anna, { cursor: null });
  expect(cursor.seq).toBe(1);
  const { changes } = await service.keys(anna, { keys: ['app.global'] });
  expect(changes).toMatchObject([
    {
      key: 'app.global',
      name: 'Note',
      entity: { id: 'a', title: 'one', due: { $date: timeAt(0) }, updatedAt: timeAt(1) },
    },
  ]);
  table.save('b', 2, 'two');
  table.deletions.push({ id: 'a', collection: 'Note', deletedAt: new Date(timeAt(3)), deletedBy: 'bert' });
  expect((await service.pull(anna, { cursor })).changes).toEqual([]);
  environment.jump(5_000);
  const page = await service.pull(anna, { cursor });
  expect(idsOf(page.changes)).toEqual(['a', 'b']);
  expect(page.changes).toContainEqual({ key: 'app.global', name: 'Note', id: 'a', deletedAt: timeAt(3) });
  expect(table.asked).toEqual([null, new Date(timeAt(1))]);
});

test('[RS10] many documents come in commits that are small enough to be told as a whole', async () => {
  const table = new Table();
  const { service } = open(table);
  for (let n = 0; n < 501; n += 1) table.save(`n${n}`, 1, 'one');
  const { cursor } = await service.pull(anna, { cursor: null });
  expect(cursor.seq).toBe(2);
  const { changes } = await service.pull(anna, { cursor: { ...cursor, seq: 0 } });
  expect(changes).toHaveLength(500);
});

test('[RS11] asking again for what came already writes nothing, and a later edit of a device stays', async () => {
  const table = new Table();
  const { environment, service } = open(table);
  table.save('a', 1, 'one');
  const { cursor: since } = await service.pull(anna, { cursor: null });
  await service.push(anna, { since, device: 'phone', changes: [wire(note('a', 2, { title: 'mine' }, 2))] });
  environment.jump(5_000);
  expect((await service.pull(anna, { cursor: null })).cursor.seq).toBe(2);
  table.save('a', 3, 'three');
  environment.jump(5_000);
  expect((await service.pull(anna, { cursor: null })).cursor.seq).toBe(3);
  expect(await service.find(anna, 'Note', 'a')).toMatchObject({ entity: { title: 'three' } });
});

test('[RS11] a document that does not tell when it was changed is refused', async () => {
  const table = new Table();
  const { service } = open(table);
  table.documents.push({ id: 'a', collection: 'Note', data: {} });
  await expect(service.pull(anna, { cursor: null })).rejects.toThrow(/metadata\.updatedAt/);
  table.documents.pop();
  expect(await service.pull(anna, { cursor: null })).toMatchObject({ cursor: { seq: 0 } });
});
