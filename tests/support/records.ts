import type { JsonValue } from 'tiersync';
import { activeRecord, tombstone } from '../../src/blob/records.ts';
import type { Change } from '../../src/interfaces/ITier.ts';
import type { StoredRecord } from '../../src/interfaces/StoredRecord.ts';

const start = Date.parse('2026-05-17T12:00:00.000Z');

export const timeAt = (seconds: number): string => new Date(start + seconds * 1000).toISOString();

/** An active record, stamped so many seconds after a fixed time. */
export function active(
  entityName: string,
  id: string,
  seconds: number,
  fields: { readonly [field: string]: JsonValue } = {},
  version = 1,
): StoredRecord {
  return activeRecord(entityName, id, { id, createdAt: timeAt(0), updatedAt: timeAt(seconds), version, ...fields });
}

export const deleted = (entityName: string, id: string, seconds: number): StoredRecord =>
  tombstone(entityName, id, timeAt(seconds));

export const changeOf = (entityKey: string, record: StoredRecord): Change => {
  const { entityName, id } = record;
  return { entityKey, entityName, id, record };
};

export const forget = (entityKey: string, entityName: string, id: string): Change => ({
  entityKey,
  entityName,
  id,
  record: null,
});
