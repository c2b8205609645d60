import { activeRecord, tombstone } from '../blob/records.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import type { Permission } from '../server/Principal.ts';
import { type Access, accessOf, everywhere } from '../server/permissions/Access.ts';
import type { Reading, RowDraft, SyncRow, SyncStore } from '../server/SyncStore.ts';

export const start: number = Date.parse('2026-05-17T12:00:00.000Z');
export const isoAt = (seconds: number): string => new Date(start + seconds * 1000).toISOString();
export const range = (length: number): number[] => Array.from({ length }, (_, index) => index);
export const all: Reading = { access: everywhere, collections: null };
export const tenant = 'acme';
export const key = 'app.global';

export function active(id: string, seconds = 0, name = 'Note', text = 'a text'): StoredRecord {
  return activeRecord(name, id, { id, createdAt: isoAt(0), updatedAt: isoAt(seconds), version: 1, text });
}
export const deleted = (id: string, seconds = 0, name = 'Note'): StoredRecord => tombstone(name, id, isoAt(seconds));

export const draft = (record: StoredRecord, more: Partial<RowDraft> = {}): RowDraft => ({
  entityKey: key,
  record,
  device: null,
  createdBy: null,
  updatedBy: null,
  deletedBy: null,
  receivedAt: start,
  expiresAt: null,
  ...more,
});

export const putAll = (store: SyncStore, drafts: readonly RowDraft[], of: string = tenant): Promise<number> =>
  store.write(of, (writer) => writer.put(drafts));

export const readAll = (store: SyncStore, of: string = tenant): Promise<readonly SyncRow[]> =>
  store.read(of, (reader) => reader.feed({ after: 0, reading: all }));

/** A row as plain data, to be compared. */
export const plain = ({ record, ...row }: SyncRow): object => ({
  ...row,
  name: record.entityName,
  id: record.id,
  stamp: record.stamp,
  version: record.version,
  text: record.text,
  hash: record.hash,
  isDeleted: record.isDeleted,
});
export const plainDraft = (row: RowDraft, seq: number): object => plain({ ...row, seq });
export const places = (rows: readonly SyncRow[]): string[] =>
  rows.map(({ seq, record }) => `${seq} ${record.entityName} ${record.id}`);
export const idsOf = (rows: readonly SyncRow[]): string[] => rows.map(({ record }) => record.id).sort();

/** Many rows over keys and names, some of them deletions. */
export const mixture = (count: number): RowDraft[] =>
  range(count).map((n) => {
    const name = ['Note', 'Task', 'Üß𝄞'][n % 3];
    const record = n % 5 === 0 ? deleted(`id${n}`, n, name) : active(`id${n}`, n, name, `text ${n}`);
    return draft(record, { entityKey: `app.${n % 4}` });
  });

/** Lines of every kind, and what they come to. */
export const accesses = (): readonly Access[] => {
  const lines: readonly (readonly Permission[])[] = [
    [],
    [{ collection: '*', actions: ['read'] }],
    [{ collection: 'Note', actions: ['read'] }],
    [
      { collection: 'Note', itemId: 'id3', actions: ['read'] },
      { collection: 'Task', itemId: 'id4', actions: ['read'] },
    ],
    [
      { collection: '*', actions: ['read'] },
      { collection: 'Task', actions: ['read'], effect: 'deny' },
    ],
    [
      { collection: 'Note', actions: ['read'] },
      { collection: 'Note', itemId: 'id6', actions: ['read'], effect: 'deny' },
      { collection: 'Üß𝄞', itemId: 'id8', actions: ['read'] },
    ],
    [
      { collection: '*', actions: ['read'] },
      { collection: '*', actions: ['read'], effect: 'deny' },
    ],
  ];
  return lines.map((each) => accessOf(each, 'read'));
};

export const readings = (): readonly Reading[] =>
  accesses().flatMap((access) => [null, ['Task'], ['Note', 'None']].map((collections) => ({ access, collections })));

export const byText = <T>(items: T[]): T[] => items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
export const sorted = (item: object): object =>
  Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)));
