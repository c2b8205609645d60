import { describe, nameFault } from './checkName.ts';
import { type KeyLayout, refuseMisuse } from './keyLayout.ts';

/** The random part of an id has the first; `$` and `%` begin what keys reserve and encode. */
const notInSeparators = /[\w$%-]/;

export function checkLayout({ separator, identifierLength }: KeyLayout): void {
  const fault = nameFault(separator, 8) ?? (notInSeparators.test(separator) ? 'holds one of A-Za-z0-9_-$%' : undefined);
  refuseMisuse("Write a separator such as '.'", separator, fault);
  if (Number.isInteger(identifierLength) && identifierLength >= 1 && identifierLength <= 64) return;
  throw new TypeError(`Write an identifierLength from 1 to 64, not ${describe(identifierLength)}.`);
}
