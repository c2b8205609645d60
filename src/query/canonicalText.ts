import { compareValues, contentOf } from './compareValues.ts';
import { kindOf, MISSING } from './valueKind.ts';

/** A text that is equal exactly when `compareValues` calls the values equal. */
export function canonicalText(value: unknown): string {
  const kind = kindOf(value);
  if (kind === MISSING) return '~';
  const content = contentOf(value, kind);
  return (
    kind + (Array.isArray(content) ? `[${content.map((item) => canonicalText(item)).join()}]` : plainText(content))
  );
}

function plainText(content: unknown): string {
  if (typeof content === 'string') return JSON.stringify(content);
  const key = valueKey(content);
  return typeof key === 'bigint' ? `${key}n` : String(key);
}

/** The same identity as a key of a Map or Set. Strings, numbers and booleans, the usual keys, stand for themselves. */
export function valueKey(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') {
    const number = Number(value);
    return compareValues(number, value) === 0 ? number : value;
  }
  // A text begins with '\0' where it stands for what cannot be a key itself, so a string that does needs one too.
  const needsText = typeof value === 'string' ? value.charCodeAt(0) === 0 : typeof value === 'object';
  return needsText ? `\0${canonicalText(value)}` : value;
}
