import { TierSyncError } from '../errors.ts';

export const maxNameBytes = 128;
const maxIdBytes = 512;

const unprintable = /[\p{Cc}\p{Cs}]/u;
const encoder = new TextEncoder();

export const isReserved = 'is reserved, as is all that begins with $';
const isInherited = 'is taken, as stores keep names as fields of objects';
export const lacksPart = 'begins or ends with the separator';

/** What is wrong with a value as a name of at most that many bytes in UTF-8, to follow "it ". */
export function nameFault(name: unknown, maxBytes: number): string | undefined {
  if (typeof name !== 'string') return 'is not a string';
  if (name === '') return 'is empty';
  // No code unit takes more than three bytes, so most texts need no encoding to be known as short enough.
  if (name.length * 3 > maxBytes && encoder.encode(name).length > maxBytes) return `is longer than ${maxBytes} bytes`;
  if (unprintable.test(name)) return 'holds a control character or half a surrogate pair';
  return undefined;
}

/** Throws if no collection may be called that. */
export function checkEntityName(name: string): void {
  refuse('entity name', name, nameFault(name, maxNameBytes) ?? entityNameFault(name));
}

/** Throws if no entity may have that id, where ids are divided by that separator. */
export function checkEntityId(id: string, separator: string): void {
  refuse('id', id, nameFault(id, maxIdBytes) ?? idFault(id, separator));
}

/** A name that is no text is a mistake in the program; any other comes with the data. */
export function checkText(what: string, name: unknown): void {
  if (typeof name !== 'string') throw new TypeError(`An ${what} is a string, not ${describe(name)}.`);
}

/** A value for an error message: short, and with nothing unprintable in it. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value);
  return Object(value) === value ? Object.prototype.toString.call(value) : String(value);
}

function entityNameFault(name: string): string | undefined {
  // Blobs keep their deletions under this name.
  if (name === 'deleted' || name.startsWith('$')) return isReserved;
  return name in Object.prototype ? isInherited : undefined;
}

function idFault(id: string, separator: string): string | undefined {
  if (id === '__proto__') return isInherited;
  const cut = id.lastIndexOf(separator);
  if (cut < 0) return undefined;
  if (cut === 0 || cut + separator.length === id.length) return lacksPart;
  return id.startsWith('$') ? isReserved : undefined;
}

function refuse(what: string, name: unknown, fault: string | undefined): void {
  if (fault === undefined) return;
  checkText(what, name);
  throw new TierSyncError('invalid-name', `Choose another ${what} than ${describe(name)}: it ${fault}.`);
}
