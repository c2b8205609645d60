import { TierSyncError } from '../errors.ts';
import { describe } from '../util/checkName.ts';
import { globalKey } from '../util/entityId.ts';
import { logicalKeyFault } from '../util/logicalKeyFault.ts';

export { globalKey };

/** What a field may hold whose value decides the key. */
export type KeyFieldValue = string | number | bigint | boolean | Date | null;

const ascii = /^[\w-]+$/;
const readable = /^[\p{L}\p{N}\p{M}_-]$/u;
const encoder = new TextEncoder();

/** A text as one part of a key: letters and digits of any language stay, everything else becomes `%XX`. */
export function encodeText(text: string, separator: string): string {
  if (ascii.test(text)) return text;
  let encoded = '';
  for (const char of text) encoded += readable.test(char) && !separator.includes(char) ? char : percent(char);
  return encoded;
}

/**
 * A field's value as a logical key, so that no two values share one: texts as they are, other types behind `%` and a
 * letter that is no hexadecimal digit. `undefined`: such a value cannot be a key.
 */
export function encodeValue(value: unknown, separator: string): string | undefined {
  if (value === null || value === undefined) return globalKey;
  const text = scalarText(value);
  if (text === undefined || !text.isWellFormed()) return undefined;
  if (typeof value !== 'string') return `%${text[0]}${encodeText(text.slice(1), separator)}`;
  if (value === '') return '%';
  // Otherwise entities with this value would stand among those that have none.
  if (value === globalKey) return `${percent('g')}lobal`;
  return encodeText(value, separator);
}

/** The value that `encodeValue` made this key of; `null` for the key of entities without a value. */
export function decodeValue(key: string): KeyFieldValue {
  if (key === globalKey) return null;
  if (key === '%') return '';
  const tag = key[0] === '%' ? key[1] : undefined;
  const rest = (): string => decodeURIComponent(key.slice(2));
  if (tag === 'n') return Number(rest());
  if (tag === 'i') return BigInt(rest());
  if (tag === 'o') return rest() === 'true';
  if (tag === 't') return new Date(Number(rest()));
  return decodeURIComponent(key);
}

/** A scalar as a letter for its type and a text; `undefined` for everything else. */
export function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return `s${value}`;
  if (typeof value === 'number') return `n${value}`;
  if (typeof value === 'bigint') return `i${value}`;
  if (typeof value === 'boolean') return `o${value}`;
  if (value instanceof Date && !Number.isNaN(value.getTime())) return `t${value.getTime()}`;
  return undefined;
}

/** The value of a field of the entity itself, never of its prototype. */
export function fieldOf(entity: object, field: string): unknown {
  return Object.hasOwn(entity, field) ? (entity as { readonly [field: string]: unknown })[field] : undefined;
}

/** The key, if it may be one; for keys made of a name or a value that came with the data. */
export function acceptKey(key: string, separator: string, madeOf: string): string {
  const fault = logicalKeyFault(key, separator);
  if (fault === undefined) return key;
  throw new TierSyncError('invalid-name', `The key ${describe(key)} made of ${madeOf} will not do: it ${fault}.`);
}

/** The error for a value that no key can be made of. */
export function unusableValue(field: string, value: unknown, wanted: string): TierSyncError {
  const message = `The field ${field} decides where an entity is kept: give it ${wanted}, not ${describe(value)}.`;
  return new TierSyncError('invalid-name', message, { path: field });
}

function percent(char: string): string {
  let escaped = '';
  for (const byte of encoder.encode(char)) escaped += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  return escaped;
}
