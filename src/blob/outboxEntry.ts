import type { JsonValue } from '../interfaces/EntityKeyData.ts';
import type { OutboxEntry, Refusal } from '../interfaces/OutboxEntry.ts';
import { recordOfForm, storedForm } from './storedForm.ts';

type Fields = { readonly [field: string]: unknown };

/** What was written or read once need not be read again: nobody changes a stored entry. */
const known = new WeakMap<object, OutboxEntry>();

/** An entry as it stands in a blob. Where the base is not known, the field is left out. */
export function toStoredEntry(entry: OutboxEntry): JsonValue {
  const { base, sent, order, at, rejected } = entry;
  const stored = {
    ...(base === undefined ? {} : { base: storedForm(base) }),
    ...(sent.length === 0 ? {} : { sent }),
    order,
    at,
    ...(rejected === null ? {} : { rejected: { ...rejected } }),
  };
  known.set(stored, entry);
  return stored;
}

/** The inverse. What cannot be read of it is taken for not known: the change is sent all the same. */
export function fromStoredEntry(entityName: string, id: string, stored: unknown): OutboxEntry {
  const fields = Object(stored) as Fields;
  const found = known.get(fields);
  if (found !== undefined) return found;
  const { base, sent, order, at, rejected } = fields;
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
