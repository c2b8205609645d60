import type { JsonValue } from '../interfaces/EntityKeyData.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { activeOf, graveOf } from './keyData.ts';

/** A record that is kept beside others: the entity, or the time of its deletion; null for none. */
export const storedForm = (record: StoredRecord | null): JsonValue =>
  record === null ? null : ((record.value ?? record.time) as JsonValue);

/** The inverse. Undefined: this is neither. */
export function recordOfForm(entityName: string, id: string, stored: unknown): StoredRecord | null | undefined {
  if (stored === null) return null;
  return typeof stored === 'string' ? graveOf(entityName, id, stored) : activeOf(entityName, id, stored);
}
