import { activeRecord, tombstone } from '../blob/records.ts';
import type { EntityFields } from '../interfaces/Entity.ts';
import type { StoredEntity } from '../interfaces/EntityKeyData.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import type { Fields } from './fields.ts';

/** The two versions of one entity that a conflict is about. */
export interface Versions {
  readonly local: StoredRecord;
  readonly remote: StoredRecord;
}

/** The engine's fields of a version that follows both, as old as the older of them. The same whoever makes it. */
export function successorFields({ local, remote }: Versions): EntityFields {
  const created = [local, remote].flatMap(({ value, time }) =>
    value === null ? [] : Date.parse(value.createdAt ?? time),
  );
  return {
    id: local.id,
    createdAt: new Date(Math.min(...created)),
    updatedAt: new Date(stampAfter({ local, remote })),
    version: Math.max(local.version, remote.version) + 1,
  };
}

/** A record with that content that beats both in the one order; null: a tombstone. */
export function successor(versions: Versions, content: Fields | null): StoredRecord {
  const { entityName, id } = versions.local;
  if (content === null) return tombstone(entityName, id, new Date(stampAfter(versions)).toISOString());
  const { createdAt, updatedAt, version } = successorFields(versions);
  const times = { createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
  return activeRecord(entityName, id, { ...content, id, ...times, version } as StoredEntity);
}

const stampAfter = ({ local, remote }: Versions): number => Math.max(local.stamp, remote.stamp) + 1;
