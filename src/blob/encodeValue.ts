import type { JsonValue } from '../interfaces/EntityKeyData.ts';

/**
 * One codec for disk, wire and hash. Plain JSON stays as it is; what JSON would lose becomes an object with one
 * tag: `$date`, `$bigint`, `$bytes`, `$number`. A field of the user's that begins with `$` gets one `$` more, so a tag
 * can never be mistaken for data. A string that looks like a date stays a string.
 */
export function encodeValue(value: unknown): JsonValue {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (Number.isFinite(value) && !Object.is(value, -0)) return value;
      return { $number: Object.is(value, -0) ? '-0' : String(value) };
    case 'bigint':
      return { $bigint: value.toString() };
    case 'object':
      if (value === null) return null;
      if (value instanceof Date) return { $date: value.toISOString() };
      if (value instanceof Uint8Array) return { $bytes: bytesToBase64(value) };
      if (Array.isArray(value)) return value.map(encodeValue);
      return encodeFields(value as Record<string, unknown>);
    default:
      throw new TypeError(`cannot encode a ${typeof value}; takeIn refuses it earlier`);
  }
}

function encodeFields(value: Record<string, unknown>): JsonValue {
  const encoded: Record<string, JsonValue> = {};
  for (const field of Object.keys(value).sort()) {
    encoded[encodeFieldName(field)] = encodeValue(value[field]);
  }
  return encoded;
}

export const DOLLAR = 36;

/** The name of a field as it stands in a record. */
export const encodeFieldName = (field: string): string => (field.charCodeAt(0) === DOLLAR ? `$${field}` : field);

function bytesToBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(binary);
}
