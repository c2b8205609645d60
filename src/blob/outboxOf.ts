import type { JsonValue } from '../interfaces/EntityKeyData.ts';
import { isFields } from '../util/jsonChecks.ts';
import type { KeyDataDraft } from './keyData.ts';

/** Entries by entity name and id, as they stand in a blob. */
export type StoredOutbox = { [entityName: string]: { [id: string]: JsonValue } };

/** The outbox of a blob; one that cannot be read holds nothing. */
export function outboxOf(data: KeyDataDraft): StoredOutbox {
  const outbox: unknown = data.$['outbox'];
  if (!isFields(outbox) || !Object.values(outbox as object).every(isFields)) return {};
  return outbox as StoredOutbox;
}

/** The places of a blob in which something waits to be sent. */
export const waitingIn = (data: KeyDataDraft): { readonly entityName: string; readonly id: string }[] =>
  Object.entries(outboxOf(data)).flatMap(([entityName, ofName]) =>
    Object.keys(ofName).map((id) => ({ entityName, id })),
  );
