import { permits } from './permissions/Access.ts';
import type { Reading, SyncRow } from './SyncStore.ts';

/** Whether a row is among those that a question is about. */
export function isRead({ access, collections }: Reading, { record: { entityName, id } }: SyncRow): boolean {
  if (collections !== null && !collections.includes(entityName)) return false;
  return permits(access, entityName, id);
}
