import { describe, maxNameBytes, nameFault } from './checkName.ts';

/** How the ids of a strategy look: what stands between their parts, and how long the random part is. */
export interface KeyLayout {
  readonly separator: string;
  readonly identifierLength: number;
}

export function checkPrefix(prefix: string, separator: string): void {
  // Or the keys of the prefix 'a.b' would begin like those of 'a'.
  const fault = nameFault(prefix, maxNameBytes) ?? (prefix.includes(separator) ? 'holds the separator' : undefined);
  refuseMisuse("Write a prefix such as 'app'", prefix, fault);
}

/** The error for what a program says wrong, if there is a fault: what to do instead, what came, and what it does. */
export function refuseMisuse(advice: string, value: unknown, fault: string | undefined): void {
  if (fault !== undefined) throw new TypeError(`${advice}, not ${describe(value)}: it ${fault}.`);
}
