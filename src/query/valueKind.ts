/** The kinds of values we store, in the order in which they sort. What is missing comes last. */
export const Kind = {
  boolean: 0,
  number: 1,
  string: 2,
  date: 3,
  bytes: 4,
  array: 5,
  object: 6,
  missing: 7,
} as const;

export type Kind = (typeof Kind)[keyof typeof Kind];

/** Numbers and bigints are one kind, and so are null and undefined. */
export function kindOf(value: unknown): Kind {
  switch (typeof value) {
    case 'string':
      return Kind.string;
    case 'number':
    case 'bigint':
      return Kind.number;
    case 'boolean':
      return Kind.boolean;
    case 'undefined':
      return Kind.missing;
    default:
      if (value === null) return Kind.missing;
      if (value instanceof Date) return Kind.date;
      if (Array.isArray(value)) return Kind.array;
      return value instanceof Uint8Array ? Kind.bytes : Kind.object;
  }
}

export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // The second half accepts plain objects of another realm (a frame, a worker, a test runner's context).
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
