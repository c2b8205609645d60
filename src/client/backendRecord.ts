import { isIsoTime } from '../blob/isoTime.ts';
import { recordOfForm } from '../blob/storedForm.ts';
import { TierSyncError } from '../errors.ts';
import type { Change } from '../interfaces/ITier.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { checkEntityName, describe } from '../util/checkName.ts';
import { isPlainObject } from '../util/isPlainObject.ts';
import type { BackendChange } from './Backend.ts';

/** Where devices keep an id whose key the backend does not know; undefined: nobody said. */
export type KeyOf = (id: string) => string | undefined;

const digitsOf = (count: number): string => String(count).padStart(16, '0');

/** The one order as a text: a database compares it by itself, and comes to the same answer as a device. */
const orderOf = ({ time, isDeleted, version, hash }: StoredRecord): string =>
  isDeleted ? `${time} 1` : `${time} 0 ${digitsOf(version)} ${digitsOf(hash)}`;

export function toBackend({ entityKey, entityName, id, record }: Change): BackendChange {
  if (record === null) throw new TypeError(`${entityName} ${id}: a change without a record does not travel`);
  return { entityName, id, entityKey, entity: record.value, updatedAt: record.time, order: orderOf(record) };
}

/** What a backend holds of an id, checked. `where`: its place in the answer. */
export function fromBackend(where: string, raw: unknown, keyOf: KeyOf): Change & { readonly record: StoredRecord } {
  if (!isPlainObject(raw)) throw unreadable(where, raw, 'an object');
  const { entityName, id, entity, updatedAt } = raw;
  if (!isEntityName(entityName)) throw unreadable(`${where}.entityName`, entityName, 'an entity name');
  if (typeof id !== 'string' || id === '') throw unreadable(`${where}.id`, id, 'an id');
  const entityKey = raw['entityKey'] ?? keyOf(id);
  if (typeof entityKey !== 'string' || entityKey === '') {
    throw unreadable(`${where}.entityKey`, entityKey, 'the text that was sent; without it, say `prefix`');
  }
  if (entity !== null && !isPlainObject(entity)) throw unreadable(`${where}.entity`, entity, 'an entity or null');
  if (entity !== null && entity['id'] !== id) throw unreadable(`${where}.entity.id`, entity['id'], describe(id));
  const [place, time] =
    entity === null ? [`${where}.updatedAt`, updatedAt] : [`${where}.entity.updatedAt`, entity['updatedAt']];
  if (!isIsoTime(time)) throw unreadable(place, time, 'a time as toISOString writes it');
  const record = recordOfForm(entityName, id, entity ?? time);
  if (record == null) throw unreadable(`${where}.entity`, entity, 'an entity in its stored form');
  return { entityKey, entityName, id, record };
}

/** The answer is not what was agreed on. Nothing of it was taken. */
export const unreadable = (where: string, value: unknown, expected: string): TierSyncError =>
  new TierSyncError('cloud-unreadable', `the backend answered with ${where} being ${describe(value)}, not ${expected}`);

function isEntityName(name: unknown): name is string {
  try {
    checkEntityName(name as string);
    return true;
  } catch {
    return false;
  }
}
