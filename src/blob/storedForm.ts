import type { JsonValue } from '../interfaces/EntityKeyData.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { activeOf, graveOf } from './keyData.ts';
import { isStub, readStub, storedStub } from './stub.ts';

/** A record that is kept beside others: the entity, or the time of its deletion, or its stub; null for none. */
export function storedForm(record: StoredRecord | null): JsonValue {
  if (record === null) return null;
  return isStub(record) ? storedStub(record) : ((record.value ?? record.time) as JsonValue);
}

/** The inverse. Undefined: this is neither. */
export function recordOfForm(entityName: string, id: string, stored: unknown): StoredRecord | null | undefined {
  if (stored === null) return null;
  if (Array.isArray(stored)) return readStub(entityName, id, stored);
  return typeof stored === 'string' ? graveOf(entityName, id, stored) : activeOf(entityName, id, stored);
}
