import stringify from 'fast-json-stable-stringify';
import type { JsonValue } from '../interfaces/EntityKeyData.ts';

/**
 * The one text of a value: sorted keys, no spaces. Only for what the codec made: it has no value that JSON loses. What was
 * read from such a text is in order already, and is written several times as fast.
 */
export const canonicalText = (value: JsonValue | object): string =>
  isInOrder(value) ? JSON.stringify(value) : stringify(value);

function isInOrder(value: JsonValue | object): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isInOrder);
  let last = '';
  for (const field in value) {
    if (field < last || !isInOrder((value as { [field: string]: JsonValue })[field]!)) return false;
    last = field;
  }
  return true;
}
