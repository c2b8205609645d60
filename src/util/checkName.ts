import { TierSyncError } from '../errors.ts';

const maxNameBytes = 128;
const maxIdBytes = 512;

const unprintable = /[\p{Cc}\p{Cs}]/u;
const alphabetOfIdentifiers = /[A-Za-z0-9_-]/;
const prototypeNames: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));
const encoder = new TextEncoder();

/** What is wrong with a text as a name of at most that many bytes in UTF-8, to follow "it "; `null` if nothing is. */
export function nameFault(text: string, maxBytes: number): string | null {
  if (text === '') return 'is empty';
  // No code unit takes more than three bytes, so most texts need no encoding to be known as short enough.
  if (text.length * 3 > maxBytes && encoder.encode(text).length > maxBytes) return `is longer than ${maxBytes} bytes`;
  if (unprintable.test(text)) return 'holds a control character or half a surrogate pair';
  return null;
}

/** Throws if no collection may be called that. */
export function checkEntityName(name: string): void {
  if (typeof name !== 'string') {
    throw new TypeError(`An entity name is a string, as in repo('Task'); this one is ${describe(name)}.`);
  }
  const fault = nameFault(name, maxNameBytes) ?? reservedNameFault(name);
  if (fault !== null) refuse(`Choose another entity name than ${describe(name)}: it ${fault}.`);
}

/** Throws if no entity may have that id, where ids are divided by that separator. */
export function checkEntityId(id: string, separator: string): void {
  if (typeof id !== 'string') {
    throw new TypeError(`An id is a string, as save() returns it; this one is ${describe(id)}.`);
  }
  const fault = nameFault(id, maxIdBytes) ?? idFault(id, separator);
  if (fault !== null) refuse(`Choose another id than ${describe(id)}: it ${fault}.`);
}

/** What is wrong with the answer of a key strategy, to follow "it "; `null` if nothing is. */
export function logicalKeyFault(key: string, separator: string): string | null {
  const fault = nameFault(key, maxNameBytes);
  if (fault !== null) return fault;
  if (key.startsWith('$')) return 'begins with $, which is reserved';
  if (key.startsWith(separator) || key.endsWith(separator)) return `begins or ends with the separator ${separator}`;
  return null;
}

export function checkPrefix(prefix: string): void {
  const fault = typeof prefix === 'string' ? nameFault(prefix, maxNameBytes) : 'is not a string';
  if (fault !== null)
    throw new TypeError(`Write a prefix such as 'app'; ${describe(prefix)} will not do: it ${fault}.`);
}

export function checkSeparator(separator: string): void {
  const fault = typeof separator === 'string' ? separatorFault(separator) : 'is not a string';
  if (fault !== null) {
    throw new TypeError(`Write a separator such as '.'; ${describe(separator)} will not do: it ${fault}.`);
  }
}

export function checkIdentifierLength(length: number): void {
  if (Number.isInteger(length) && length >= 1 && length <= 64) return;
  throw new TypeError(`Write an identifierLength from 1 to 64, such as 21; ${describe(length)} will not do.`);
}

/** A value for an error message: short, and with nothing unprintable in it. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value);
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return value instanceof Promise ? 'a Promise' : 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}

function reservedNameFault(name: string): string | null {
  if (name === 'deleted') return "is where a blob keeps its deletions; call it 'Deleted', for example";
  if (name.startsWith('$')) return 'begins with $, which is reserved';
  // A foreign store keeps names as fields of plain objects, and every plain object has these already.
  if (prototypeNames.has(name)) return 'is a field that every object has, and stores keep names as fields of objects';
  return null;
}

function idFault(id: string, separator: string): string | null {
  if (id === '__proto__') return 'cannot be a field of a plain object, and stores keep ids as fields of objects';
  const cut = id.lastIndexOf(separator);
  if (cut < 0) return null;
  if (cut === 0) return `has nothing before the separator ${separator}`;
  if (cut + separator.length === id.length) return `has nothing after the separator ${separator}`;
  return id.startsWith('$') ? 'begins with $, which is reserved' : null;
}

function separatorFault(separator: string): string | null {
  const fault = nameFault(separator, 8);
  if (fault !== null) return fault;
  if (alphabetOfIdentifiers.test(separator)) return 'shares a character with the random part of ids (A-Z a-z 0-9 _ -)';
  return separator.includes('$') ? 'holds $, which is reserved' : null;
}

function refuse(message: string): never {
  throw new TierSyncError('invalid-name', message);
}
