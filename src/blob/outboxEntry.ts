import type { JsonValue } from '../interfaces/EntityKeyData.ts';
import type { OutboxEntry, Refusal } from '../interfaces/OutboxEntry.ts';
import { recordOfForm, storedForm } from './storedForm.ts';

type Fields = { readonly [field: string]: unknown };

/** An entry as it stands in a blob. Where the base is not known, the field is left out. */
export function toStoredEntry(entry: OutboxEntry): JsonValue {
  const { base, sent, order, at, rejected } = entry;
  return {
    ...(base === undefined ? {} : { base: storedForm(base) }),
    ...(sent.length === 0 ? {} : { sent: [...sent] }),
    order,
    at,
    ...(rejected === null ? {} : { rejected: { ...rejected } }),
  };
}

/** The inverse. What cannot be read of it is taken for not known: the change is sent all the same. */
export function fromStoredEntry(entityName: string, id: string, stored: unknown): OutboxEntry {
  const { base, sent, order, at, rejected } = Object(stored) as Fields;
  return {
    base: recordOfForm(entityName, id, base),
    sent: Array.isArray(sent) ? sent.filter((hash) => Number.isSafeInteger(hash)) : [],
    order: countOf(order),
    at: countOf(at),
    rejected: refusalOf(rejected),
  };
}

const countOf = (value: unknown): number => (Number.isSafeInteger(value) ? (value as number) : 0);

function refusalOf(stored: unknown): Refusal | null {
  const { code, reason } = Object(stored) as Fields;
  return typeof code === 'string' && typeof reason === 'string' ? ({ code, reason } as Refusal) : null;
}
