import { sortedEntries } from './compareValues.ts';
import { Kind, kindOf } from './valueKind.ts';

/** A text that is equal exactly when `compareValues` calls the values equal. */
export function canonicalText(value: unknown): string {
  switch (kindOf(value)) {
    case Kind.string:
      return JSON.stringify(value);
    case Kind.number:
      return numberText(value as number | bigint);
    case Kind.boolean:
      return String(value);
    case Kind.date:
      return `d${(value as Date).getTime()}`;
    case Kind.bytes:
      // A dot and not a comma, so that bytes inside an array cannot be taken for its items.
      return `b${(value as Uint8Array).join('.')}`;
    case Kind.array:
      return `[${(value as unknown[]).map(canonicalText).join()}]`;
    case Kind.object:
      return `{${sortedEntries(value as object)
        .map(([key, field]) => `${JSON.stringify(key)}:${canonicalText(field)}`)
        .join()}}`;
    default:
      return '~';
  }
}

/** The same identity as a key of a Map or Set. Strings and numbers, the usual keys, stand for themselves. */
export function valueKey(value: unknown): unknown {
  // '\0' begins the texts of composed values, so a string that begins with it gets one more.
  if (typeof value === 'string') return value.charCodeAt(0) === 0 ? `\0${value}` : value;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return value === null || value === undefined
    ? null
    : typeof value === 'bigint'
      ? plainNumber(value)
      : `\0${canonicalText(value)}`;
}

function numberText(value: number | bigint): string {
  const plain = typeof value === 'bigint' ? plainNumber(value) : value;
  return typeof plain === 'bigint' ? `${plain}n` : String(plain);
}

/** A bigint that equals a number becomes that number. */
function plainNumber(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isFinite(number) && BigInt(number) === value ? number : value;
}
