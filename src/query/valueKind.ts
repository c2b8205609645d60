/** The kinds of values we store, in the order in which they sort. What is missing comes last. */
const BOOLEAN = 0;
const NUMBER = 1;
const STRING = 2;
export const DATE = 3;
export const BYTES = 4;
export const ARRAY = 5;
export const OBJECT = 6;
export const MISSING = 7;

/** Numbers and bigints are one kind, and so are null and undefined. */
export function kindOf(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return STRING;
    case 'number':
    case 'bigint':
      return NUMBER;
    case 'boolean':
      return BOOLEAN;
    case 'undefined':
      return MISSING;
    default:
      if (value === null) return MISSING;
      if (value instanceof Date) return DATE;
      if (Array.isArray(value)) return ARRAY;
      return value instanceof Uint8Array ? BYTES : OBJECT;
  }
}
