import { isReserved, lacksPart, maxNameBytes, nameFault } from './checkName.ts';

/** What is wrong with the answer of a key strategy, to follow "it ". */
export function logicalKeyFault(key: string, separator: string): string | undefined {
  const fault = nameFault(key, maxNameBytes);
  if (fault !== undefined) return fault;
  if (key.startsWith('$')) return isReserved;
  return key.startsWith(separator) || key.endsWith(separator) ? lacksPart : undefined;
}
