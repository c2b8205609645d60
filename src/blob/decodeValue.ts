import { TierSyncError } from '../errors.ts';
import type { JsonValue } from '../interfaces/EntityKeyData.ts';
import { FrozenDate } from '../util/FrozenDate.ts';
import { DOLLAR } from './encodeValue.ts';
import { isIsoTime } from './isoTime.ts';

/** The inverse of `encodeValue`, deeply frozen. A tag that this version does not know was written by a newer one. */
export function decodeValue(value: JsonValue): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const decoded = new Array<unknown>(value.length);
    for (let i = 0; i < value.length; i++) define(decoded, i, decodeValue(value[i] as JsonValue));
    return Object.freeze(decoded);
  }
  const fields = value as { readonly [field: string]: JsonValue };
  const decoded: Record<string, unknown> = {};
  const names = Object.keys(fields);
  for (const field of names) {
    if (field.charCodeAt(0) !== DOLLAR) define(decoded, field, decodeValue(fields[field] as JsonValue));
    else if (field.charCodeAt(1) === DOLLAR) define(decoded, field.slice(1), decodeValue(fields[field] as JsonValue));
    else return decodeTag(field, fields[field] as JsonValue, names.length === 1);
  }
  return Object.freeze(decoded);
}

const oddNumbers = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-0', -0],
]);

/** Only what `encodeValue` writes is read, so that what is read is written again byte for byte. */
function decodeTag(tag: string, value: JsonValue, isAlone: boolean): unknown {
  const text = isAlone && typeof value === 'string' ? value : undefined;
  switch (tag) {
    case '$date':
      if (isIsoTime(text)) return new FrozenDate(Date.parse(text), text);
      break;
    case '$bigint':
      if (text !== undefined && /^(?:0|-?[1-9]\d*)$/.test(text)) return BigInt(text);
      break;
    case '$bytes':
      if (text !== undefined) return base64ToBytes(text);
      break;
    case '$number':
      if (text !== undefined && oddNumbers.has(text)) return oddNumbers.get(text);
      break;
    default:
      throw unknownTag(tag);
  }
  throw new TierSyncError('corrupt', `a value tagged ${tag} holds ${JSON.stringify(value)?.slice(0, 40)}`);
}

const unknownTag = (tag: string): TierSyncError =>
  new TierSyncError('upgrade-needed', `a value is tagged ${tag}, which a newer version of tiersync wrote`);

function define(into: object, field: string | number, value: unknown): void {
  if (value instanceof Uint8Array) {
    Object.defineProperty(into, field, { enumerable: true, get: () => value.slice() });
  } else if (field === '__proto__') {
    throw new TierSyncError('corrupt', 'a record has a field named __proto__');
  } else {
    (into as Record<string | number, unknown>)[field] = value;
  }
}

/** Adds one decoded field of a record to an entity that is being built. */
export const decodeInto = (entity: object, field: string, value: JsonValue): void => {
  const isEscaped = field.charCodeAt(0) === DOLLAR;
  if (isEscaped && field.charCodeAt(1) !== DOLLAR) throw unknownTag(field);
  const name = isEscaped ? field.slice(1) : field;
  define(entity, name, typeof value === 'object' ? decodeValue(value) : value);
};

function base64ToBytes(text: string): Uint8Array {
  let binary: string;
  try {
    binary = atob(text);
  } catch (cause) {
    throw new TierSyncError('corrupt', 'bytes are not base64', { cause });
  }
  // Several texts decode to the same bytes; only one of them is ours.
  if (btoa(binary) !== text) throw new TierSyncError('corrupt', 'bytes are not base64 as tiersync writes it');
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}
