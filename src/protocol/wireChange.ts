import { isIsoTime } from '../blob/isoTime.ts';
import { newKeyData, recordAt } from '../blob/keyData.ts';
import { tombstone } from '../blob/records.ts';
import { TierSyncError } from '../errors.ts';
import type { StoredEntity } from '../interfaces/EntityKeyData.ts';
import type { Change } from '../interfaces/ITier.ts';

/** A change as it travels: plain JSON. */
export type WireChange =
  | { readonly key: string; readonly name: string; readonly entity: StoredEntity }
  | { readonly key: string; readonly name: string; readonly id: string; readonly deletedAt: string };

/** Only of changes that carry a record: taking traces away is a matter of one tier. */
export function toWire({ entityKey, entityName, id, record }: Change): WireChange {
  if (record === null) throw new TypeError(`${entityName} ${id}: a change without a record does not travel`);
  if (record.value === null) return { key: entityKey, name: entityName, id, deletedAt: record.time };
  return { key: entityKey, name: entityName, entity: record.value };
}

/** The inverse, checked: what is not a change that this version can read is `corrupt`. */
export function fromWire(where: string, wire: unknown): Change {
  const { key, name, id, entity, deletedAt } = Object(wire) as { readonly [field: string]: unknown };
  if (typeof key !== 'string' || key === '' || typeof name !== 'string' || name === '') throw unreadable(where);
  if (entity === undefined) {
    if (typeof id !== 'string' || id === '' || !isIsoTime(deletedAt)) throw unreadable(where);
    return { entityKey: key, entityName: name, id, record: tombstone(name, id, deletedAt) };
  }
  const ofEntity = (entity as Partial<StoredEntity> | null)?.id;
  if (typeof ofEntity !== 'string' || ofEntity === '') throw unreadable(where);
  // Read as a blob that holds nothing else, so that one set of checks serves both.
  const record = recordAt({ ...newKeyData(), [name]: { [ofEntity]: entity } }, name, ofEntity);
  if (record === undefined || record.isDeleted) throw unreadable(where);
  return { entityKey: key, entityName: name, id: ofEntity, record };
}

const unreadable = (where: string): TierSyncError =>
  new TierSyncError('corrupt', `${where} holds a change that cannot be read`);
