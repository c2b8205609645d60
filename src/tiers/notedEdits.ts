import { checkKeyData } from '../blob/keyData.ts';
import { TierSyncError } from '../errors.ts';
import type { JsonValue } from '../interfaces/EntityKeyData.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { fromWire, toWire } from '../protocol/wireChange.ts';
import type { Edit } from '../reconcile/applyEdit.ts';

/** What an edit was made of stands beside it; a field that is left out is not known, and null is nothing. */
export function notedForm(edit: Edit): JsonValue {
  const { entityKey: key, entityName: name, id, record, base, maybeThere } = edit;
  const formOf = (one: StoredRecord | null | undefined): unknown =>
    one ? toWire({ entityKey: key, entityName: name, id, record: one }) : one;
  const form = { key, name, id, record: formOf(record), base: formOf(base), maybeThere: formOf(maybeThere) };
  return Object.fromEntries(Object.entries(form).filter(([, value]) => value !== undefined)) as JsonValue;
}

/** The inverse for all of a note; what cannot be read is `corrupt`. */
export function editsIn(where: string, raw: unknown): readonly Edit[] {
  const { edits } = checkKeyData(where, raw).$ as { readonly edits?: unknown };
  if (!Array.isArray(edits)) throw new TierSyncError('corrupt', `${where} holds no edits`);
  return edits.map((edit) => {
    const { key, name, id, record, base, maybeThere } = Object(edit) as { readonly [field: string]: unknown };
    if (![key, name, id].every((text) => typeof text === 'string' && text !== '') || record === undefined) {
      throw new TierSyncError('corrupt', `${where} holds an edit that cannot be read`);
    }
    const recordOf = (wire: unknown): StoredRecord | null => (wire === null ? null : fromWire(where, wire).record);
    return {
      entityKey: key as string,
      entityName: name as string,
      id: id as string,
      record: recordOf(record),
      ...(base === undefined ? {} : { base: recordOf(base) }),
      ...(maybeThere === undefined ? {} : { maybeThere: recordOf(maybeThere) ?? undefined }),
    };
  });
}
